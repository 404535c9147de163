/** A stream of numbers that a seed decides: what a failed run printed can be run again. */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  /** The stream of program `index` under `seed`; both are whole numbers below 2^32. */
  constructor(seed: number, index: number) {
    this.#a = seed | 0
    this.#b = index | 0
    this.#c = 0x9e3779b9 | 0
    for (let round = 0; round < 12; round += 1) this.next()
  }

  /** A whole number from 0 to 2^32 - 1. Source: C. Doty-Humphrey's sfc32 (PractRand). */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    return sum >>> 0
  }

  /** A whole number from 0 to `count - 1`. */
  below(count: number): number {
    return this.next() % count
  }

  /** A whole number from `first` to `last`. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1)
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0
  }

  /** One of `items`. */
  pick<item>(items: readonly item[]): item {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new Error('there is nothing to pick from')
    return item
  }

  /** One of `items`, each as often as its weight says. */
  weighted<item>(items: readonly (readonly [weight: number, item: item])[]): item {
    let left = this.below(items.reduce((sum, [weight]) => sum + weight, 0))
    for (const [weight, item] of items) {
      if (left < weight) return item
      left -= weight
    }
    throw new Error('there is nothing to pick from')
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.next() & 0xff)
  }

  /** An unsigned integer of `bits` random bits. */
  bits(bits: number): bigint {
    let value = 0n
    for (let have = 0; have < bits; have += 32) value = (value << 32n) | BigInt(this.next())
    return BigInt.asUintN(bits, value)
  }
}
