import type { CompiledModule } from '../../core/index.ts'
import type { Bytes } from '../../primitives/index.ts'
import { assert } from '../../primitives/index.ts'
import { Instance, type LinearMemory, Memory, type Pointer } from './webAssembly.ts'

/** The curves of mcl that this project uses, by the library's numbers. */
export type CurveName = 'bn254' | 'bls12381' | 'p256'
const CURVE_TYPES: Readonly<Record<CurveName, number>> = { bn254: 4, bls12381: 5, p256: 107 }

/** Sizes in the library's memory, in bytes: a build for base fields of up to 384 bits and scalars of up to 256. */
export const FP_BYTES = 48
export const FR_BYTES = 32
export const G1_BYTES = 3 * FP_BYTES
export const G2_BYTES = 6 * FP_BYTES
export const GT_BYTES = 12 * FP_BYTES
/** What the library's initialisation checks its caller's sizes by: limbs of a scalar times 10 plus limbs of a base field element. */
const COMPILED_SIZES = (FR_BYTES / 8) * 10 + FP_BYTES / 8
/** Maps to curves as RFC 9380 says, which EIP-2537 asks for. */
const MAP_AS_IN_RFC_9380 = 5

type Unary = (out: Pointer, a: Pointer) => void
type Binary = (out: Pointer, a: Pointer, b: Pointer) => void
type Test = (a: Pointer) => number
type ReadBytes = (out: Pointer, bytes: Pointer, length: number) => number

/** The functions of the library that are used; all work on its memory. Truth is 1 or 0, 0 of a `set` is success. */
export type MclExports = {
  readonly __wasm_call_ctors: () => void
  readonly malloc: (bytes: number) => Pointer
  readonly mclBn_init: (curve: number, sizes: number) => number
  readonly mclBn_setMapToMode: (mode: number) => number
  readonly mclBn_verifyOrderG1: (isOn: number) => void
  readonly mclBn_verifyOrderG2: (isOn: number) => void
  readonly mclBnFp_setLittleEndian: ReadBytes
  readonly mclBnFp_getLittleEndian: (bytes: Pointer, length: number, a: Pointer) => number
  readonly mclBnFp_setInt32: (out: Pointer, value: number) => void
  readonly mclBnFp_neg: Unary
  readonly mclBnFp_sqr: Unary
  readonly mclBnFp_mul: Binary
  readonly mclBnFp_add: Binary
  readonly mclBnFp_squareRoot: (out: Pointer, a: Pointer) => number
  readonly mclBnFr_setLittleEndianMod: ReadBytes
  readonly mclBnFr_inv: Unary
  readonly mclBnFr_neg: Unary
  readonly mclBnFr_mul: Binary
  readonly mclBnFp_mapToG1: Unary
  readonly mclBnFp2_mapToG2: Unary
  readonly mclBnG1_isValid: Test
  readonly mclBnG1_isValidOrder: Test
  readonly mclBnG1_isZero: Test
  readonly mclBnG1_normalize: Unary
  readonly mclBnG1_add: Binary
  readonly mclBnG1_mul: Binary
  readonly mclBnG1_mulVec: (out: Pointer, points: Pointer, scalars: Pointer, count: number) => void
  readonly mclBnG1_getBasePoint: (out: Pointer) => void
  readonly mclBnG2_isValid: Test
  readonly mclBnG2_isValidOrder: Test
  readonly mclBnG2_isZero: Test
  readonly mclBnG2_normalize: Unary
  readonly mclBnG2_add: Binary
  readonly mclBnG2_mulVec: (out: Pointer, points: Pointer, scalars: Pointer, count: number) => void
  readonly mclBnGT_isOne: Test
  readonly mclBn_millerLoopVec: (out: Pointer, g1s: Pointer, g2s: Pointer, count: number) => void
  readonly mclBn_finalExp: Unary
  readonly mclBn_getUint64NumToPrecompute: () => number
  /** Writes what a point of G2 contributes to Miller loops to `out`. */
  readonly mclBn_precomputeG2: Unary
  readonly mclBn_precomputedMillerLoop2: (out: Pointer, p1: Pointer, q1: Pointer, p2: Pointer, q2: Pointer) => void
}

