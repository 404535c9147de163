import type { Word } from '../primitives/index.ts'
import type { WordRange } from '../state/index.ts'
import type { SlotChange } from './storagePrice.ts'

/** What a sum must stay within, both ends included. */
export type Bounds = { readonly minimum: Word; readonly maximum: Word }

const MAX_WORD = 2n ** 256n - 1n

/**
 * What the slot may have held at the start of the transaction for the addition to be accepted all the same, at the same price: the sum
 * stays within the bounds, and the slot is 0 at the start, before and after it, or is not, as it was. Nothing else of the values is in
 * the price (EIP-2200): which of them are equal depends on the additions alone.
 */
export function acceptedWithin({ original, current, next }: SlotChange, { minimum, maximum }: Bounds): WordRange {
  const added = next - original
  let [least, most] = [larger(0n, minimum - added), smaller(MAX_WORD, maximum - added)]
  for (const value of [original, current, next]) {
    // What was added to the start so far is the same, whatever the start is.
    const zeroAt = original - value
    if (value === 0n) [least, most] = [larger(least, zeroAt), smaller(most, zeroAt)]
    else least = larger(least, zeroAt + 1n)
  }
  return { least, most }
}

/** And for it to be refused for the same reason: then its price is that of an access, and nothing else matters. */
export function refusedWithin(
  { original, next }: { readonly original: Word; readonly next: bigint },
  { minimum, maximum }: Bounds,
): WordRange {
  const added = next - original
  return next < minimum
    ? { least: 0n, most: minimum - added - 1n }
    : { least: larger(0n, maximum - added + 1n), most: MAX_WORD }
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
