import type { CodeWriter } from './codeWriter.ts'
import { isConstant, isSlot, type Limb, type LimbWriter, slotIndex, slotLimb, ZERO } from './limbs.ts'
import { LOCAL_BASE, LOCAL_ZEROS } from './locals.ts'

/** More positions than one function can reach: its operations, times what the widest of them takes off. */
const POSITIONS = 8192

/** A word that was taken off the stack: four limbs that the taker owns. */
export type Word = Int32Array

/**
 * The EVM stack while a function is written. A word that the function found and left alone is where it was, in memory; what
 * it pushed is limbs, and PUSH, DUP, SWAP and POP only move those about. `flush` brings memory up to date.
 *
 * ```
 *   position   0 .......... clean ......... height
 *              | memory = the stack | limbs differ |
 * ```
 */
export class OperandStack {
  readonly #writer: CodeWriter
  readonly #limbs: LimbWriter
  readonly #words = new Int32Array(4 * POSITIONS)
  /** Below it memory is up to date. */
  #clean = 0
  /** Below it no word has a limb in a local. */
  #untouched = 0
  #height = 0

  constructor(writer: CodeWriter, limbs: LimbWriter) {
    this.#writer = writer
    this.#limbs = limbs
  }

  /** Begins a function that finds at least `height` words. */
  reset(height: number): void {
    this.#height = height
    this.#clean = height
    this.#untouched = height
    for (let i = 0; i < 4 * height; i++) this.#words[i] = slotLimb(i >> 2, i & 3)
  }

  /** How many words stand above the base. */
  get height(): number {
    return this.#height
  }

  /** Pushes limbs, whose owner the stack becomes. */
  push(limb0: Limb, limb1: Limb, limb2: Limb, limb3: Limb): void {
    const at = 4 * this.#height
    this.#words[at] = limb0
    this.#words[at + 1] = limb1
    this.#words[at + 2] = limb2
    this.#words[at + 3] = limb3
    this.#height += 1
  }

  /** Pushes a number below 2^64. */
  pushLimb(limb: Limb): void {
    this.push(limb, ZERO, ZERO, ZERO)
  }

  pushWord(word: Word): void {
    this.push(word[0] ?? ZERO, word[1] ?? ZERO, word[2] ?? ZERO, word[3] ?? ZERO)
  }

  /** Says that the next word above the top is in its place in memory. */
  pushFromMemory(): void {
    const position = this.#height
    if (this.#clean === position) this.#clean += 1
    this.push(slotLimb(position, 0), slotLimb(position, 1), slotLimb(position, 2), slotLimb(position, 3))
  }

  /** Takes the top word off, into `word`. */
  pop(word: Word): void {
    this.#height -= 1
    const at = 4 * this.#height
    for (let k = 0; k < 4; k++) word[k] = this.#words[at + k] ?? ZERO
    this.#lower(this.#height)
  }

  /** Takes words off and forgets them. */
  drop(count: number): void {
    for (let i = 0; i < count; i++) {
      this.#height -= 1
      for (let k = 0; k < 4; k++) this.#limbs.release(this.#words[4 * this.#height + k] ?? ZERO)
    }
    this.#lower(this.#height)
  }

  /** Says that words from `position` on are no longer what they were. */
  #lower(position: number): void {
    if (this.#clean > position) this.#clean = position
    if (this.#untouched > position) this.#untouched = position
  }

  /** DUP: pushes the word `depth` (1 is the top) again. */
  duplicate(depth: number): void {
    const from = 4 * (this.#height - depth)
    const to = 4 * this.#height
    for (let k = 0; k < 4; k++) this.#words[to + k] = this.#limbs.retain(this.#words[from + k] ?? ZERO)
    this.#height += 1
  }

  /** SWAP: exchanges the top with the word `depth` below it. */
  swap(depth: number): void {
    const top = 4 * (this.#height - 1)
    const other = top - 4 * depth
    for (let k = 0; k < 4; k++) {
      const limb = this.#words[top + k] ?? ZERO
      this.#words[top + k] = this.#words[other + k] ?? ZERO
      this.#words[other + k] = limb
    }
    this.#lower(other >> 2)
  }

  /** Writes every word that memory does not have yet to its place. The function still knows constants and locals. */
  flush(): void {
    for (let position = this.#clean; position < this.#height; position++) this.#saveMoved(position)
    for (let position = this.#clean; position < this.#height; position++) this.#write(position)
    this.#clean = this.#height
  }

  /**
   * Forgets what is in locals, after a flush: across a call they would only be saved elsewhere.
   */
  forgetLocals(): void {
    for (let i = 4 * this.#untouched; i < 4 * this.#height; i++) {
      const limb = this.#words[i] ?? ZERO
      if (isConstant(limb) || isSlot(limb)) continue
      this.#limbs.release(limb)
      this.#words[i] = slotLimb(i >> 2, i & 3)
    }
    this.#untouched = this.#height
  }

  /** Loads what a flush would overwrite before it is copied. */
  #saveMoved(position: number): void {
    for (let i = 4 * position; i < 4 * position + 4; i++) {
      const limb = this.#words[i] ?? ZERO
      if (isSlot(limb) && slotIndex(limb) !== i && slotIndex(limb) >= 4 * this.#clean) {
        this.#words[i] = this.#limbs.settle(limb)
      }
    }
  }

  #write(position: number): void {
    const at = 4 * position
    this.#writeHalf(at)
    this.#writeHalf(at + 2)
  }

  #writeHalf(at: number): void {
    const writer = this.#writer
    const low = this.#words[at] ?? ZERO
    const high = this.#words[at + 1] ?? ZERO
    if (isSlot(low) && isSlot(high) && slotIndex(high) === slotIndex(low) + 1) {
      this.#copyHalf(at, slotIndex(low))
    } else if (low === ZERO && high === ZERO) {
      writer.get(LOCAL_BASE)
      writer.get(LOCAL_ZEROS)
      writer.storeV128(at << 3, true)
    } else {
      this.#writeLimb(at, low)
      this.#writeLimb(at + 1, high)
    }
  }

  #copyHalf(to: number, from: number): void {
    if (to === from) return
    const writer = this.#writer
    writer.get(LOCAL_BASE)
    writer.get(LOCAL_BASE)
    writer.loadV128(from << 3, true)
    writer.storeV128(to << 3, true)
    this.#words[to] = slotLimb(to >> 2, to & 3)
    this.#words[to + 1] = slotLimb(to >> 2, (to & 3) + 1)
  }

  #writeLimb(at: number, limb: Limb): void {
    if (isSlot(limb) && slotIndex(limb) === at) return
    this.#writer.get(LOCAL_BASE)
    this.#limbs.emit(limb)
    this.#writer.storeI64(at << 3)
    if (isSlot(limb)) this.#words[at] = slotLimb(at >> 2, at & 3)
  }
}
