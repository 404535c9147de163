/**
 * Where each instruction of an instrumented module came from, so that a trap can be told in the author's own terms. Runs of
 * bytes that were copied as they stood, in ascending order: a run goes on until the next one begins.
 */
export type CodeMap = {
  /** First bytes of the runs in the instrumented module. */
  readonly written: Int32Array
  /** And in the original. */
  readonly original: Int32Array
}

/** The original place of the instruction at byte `offset` of the instrumented module; undefined before the first run. */
export function originalOffset({ written, original }: CodeMap, offset: number): number | undefined {
  let [low, high] = [0, written.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((written[middle] ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  const [start, source] = [written[low - 1], original[low - 1]]
  return start === undefined || source === undefined ? undefined : source + offset - start
}

/** A {@link CodeMap} in the making; its runs are added in ascending order. */
export class CodeMapDraft {
  readonly #written: number[] = []
  readonly #original: number[] = []

  get size(): number {
    return this.#written.length
  }

  /** The byte at `original` was written to `written`; adds nothing when that continues the last run. */
  add(written: number, original: number): void {
    const last = this.#written.length - 1
    if (last >= 0 && written - (this.#written[last] ?? 0) === original - (this.#original[last] ?? 0)) return
    this.#written.push(written)
    this.#original.push(original)
  }

  /** Everything from run `first` on turned out to stand `distance` bytes further on. */
  shift(first: number, distance: number): void {
    for (let index = first; index < this.#written.length; index += 1) {
      this.#written[index] = (this.#written[index] ?? 0) + distance
    }
  }

  finish(): CodeMap {
    return { written: Int32Array.from(this.#written), original: Int32Array.from(this.#original) }
  }
}
