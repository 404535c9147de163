import type { CodeWriter } from './codeWriter.ts'
import * as wasm from './instructions.ts'
import { FLAG_LOCALS, LOCAL_BASE, LOCAL_FIRST_FLAG, LOCAL_FIRST_LIMB } from './locals.ts'

/**
 * A quarter of a 256-bit word while a function is written: what it is, not yet an instruction. The low two bits say which
 * kind; the rest says which constant, local or place on the EVM stack.
 */
export type Limb = number

const KIND = 3
const CONSTANT = 0
const LOCAL = 1
const SLOT = 2
const FLAG = 3

/** The limb 0. */
export const ZERO: Limb = 0

export function isConstant(limb: Limb): boolean {
  return (limb & KIND) === CONSTANT
}

export function isLocal(limb: Limb): boolean {
  return (limb & KIND) === LOCAL || (limb & KIND) === FLAG
}

export function isSlot(limb: Limb): boolean {
  return (limb & KIND) === SLOT
}

/** An i32 in a local: a comparison's result, or a size. Its value is that of 32 bits. */
export function isFlag(limb: Limb): boolean {
  return (limb & KIND) === FLAG
}

/** Limb `k` of the word at `position` of the EVM stack in memory, counted from the lowest one that the function uses. */
export function slotLimb(position: number, k: number): Limb {
  return (((position << 2) | k) << 2) | SLOT
}

/** The position and limb, four to a position, of a limb in memory. */
export function slotIndex(limb: Limb): number {
  return limb >> 2
}

/**
 * Makes limbs. A local is counted and free again when nobody has it: whoever gets a limb from a function here owns it and
 * must `release` it or hand it on; `retain` makes a second owner. Operations fold constants and do not own their operands.
 */
export class LimbWriter {
  readonly #writer: CodeWriter
  #constantLow: number[] = [0]
  #constantHigh: number[] = [0]
  #references = new Uint16Array(1024)
  #freeLimbs: number[] = []
  /** One bit per local for flags. */
  #freeFlags = 0
  #limbCount = 0

  constructor(writer: CodeWriter) {
    this.#writer = writer
  }

  /** Begins a function. */
  reset(): void {
    this.#constantLow.length = 1
    this.#constantHigh.length = 1
    this.#freeLimbs.length = 0
    this.#freeFlags = (1 << FLAG_LOCALS) - 1
    this.#references.fill(0, 0, LOCAL_FIRST_LIMB + this.#limbCount)
    this.#limbCount = 0
  }

  /** How many i64 locals the function uses. */
  get localCount(): number {
    return this.#limbCount
  }

