/**
 * A map that forgets what was used longest ago when its entries weigh more than `capacity`. Only for values that can be
 * computed again: nothing may depend on whether one is found.
 */
export class WeightedCache<key, value> {
  readonly #capacity: number
  readonly #entries = new Map<key, { readonly value: value; readonly weight: number }>()
  #weight = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get(key: key): value | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    // A Map keeps the order of insertion: what is put back is the youngest.
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  set(key: key, value: value, weight: number): void {
    this.#remove(key)
    this.#entries.set(key, { value, weight })
    this.#weight += weight
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#capacity) return
      this.#remove(oldest)
    }
  }

  #remove(key: key): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#weight -= entry.weight
  }
}
