import type { Bytes } from '../../primitives/index.ts'
import type { Precompile } from '../../vm/index.ts'

/**
 * A precompile from its price and its function. The price is of the input; `run` gives the output, or undefined for an input that it
 * refuses, which burns all gas.
 */
export function priced(price: (input: Bytes) => bigint, run: (input: Bytes) => Bytes | undefined): Precompile {
  return (input, gasLimit) => {
    const gas = price(input)
    if (gas > gasLimit) return { status: 'halt', reason: 'out-of-gas' }
    const output = run(input)
    return output === undefined
      ? { status: 'halt', reason: 'precompile-failure' }
      : { status: 'success', output, gasLeft: gasLimit - gas }
  }
}

/** The first `length` bytes of an input, zeros where it is shorter. */
export function padded(input: Bytes, length: number): Bytes {
  if (input.length === length) return input
  const bytes = new Uint8Array(length)
  bytes.set(input.subarray(0, length))
  return bytes
}

/** A truth value as a word. */
export function truth(value: boolean): Bytes {
  const word = new Uint8Array(32)
  if (value) word[31] = 1
  return word
}
