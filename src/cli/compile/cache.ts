import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Artifact } from './artifact.ts'
import { digestOf, readText } from './sources.ts'

/** What a compilation of one file read, and what came of it. */
type Entry = {
  readonly fingerprint: string
  readonly inputs: Readonly<Record<string, string>>
  readonly artifacts: readonly Artifact[]
}

/** Compiled files, kept from build to build. */
export type Cache = {
  /** What compiling the file gave last time, if nothing that mattered has changed since. */
  find(sourceName: string, fingerprint: string): readonly Artifact[] | undefined
  store(sourceName: string, entry: Entry): void
}

/** A cache of the project in `root` that lives in `folder`; without a folder it holds nothing. */
export function createCache(root: string, folder: string | undefined): Cache {
  if (folder === undefined) return { find: () => undefined, store: () => undefined }
  const digestOfFingerprint = (fingerprint: string): string => digestOf(`${digestOfCode()} ${fingerprint}`)
  const pathOf = (sourceName: string): string =>
    join(folder, `${createHash('sha256').update(sourceName).digest('hex').slice(0, 32)}.json`)
  return {
    find(sourceName, fingerprint) {
      const entry = parseEntry(readText(pathOf(sourceName)))
      if (entry === undefined || entry.fingerprint !== digestOfFingerprint(fingerprint)) return undefined
      const isCurrent = Object.entries(entry.inputs).every(
        ([path, digest]) => digestOf(readText(resolve(root, path))) === digest,
      )
      return isCurrent ? entry.artifacts : undefined
    },
    store(sourceName, entry) {
      mkdirSync(folder, { recursive: true })
      writeFileSync(
        pathOf(sourceName),
        JSON.stringify({ ...entry, fingerprint: digestOfFingerprint(entry.fingerprint) }),
      )
    },
  }
}

/** A damaged entry is as good as none. */
function parseEntry(text: string | undefined): Entry | undefined {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

let codeDigest: string | undefined

/** The digest of this compiler's own code: what lies beside and below this file, in src/ as in dist/. Takes 40 ms, once. */
function digestOfCode(): string {
  codeDigest ??= digestOfFolder(dirname(fileURLToPath(import.meta.url)))
  return codeDigest
}

function digestOfFolder(folder: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.[jt]s$/.test(name))
  const hash = createHash('sha256')
  for (const name of names.sort()) hash.update(readFileSync(join(folder, name)))
  return hash.digest('hex')
}