  constant(low: number, high: number): Limb {
    if ((low | high) === 0) return ZERO
    this.#constantLow.push(low | 0)
    this.#constantHigh.push(high | 0)
    return (this.#constantLow.length - 1) << 2
  }

  /** The low 32 bits of a constant, signed. */
  low(limb: Limb): number {
    return this.#constantLow[limb >> 2] ?? 0
  }

  /** The high 32 bits of a constant, signed. */
  high(limb: Limb): number {
    return this.#constantHigh[limb >> 2] ?? 0
  }

  retain(limb: Limb): Limb {
    if (isLocal(limb)) this.#references[limb >> 2] = (this.#references[limb >> 2] ?? 0) + 1
    return limb
  }

  release(limb: Limb): void {
    if (!isLocal(limb)) return
    const local = limb >> 2
    const left = (this.#references[local] ?? 0) - 1
    this.#references[local] = left
    if (left > 0) return
    if (isFlag(limb)) this.#freeFlags |= 1 << (local - LOCAL_FIRST_FLAG)
    else this.#freeLimbs.push(local)
  }

  releaseAll(word: ArrayLike<Limb>): void {
    for (let k = 0; k < 4; k++) this.release(word[k] ?? ZERO)
  }

  #freshLocal(): number {
    const local = this.#freeLimbs.pop() ?? LOCAL_FIRST_LIMB + this.#limbCount++
    if (local >= this.#references.length) {
      const grown = new Uint16Array(2 * this.#references.length)
      grown.set(this.#references)
      this.#references = grown
    }
    this.#references[local] = 1
    return local
  }

  /** A limb with the i64 that is on WebAssembly's stack. */
  take(): Limb {
    const local = this.#freshLocal()
    this.#writer.set(local)
    return (local << 2) | LOCAL
  }

  /** A limb with the i64 that is on WebAssembly's stack and stays there. */
  keep(): Limb {
    const local = this.#freshLocal()
    this.#writer.tee(local)
    return (local << 2) | LOCAL
  }

  /** A limb whose value is written by {@link store}. */
  variable(): Limb {
    return (this.#freshLocal() << 2) | LOCAL
  }

  /** Sets a {@link variable} to the i64 that is on WebAssembly's stack. */
  store(limb: Limb): void {
    this.#writer.set(limb >> 2)
  }

  /** A limb with the i32 that is on WebAssembly's stack, zero-extended. */
  takeI32(): Limb {
    if (this.#freeFlags === 0) {
      this.#writer.byte(wasm.I64_EXTEND_I32_U)
      return this.take()
    }
    const index = 31 - Math.clz32(this.#freeFlags)
    this.#freeFlags ^= 1 << index
    const local = LOCAL_FIRST_FLAG + index
    this.#references[local] = 1
    this.#writer.set(local)
    return (local << 2) | FLAG
  }

  /** Puts a limb's value on WebAssembly's stack. */
  emit(limb: Limb): void {
    const writer = this.#writer
    switch (limb & KIND) {
      case CONSTANT:
        writer.i64(this.low(limb), this.high(limb))
        return
      case LOCAL:
        writer.get(limb >> 2)
        return
      case FLAG:
        writer.get(limb >> 2)
        writer.byte(wasm.I64_EXTEND_I32_U)
        return
      default:
        writer.get(LOCAL_BASE)
        writer.loadI64(slotIndex(limb) << 3)
    }
  }

  /** Puts the low 32 bits of a limb on WebAssembly's stack. */
  emitI32(limb: Limb): void {
    if (isFlag(limb)) this.#writer.get(limb >> 2)
    else if (isConstant(limb)) this.#writer.i32(this.low(limb))
    else {
      this.emit(limb)
      this.#writer.byte(wasm.I32_WRAP_I64)
    }
  }

  /** The limb in a local or as a constant: for what is used more than once. */
  settle(limb: Limb): Limb {
    if (!isSlot(limb)) return this.retain(limb)
    this.emit(limb)
    return this.take()
  }

  /** {@link settle}s the limbs of a word that the caller owns. */
  settleAll(word: Int32Array): void {
    for (let k = 0; k < 4; k++) {
      const limb = word[k] ?? ZERO
      if (isSlot(limb)) word[k] = this.settle(limb)
    }
  }

  #apply(instruction: number, a: Limb, b: Limb): Limb {
    this.emit(a)
    this.emit(b)
    this.#writer.byte(instruction)
    return this.take()
  }

  #isAllOnes(limb: Limb): boolean {
    return isConstant(limb) && (this.low(limb) & this.high(limb)) === -1
  }

  and(a: Limb, b: Limb): Limb {
    if (a === ZERO || b === ZERO) return ZERO
    if (this.#isAllOnes(a)) return this.retain(b)
    if (this.#isAllOnes(b)) return this.retain(a)
    if (isConstant(a) && isConstant(b)) return this.constant(this.low(a) & this.low(b), this.high(a) & this.high(b))
    return this.#apply(wasm.I64_AND, a, b)
  }

  or(a: Limb, b: Limb): Limb {
    if (a === ZERO) return this.retain(b)
    if (b === ZERO) return this.retain(a)
    if (isConstant(a) && isConstant(b)) return this.constant(this.low(a) | this.low(b), this.high(a) | this.high(b))
    return this.#apply(wasm.I64_OR, a, b)
  }

  xor(a: Limb, b: Limb): Limb {
    if (a === ZERO) return this.retain(b)
    if (b === ZERO) return this.retain(a)
    if (isConstant(a) && isConstant(b)) return this.constant(this.low(a) ^ this.low(b), this.high(a) ^ this.high(b))
    return this.#apply(wasm.I64_XOR, a, b)
  }

  /** a + b modulo 2^64 */
  add(a: Limb, b: Limb): Limb {
    if (a === ZERO) return this.retain(b)
    if (b === ZERO) return this.retain(a)
    if (!isConstant(a) || !isConstant(b)) return this.#apply(wasm.I64_ADD, a, b)
    const low = (this.low(a) >>> 0) + (this.low(b) >>> 0)
    return this.constant(low, this.high(a) + this.high(b) + (low > 0xffffffff ? 1 : 0))
  }

  /** a - b modulo 2^64 */
  sub(a: Limb, b: Limb): Limb {
    if (b === ZERO) return this.retain(a)
    if (!isConstant(a) || !isConstant(b)) return this.#apply(wasm.I64_SUB, a, b)
    const low = (this.low(a) >>> 0) - (this.low(b) >>> 0)
    return this.constant(low, this.high(a) - this.high(b) - (low < 0 ? 1 : 0))
  }

  /** a << count, of 0 to 63 */
  shl(a: Limb, count: number): Limb {
    if (count === 0 || a === ZERO) return this.retain(a)
    if (!isConstant(a)) return this.#shift(wasm.I64_SHL, a, count)
    const low = this.low(a)
    if (count >= 32) return this.constant(0, low << (count - 32))
    return this.constant(low << count, (this.high(a) << count) | (low >>> (32 - count)))
  }

  /** a >> count, of 0 to 63, filled with zeros */
  shr(a: Limb, count: number): Limb {
    if (count === 0 || a === ZERO) return this.retain(a)
    if (!isConstant(a)) return this.#shift(wasm.I64_SHR_U, a, count)
    const high = this.high(a)
    if (count >= 32) return this.constant(high >>> (count - 32), 0)
    return this.constant((this.low(a) >>> count) | (high << (32 - count)), high >>> count)
  }

  /** a >> count, of 0 to 63, filled with the sign */
  sar(a: Limb, count: number): Limb {
    if (count === 0 || a === ZERO) return this.retain(a)
    if (!isConstant(a)) return this.#shift(wasm.I64_SHR_S, a, count)
    const high = this.high(a)
    if (count >= 32) return this.constant(high >> (count - 32), high >> 31)
    return this.constant((this.low(a) >>> count) | (high << (32 - count)), high >> count)
  }

  #shift(instruction: number, a: Limb, count: number): Limb {
    this.emit(a)
    this.#writer.i64(count, 0)
    this.#writer.byte(instruction)
    return this.take()
  }

  /** 1 or 0 as a constant. */
  truth(value: boolean): Limb {
    return value ? this.constant(1, 0) : ZERO
  }

  /** a < b as numbers without sign, both constants. */
  isBelow(a: Limb, b: Limb): boolean {
    const high = (this.high(a) >>> 0) - (this.high(b) >>> 0)
    return high !== 0 ? high < 0 : this.low(a) >>> 0 < this.low(b) >>> 0
  }

  areEqual(a: Limb, b: Limb): boolean {
    return this.low(a) === this.low(b) && this.high(a) === this.high(b)
  }

  /** a < b, without sign: a flag. */
  lessThan(a: Limb, b: Limb): Limb {
    if (isConstant(a) && isConstant(b)) return this.truth(this.isBelow(a, b))
    if (b === ZERO) return ZERO
    return this.compare(wasm.I64_LT_U, a, b)
  }

  /** A comparison instruction of two limbs: a flag. */
  compare(instruction: number, a: Limb, b: Limb): Limb {
    this.emit(a)
    this.emit(b)
    this.#writer.byte(instruction)
    return this.takeI32()
  }

  /** a | b of two flags or constant truths. */
  either(a: Limb, b: Limb): Limb {
    if (a === ZERO) return this.retain(b)
    if (b === ZERO) return this.retain(a)
    if (isConstant(a)) return this.retain(a)
    if (isConstant(b)) return this.retain(b)
    this.emitI32(a)
    this.emitI32(b)
    this.#writer.byte(wasm.I32_OR)
    return this.takeI32()
  }
}
