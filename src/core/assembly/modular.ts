/** ADDMOD, MULMOD and EXP. `out` may be any input. */
import { mod } from './division'
import { add, bitLength, compare, copy, isZero, mul, setLimbs, sub } from './word'

const left = memory.data(32, 16)
const right = memory.data(32, 16)
const modulus = memory.data(32, 16)
const result = memory.data(32, 16)

/** out = (a + b) % m over the integers; 0 for m = 0 */
export function addmod(out: usize, a: usize, b: usize, m: usize): void {
  copy(modulus, m)
  copy(right, b)
  mod(left, a, modulus)
  mod(right, right, modulus)
  add(result, left, right)
  if (compare(result, right) < 0 || compare(result, modulus) >= 0) sub(result, result, modulus)
  if (isZero(modulus)) setLimbs(result, 0, 0, 0, 0)
  copy(out, result)
}

const factor = memory.data(32, 16)
const product = memory.data(32, 16)
const addend = memory.data(32, 16)

/** out = (a * b) % m over the integers; 0 for m = 0 */
export function mulmod(out: usize, a: usize, b: usize, m: usize): void {
  copy(factor, b)
  copy(modulus, m)
  setLimbs(product, 0, 0, 0, 0)
  copy(addend, a)
  for (let bit = i32(bitLength(factor)) - 1; bit >= 0; bit--) {
    addmod(product, product, product, modulus)
    if ((load<u64>(factor + ((bit >> 6) << 3)) >> (bit & 63)) & 1) addmod(product, product, addend, modulus)
  }
  copy(out, product)
}

/** out = base ^ exponent; 0 ^ 0 is 1 */
export function exp(out: usize, base: usize, exponent: usize): void {
  copy(left, base)
  copy(right, exponent)
  setLimbs(result, 1, 0, 0, 0)
  for (let bit = i32(bitLength(right)) - 1; bit >= 0; bit--) {
    mul(result, result, result)
    if ((load<u64>(right + ((bit >> 6) << 3)) >> (bit & 63)) & 1) mul(result, result, left)
  }
  copy(out, result)
}
