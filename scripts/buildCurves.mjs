/**
 * Writes dist/curves.wasm: the WebAssembly of mcl-wasm, which its package carries as base64 in a loader that works asynchronously
 * and for one curve at a time. Ours (src/evm/precompiles) needs neither.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { root } from './project.mjs'

const require = createRequire(import.meta.url)

export function buildCurves() {
  const loader = readFileSync(require.resolve('mcl-wasm/dist/mcl_c.js'), 'utf8')
  const [, base64] = /const wasmBase64 = '([A-Za-z0-9+/=]+)'/.exec(loader) ?? []
  if (base64 === undefined)
    throw new Error('mcl-wasm carries its WebAssembly in another way than it did: see scripts/buildCurves.mjs')
  const path = join(root, 'dist/curves.wasm')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, Buffer.from(base64, 'base64'))
}
