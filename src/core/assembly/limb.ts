/** Arithmetic on single limbs that wasm has no instruction for. */

/** The high 64 bits of a 64 x 64 bit product, from products of halves: wasm has no wide multiply. */
// @ts-ignore: decorator
@inline
export function mulHigh(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff
  const aHigh = a >> 32
  const bLow = b & 0xffffffff
  const bHigh = b >> 32
  const middle = aHigh * bLow + ((aLow * bLow) >> 32)
  const middle2 = aLow * bHigh + (middle & 0xffffffff)
  return aHigh * bHigh + (middle >> 32) + (middle2 >> 32)
}

/** The limb `high` shifted left by `bits` (0 to 63), filled up from the limb below it. */
// @ts-ignore: decorator
@inline
export function joinLeft(high: u64, low: u64, bits: u64): u64 {
  return (high << bits) | ((low >> 1) >> (63 - bits))
}

/** The limb `low` shifted right by `bits` (0 to 63), filled up from the limb above it. */
// @ts-ignore: decorator
@inline
export function joinRight(high: u64, low: u64, bits: u64): u64 {
  return (low >> bits) | ((high << 1) << (63 - bits))
}
