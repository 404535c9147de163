import type { WordRange } from './journal.ts'

/** What lies in both; in `other` where there is no first. */
export function narrowed(range: WordRange | undefined, other: WordRange): WordRange {
  if (range === undefined) return other
  return {
    least: range.least > other.least ? range.least : other.least,
    most: range.most < other.most ? range.most : other.most,
  }
}
