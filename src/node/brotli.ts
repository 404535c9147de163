import { brotliDecompressSync } from 'node:zlib'
import type { Bytes } from '../primitives/index.ts'

/** What `info: true` makes of the answer, which Node's types leave out. */
type Inflated = { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } }

/**
 * Undoes Brotli, all of `compressed` and at most `limit` bytes of content; undefined when it is no such stream. An empty or
 * cut stream, bytes after its end and too much content are the same on every machine. Too little memory is thrown.
 */
export function decompressBrotli(compressed: Bytes, limit: number): Bytes | undefined {
  try {
    const { buffer, engine } = inflate(compressed, limit)
    return engine.bytesWritten === compressed.length ? new Uint8Array(buffer) : undefined
  } catch (thrown) {
    if (isFaultOfInput(thrown)) return undefined
    throw thrown
  }
}

function inflate(compressed: Bytes, limit: number): Inflated {
  const options = { maxOutputLength: limit, info: true }
  return brotliDecompressSync(compressed, options) as unknown as Inflated
}

/** Node's codes for a cut stream, for too long a content and for what is no Brotli. */
function isFaultOfInput(thrown: unknown): boolean {
  if (!(thrown instanceof Error) || !('code' in thrown)) return false
  const code = String(thrown.code)
  return code === 'Z_BUF_ERROR' || code === 'ERR_BUFFER_TOO_LARGE' || code.includes('ERROR_FORMAT')
}
