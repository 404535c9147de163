import type { LinearMemory } from './webAssembly.ts'

/** Where something stands in the core's memory, in bytes. */
export type Pointer = number

type Unary = (out: Pointer, a: Pointer) => void
type Binary = (out: Pointer, a: Pointer, b: Pointer) => void
type Ternary = (out: Pointer, a: Pointer, b: Pointer, m: Pointer) => void

/** assembly/word.ts, division.ts and modular.ts: all on words, `out` may be any input. A bool comes back as 0 or 1. */
export type WordExports = {
  readonly copy: Unary
  readonly not: Unary
  readonly neg: Unary
  readonly clz: Unary
  readonly add: Binary
  readonly sub: Binary
  readonly mul: Binary
  readonly div: Binary
  readonly mod: Binary
  readonly sdiv: Binary
  readonly smod: Binary
  readonly exp: Binary
  readonly and: Binary
  readonly or: Binary
  readonly xor: Binary
  readonly shl: Binary
  readonly shr: Binary
  readonly sar: Binary
  readonly byteAt: Binary
  readonly signExtend: Binary
  readonly addmod: Ternary
  readonly mulmod: Ternary
  readonly fromU64: (out: Pointer, value: bigint) => void
  readonly loadBe: (out: Pointer, bytes: Pointer) => void
  readonly loadBePartial: (out: Pointer, bytes: Pointer, count: number) => void
  readonly storeBe: (bytes: Pointer, a: Pointer) => void
  readonly isZero: (a: Pointer) => number
  readonly fitsU32: (a: Pointer) => number
  readonly fitsU64: (a: Pointer) => number
  readonly lowU64: (a: Pointer) => bigint
  readonly bitLength: (a: Pointer) => number
  readonly byteLength: (a: Pointer) => number
  readonly equals: (a: Pointer, b: Pointer) => number
  readonly compare: (a: Pointer, b: Pointer) => number
  readonly compareSigned: (a: Pointer, b: Pointer) => number
}

/** assembly/keccak.ts */
export type KeccakExports = {
  readonly keccak256: (from: Pointer, length: number, out: Pointer) => void
  readonly keccak256Word: (from: Pointer, length: number, out: Pointer) => void
  readonly keccak256Pair: (
    fromA: Pointer,
    lengthA: number,
    fromB: Pointer,
    lengthB: number,
    outA: Pointer,
    outB: Pointer,
  ) => void
}

/** assembly/heap.ts */
export type HeapExports = {
  readonly allocate: (bytes: number) => Pointer
  readonly release: (block: Pointer, bytes: number) => void
}

/** All that core.wasm exports. */
export type CoreExports = WordExports & KeccakExports & HeapExports & { readonly memory: LinearMemory }
