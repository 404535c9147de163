import { createHash } from 'node:crypto'
import { VERSION } from '../version.ts'
import type { SourceReader } from './sources.ts'
import { ABSENT } from './sources.ts'

/** The custom section in which an AssemblyScript contract says what made it. */
export const PROVENANCE_SECTION = 'evmpp.build'

/** What made a module: equal compilers and equal sources make equal bytes. */
export type Provenance = {
  /** For example `assemblyscript 0.28.20`. */
  readonly compiler: string
  /** The SDK, which is that of the evmpp that compiled: `evmpp 0.1.0`. */
  readonly sdk: string
  /** SHA-256 over all sources that are not libraries of the compiler: {@link sourcesDigest}. 64 hexadecimal digits. */
  readonly sources: string
}

/** The provenance of what `reader` was used to compile. */
export function provenanceOf(compiler: string, reader: SourceReader): Provenance {
  return { compiler, sdk: `evmpp ${VERSION}`, sources: sourcesDigest(reader) }
}

/** SHA-256 of a line `path sha256` for each file that was read, in the order of the paths. */
function sourcesDigest(reader: SourceReader): string {
  const hash = createHash('sha256')
  for (const [path, digest] of Object.entries(reader.inputs()))
    if (digest !== ABSENT) hash.update(`${path} ${digest}\n`)
  return hash.digest('hex')
}

/** Reads a section's content; undefined for what is none. */
export function parseProvenance(content: Uint8Array): Provenance | undefined {
  try {
    const { compiler, sdk, sources } = Object(JSON.parse(new TextDecoder().decode(content)))
    const parts = [compiler, sdk, sources]
    return parts.every((part) => typeof part === 'string') ? { compiler, sdk, sources } : undefined
  } catch {
    return undefined
  }
}
