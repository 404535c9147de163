import type { Bytes } from '../../primitives/index.ts'
import type { Precompile } from '../../vm/index.ts'
import { blake2fModule, MESSAGE_AT, STATE_AT } from './blake2fModule.ts'

const INPUT_BYTES = 213
const [HASH_AT, WORDS_AT, COUNTER_AT, FINAL_AT] = [4, 68, 196, 212]

/** Source: RFC 7693, section 2.6. */
const INITIAL_VECTOR = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
] as const

type Mixer = { readonly memory: { readonly buffer: ArrayBuffer }; readonly rounds: (count: number) => void }

/** What this file uses of V8's WebAssembly, which neither ES2023 nor Node 20's types declare. */
type WebAssemblyApi = {
  readonly Module: new (bytes: Bytes) => object
  readonly Instance: new (module: object) => { readonly exports: Mixer }
}

/**
 * A call that begins in V8's first, slow code ends in it, so long work is many calls. A multiple of ten: each call begins
 * at the schedule's first row.
 */
const SLICE_ROUNDS = 10_000

let mixer: Mixer | undefined

/** Compiled at the first use. */
function createMixer(): Mixer {
  const { Module, Instance }: WebAssemblyApi = Reflect.get(globalThis, 'WebAssembly')
  return new Instance(new Module(blake2fModule())).exports
}

/**
 * BLAKE2F: BLAKE2b's compression function, one gas a round. Ours rather than the package's, which needs 400 ns for a
 * round; this one 15. Source: EIP-152.
 */
export const blake2f: Precompile = (input, gasLimit) => {
  const final = input[FINAL_AT]
  if (input.length !== INPUT_BYTES || (final !== 0 && final !== 1)) {
    return { status: 'halt', reason: 'precompile-failure' }
  }
  const view = new DataView(input.buffer, input.byteOffset, INPUT_BYTES)
  const rounds = view.getUint32(0)
  const gasLeft = gasLimit - BigInt(rounds)
  if (gasLeft < 0n) return { status: 'halt', reason: 'out-of-gas' }
  return { status: 'success', output: compress(view, rounds, final === 1), gasLeft }
}

/** Source: RFC 7693, section 3.2. */
function compress(input: DataView, rounds: number, isFinal: boolean): Bytes {
  mixer ??= createMixer()
  const memory = new DataView(mixer.memory.buffer)
  const hash = (index: number) => input.getBigUint64(HASH_AT + 8 * index, true)
  INITIAL_VECTOR.forEach((word, index) => {
    memory.setBigUint64(STATE_AT + 8 * index, hash(index), true)
    memory.setBigUint64(STATE_AT + 64 + 8 * index, word ^ tweak(input, index, isFinal), true)
  })
  for (let at = 0; at < 128; at += 8) {
    memory.setBigUint64(MESSAGE_AT + at, input.getBigUint64(WORDS_AT + at, true), true)
  }
  for (let left = rounds; left > 0; left -= SLICE_ROUNDS) mixer.rounds(Math.min(left, SLICE_ROUNDS))

  const output = new DataView(new ArrayBuffer(64))
  for (let index = 0; index < 8; index++) {
    const [low, high] = [STATE_AT + 8 * index, STATE_AT + 64 + 8 * index]
    const mixed = memory.getBigUint64(low, true) ^ memory.getBigUint64(high, true)
    output.setBigUint64(8 * index, hash(index) ^ mixed, true)
  }
  return new Uint8Array(output.buffer)
}

/** The offset counter and the last block's flag, where they enter the state. */
function tweak(input: DataView, index: number, isFinal: boolean): bigint {
  if (index === 4 || index === 5) return input.getBigUint64(COUNTER_AT + 8 * (index - 4), true)
  return index === 6 && isFinal ? 2n ** 64n - 1n : 0n
}
