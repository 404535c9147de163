import type { Gas } from './ink.ts'
import { gas } from './ink.ts'
import { MAX_PAGES } from './limits.ts'

/** Pages of memory in one transaction: held by frames that have not ended, and the most that were ever held at once. */
export type MemoryUse = { readonly openPages: number; readonly everPages: number }

/** A transaction that has not opened a page. */
export const NO_MEMORY: MemoryUse = { openPages: 0, everPages: 0 }

/** Pages open at once that cost nothing. */
const FREE_PAGES = 2
const PAGE_GAS = 1_000

/**
 * What the first n pages of a transaction cost beyond the linear price, in gas, by n: the integer part of
 * 31,874,000^(n/128), and one less for n = 128. Written out, because a power of floating point may differ between machines.
 */
// biome-ignore format: a table
export const PAGE_RAMP_GAS: readonly number[] = [
  1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 5, 6, 7, 8, 9, 11, 12, 14, 17, 19, 22, 25, 29, 33, 38, 43, 50, 57, 65, 75, 85,
  98, 112, 128, 147, 168, 193, 221, 253, 289, 331, 379, 434, 497, 569, 651, 745, 853, 976, 1117, 1279, 1463, 1675, 1917,
  2194, 2511, 2874, 3290, 3765, 4309, 4932, 5645, 6461, 7395, 8464, 9687, 11087, 12689, 14523, 16621, 19024, 21773, 24919,
  28521, 32642, 37359, 42758, 48938, 56010, 64104, 73368, 83971, 96106, 109994, 125890, 144082, 164904, 188735, 216010,
  247226, 282953, 323844, 370643, 424206, 485509, 555672, 635973, 727880, 833067, 953456, 1091243, 1248941, 1429429,
  1636000, 1872423, 2143012, 2452704, 2807151, 3212820, 3677113, 4208502, 4816684, 5512756, 6309419, 7221210, 8264766,
  9459129, 10826093, 12390601, 14181199, 16230562, 18576084, 21260563, 24332984, 27849408, 31873999,
]

/**
 * The price of opening `pages` more, and the use afterwards. Undefined beyond {@link MAX_PAGES}: no gas buys that.
 * The first two pages of a transaction are free; each other costs 1,000 gas while it is open, and raising the
 * transaction's high-water mark costs the difference on an exponential ramp. Source: Stylus's memory model.
 */
export function openPages(use: MemoryUse, pages: number): { readonly price: Gas; readonly use: MemoryUse } | undefined {
  const open = use.openPages + pages
  const ever = Math.max(use.everPages, open)
  const [before, after] = [PAGE_RAMP_GAS[use.everPages], PAGE_RAMP_GAS[ever]]
  if (open > MAX_PAGES || before === undefined || after === undefined) return undefined

  const linear = PAGE_GAS * (Math.max(0, open - FREE_PAGES) - Math.max(0, use.openPages - FREE_PAGES))
  const price = ever <= FREE_PAGES ? 0 : linear + after - before
  return { price: gas(price), use: { openPages: open, everPages: ever } }
}