/** Pages that the library begins with, as its own loader has them. */
const INITIAL_PAGES = 32
const SCRATCH_BYTES = 64

/**
 * One instance of the library for one curve. Its memory holds an area for operands, which each precompile lays out for itself; it
 * grows to what the largest input so far needed.
 */
export class MclCurve {
  readonly mcl: MclExports
  readonly #memory: LinearMemory
  readonly #order: Bytes
  #buffer: Uint8Array
  #area: Pointer
  #areaBytes = 64 * 1024
  readonly #scratch: Pointer

  /** Instantiates `module`, the WebAssembly of mcl-wasm; `order` is that of the curve's base field, big-endian. */
  constructor(module: CompiledModule, name: CurveName, order: Bytes) {
    this.#memory = new Memory({ initial: INITIAL_PAGES })
    this.mcl = new Instance(module, { env: { memory: this.#memory } }).exports as MclExports
    this.mcl.__wasm_call_ctors()
    assert(this.mcl.mclBn_init(CURVE_TYPES[name], COMPILED_SIZES) === 0, `the curve library knows ${name}`)
    if (name === 'bls12381') this.mcl.mclBn_setMapToMode(MAP_AS_IN_RFC_9380)
    // Whether a point is in the subgroup is asked where EIPs say so.
    this.mcl.mclBn_verifyOrderG1(0)
    this.mcl.mclBn_verifyOrderG2(0)
    this.#order = order
    this.#buffer = new Uint8Array(this.#memory.buffer)
    this.#scratch = this.mcl.malloc(SCRATCH_BYTES)
    this.#area = this.mcl.malloc(this.#areaBytes)
  }

  get #bytes(): Uint8Array {
    if (this.#buffer.length === 0) this.#buffer = new Uint8Array(this.#memory.buffer)
    return this.#buffer
  }

  /** Where at least `bytes` bytes are free to use, all 0. Holds until the next call. */
  area(bytes: number): Pointer {
    if (bytes > this.#areaBytes) {
      while (this.#areaBytes < bytes) this.#areaBytes *= 2
      // The old area is given up: there are few sizes, each at least twice the last.
      this.#area = this.mcl.malloc(this.#areaBytes)
    }
    this.#bytes.fill(0, this.#area, this.#area + bytes)
    return this.#area
  }

  /** Reads a big-endian element of the base field into `out`; false when it is not below the field's order. */
  readField(out: Pointer, bytes: Bytes, at: number): boolean {
    const order = this.#order
    let i = 0
    while (i < order.length && bytes[at + i] === order[i]) i++
    if (i === order.length || (bytes[at + i] ?? 0) > (order[i] ?? 0)) return false
    this.#writeReversed(bytes, at, order.length)
    this.mcl.mclBnFp_setLittleEndian(out, this.#scratch, order.length)
    return true
  }

  /** Reads a big-endian scalar of 32 bytes, modulo the group's order. */
  readScalar(out: Pointer, bytes: Bytes, at: number): void {
    this.#writeReversed(bytes, at, FR_BYTES)
    this.mcl.mclBnFr_setLittleEndianMod(out, this.#scratch, FR_BYTES)
  }

  /** Writes an element of the base field, big-endian, to `bytes` from `at` on. */
  writeField(field: Pointer, bytes: Bytes, at: number): void {
    const { length } = this.#order
    this.#bytes.fill(0, this.#scratch, this.#scratch + length)
    this.mcl.mclBnFp_getLittleEndian(this.#scratch, length, field)
    const memory = this.#bytes
    for (let i = 0; i < length; i++) bytes[at + length - 1 - i] = memory[this.#scratch + i] ?? 0
  }

  #writeReversed(bytes: Bytes, at: number, length: number): void {
    const memory = this.#bytes
    for (let i = 0; i < length; i++) memory[this.#scratch + i] = bytes[at + length - 1 - i] ?? 0
  }
}
