import type { Word } from '../primitives/index.ts'
import type { Warmth } from '../state/index.ts'
import type { Gas } from './ink.ts'
import { gas } from './ink.ts'

const COLD_SLOT_GAS = 2_100
const WARM_GAS = 100
const SET_GAS = 20_000
const RESET_GAS = 5_000 - COLD_SLOT_GAS
const CLEAR_REFUND_GAS = 4_800

/** A write is refused, out of gas, with no more than this left: a stipend must not write. Source: EIP-2200. */
export const WRITE_SENTRY_GAS = gas(2_300)

/** Source: EIP-2929. */
export function readGas(warmth: Warmth): Gas {
  return gas(warmth === 'cold' ? COLD_SLOT_GAS : WARM_GAS)
}

/** A slot at the start of the transaction, now, and as it is to be. */
export type SlotChange = { readonly original: Word; readonly current: Word; readonly next: Word }

/** What the write costs, and what it adds to the refund counter. Source: EIP-2200 with EIP-2929 and EIP-3529. */
export function writeGas(change: SlotChange, warmth: Warmth): { readonly price: Gas; readonly refund: number } {
  const { original, current, next } = change
  const access = warmth === 'cold' ? COLD_SLOT_GAS : 0
  if (current === next) return { price: gas(access + WARM_GAS), refund: 0 }
  if (original === current) {
    const price = gas(access + (original === 0n ? SET_GAS : RESET_GAS))
    return { price, refund: original !== 0n && next === 0n ? CLEAR_REFUND_GAS : 0 }
  }
  return { price: gas(access + WARM_GAS), refund: rewriteRefund(change) }
}

/** The slot was already changed in this transaction: take back or grant what the net change makes of it. */
function rewriteRefund({ original, current, next }: SlotChange): number {
  let refund = 0
  if (original !== 0n && current === 0n) refund -= CLEAR_REFUND_GAS
  if (original !== 0n && next === 0n) refund += CLEAR_REFUND_GAS
  if (original === next) refund += (original === 0n ? SET_GAS : RESET_GAS) - WARM_GAS
  return refund
}
