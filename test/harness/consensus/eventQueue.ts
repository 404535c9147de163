/** Something that happens at a point of virtual time. */
export type Event = { readonly atMs: number; readonly order: number; readonly action: () => void }

/** Events by time; those of one time in the order in which they were pushed. A binary heap. */
export class EventQueue {
  readonly #heap: Event[] = []
  #pushed = 0

  push(atMs: number, action: () => void): void {
    this.#pushed += 1
    const event = { atMs, order: this.#pushed, action }
    let hole = this.#heap.length
    this.#heap.push(event)
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      const above = this.#heap[parent]
      if (above === undefined || isBefore(above, event)) break
      this.#heap[hole] = above
      hole = parent
    }
    this.#heap[hole] = event
  }

  /** Takes the next event out when it is not after `endMs`. */
  popUntil(endMs: number): Event | undefined {
    const first = this.#heap[0]
    if (first === undefined || first.atMs > endMs) return undefined
    const last = this.#heap.pop()
    if (last === undefined || last === first) return first
    let hole = 0
    for (;;) {
      const left = 2 * hole + 1
      const [a, b] = [this.#heap[left], this.#heap[left + 1]]
      if (a === undefined) break
      const [child, at] = b !== undefined && isBefore(b, a) ? [b, left + 1] : [a, left]
      if (isBefore(last, child)) break
      this.#heap[hole] = child
      hole = at
    }
    this.#heap[hole] = last
    return first
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}
