/** SHL, SHR, SAR, BYTE and SIGNEXTEND by constants: limbs move and change places. */

import type { Context } from '../context.ts'
import { type Limb, ZERO } from '../limbs.ts'
import type { Word } from '../operandStack.ts'
import { limbOf } from './arithmetic.ts'

const result = new Int32Array(4)

/** Pushes `value` << `count`, which is 0 to 255. */
export function pushShiftedLeft({ limbs, stack }: Context, value: Word, count: number): void {
  const move = count >> 6
  const bits = count & 63
  limbs.settleAll(value)
  for (let k = 0; k < 4; k++) {
    const upper = k >= move ? limbs.shl(limbOf(value, k - move), bits) : ZERO
    const lower = bits > 0 && k > move ? limbs.shr(limbOf(value, k - move - 1), 64 - bits) : ZERO
    result[k] = joined({ limbs }, upper, lower)
  }
  stack.pushWord(result)
}

/** Pushes `value` >> `count`, which is 0 to 255, filled with zeros or with the sign. */
export function pushShiftedRight({ limbs, stack }: Context, value: Word, count: number, isSigned: boolean): void {
  const move = count >> 6
  const bits = count & 63
  limbs.settleAll(value)
  const top = limbOf(value, 3)
  const fill = isSigned && move > 0 ? limbs.sar(top, 63) : ZERO
  for (let k = 0; k < 4; k++) {
    const from = k + move
    if (from > 3) result[k] = limbs.retain(fill)
    else if (from === 3) result[k] = isSigned ? limbs.sar(top, bits) : limbs.shr(top, bits)
    else {
      const upper = bits > 0 ? limbs.shl(limbOf(value, from + 1), 64 - bits) : ZERO
      result[k] = joined({ limbs }, limbs.shr(limbOf(value, from), bits), upper)
    }
  }
  limbs.release(fill)
  stack.pushWord(result)
}

function joined({ limbs }: Pick<Context, 'limbs'>, a: Limb, b: Limb): Limb {
  const both = limbs.or(a, b)
  limbs.release(a)
  limbs.release(b)
  return both
}

/** Pushes the byte of `value` at `index`, 0 the most significant, below 32. */
export function pushByte({ limbs, stack }: Context, value: Word, index: number): void {
  const place = 31 - index
  const shifted = limbs.shr(limbOf(value, place >> 3), (place & 7) << 3)
  const mask = limbs.constant(0xff, 0)
  stack.pushLimb(limbs.and(shifted, mask))
  limbs.release(shifted)
}

/** Pushes `value` with the sign of its byte at `index`, 0 the least significant, below 31. */
export function pushSignExtended({ limbs, stack }: Context, value: Word, index: number): void {
  const limb = index >> 3
  const unused = 56 - ((index & 7) << 3)
  const moved = limbs.shl(limbOf(value, limb), unused)
  const top = limbs.sar(moved, unused)
  const fill = limbs.sar(moved, 63)
  for (let k = 0; k < 4; k++) {
    result[k] = k < limb ? limbs.retain(limbOf(value, k)) : limbs.retain(k === limb ? top : fill)
  }
  limbs.release(moved)
  limbs.release(top)
  limbs.release(fill)
  stack.pushWord(result)
}
