/**
 * Modular exponentiation of numbers of any length, as the precompile at address 5 needs it (EIP-198): schoolbook multiplication and
 * Knuth's division on limbs of 32 bits, lowest first, and windows of four bits of the exponent. Any modulus will do, even or odd.
 * Source: Knuth, The Art of Computer Programming 2, 4.3.1, algorithms M and D; Moeller and Granlund, Improved division by
 * invariant integers, algorithm 4.
 */

const LIMB_BYTES: u32 = 4
const WINDOW_ENTRIES: u32 = 16
/** Exponents of more bits are taken four bits at a time. */
const MAX_BINARY_BITS: u32 = 32

// What a run works with: where things stand in the workspace.
let limbs: u32 = 0
/** The modulus, shifted left so that its highest bit is 1. */
let modulus: usize = 0
let shift: u32 = 0
let highReciprocal: u32 = 0
let product: usize = 0

/** Bytes of workspace for operands of that many bytes: {@link modexp} takes a pointer to as many, 8-aligned. */
export function modexpWorkspaceBytes(baseBytes: u32, modulusBytes: u32): u32 {
  const size = (modulusBytes + 3) / LIMB_BYTES + 1
  const numerator = max(2 * size, baseBytes / LIMB_BYTES + 1) + 4
  return (size * (WINDOW_ENTRIES + 2) + numerator) * LIMB_BYTES
}

/** Writes base^exponent mod modulus to `out`, `modulusBytes` bytes; all numbers big-endian. A modulus of 0 gives 0. */
export function modexp(
  base: usize, baseBytes: u32, exponent: usize, exponentBytes: u32, modulusAt: usize, modulusBytes: u32, out: usize,
  workspace: usize,
): void {
  memory.fill(out, 0, modulusBytes)
  modulus = workspace
  limbs = readLimbs(modulus, modulusAt, modulusBytes)
  if (limbs == 0) return
  const bytes = limbs * LIMB_BYTES
  const result = modulus + bytes
  const table = result + bytes
  product = table + bytes * WINDOW_ENTRIES
  normalise()
  const baseLimbs = readLimbs(product, base, baseBytes)
  reduce(max(baseLimbs, limbs), baseLimbs, table + bytes)
  power(result, table, exponent, exponentBytes)
  writeBytes(out, modulusBytes, result)
}

/** Limbs of a number, without leading zeros. */
function readLimbs(to: usize, from: usize, bytes: u32): u32 {
  let first: u32 = 0
  while (first < bytes && load<u8>(from + first) == 0) first++
  const count = (bytes - first + 3) / LIMB_BYTES
  for (let i: u32 = 0; i < count; i++) {
    let limb: u32 = 0
    for (let k: u32 = 0; k < LIMB_BYTES; k++) {
      const place = i * LIMB_BYTES + k
      if (place < bytes - first) limb |= u32(load<u8>(from + bytes - 1 - place)) << (8 * k)
    }
    store<u32>(to + i * LIMB_BYTES, limb)
  }
  return count
}

function writeBytes(to: usize, bytes: u32, from: usize): void {
  const used = min(bytes, limbs * LIMB_BYTES)
  for (let place: u32 = 0; place < used; place++) {
    store<u8>(to + bytes - 1 - place, load<u8>(from + place))
  }
}

function normalise(): void {
  shift = clz<u32>(load<u32>(modulus + (limbs - 1) * LIMB_BYTES))
  shiftLeft(modulus, limbs)
  const high = load<u32>(modulus + (limbs - 1) * LIMB_BYTES)
  highReciprocal = u32((((~u64(high)) << 32) | 0xffffffff) / u64(high))
}

/** Shifts in place; what leaves the highest limb is lost. */
function shiftLeft(at: usize, count: u32): void {
  if (shift == 0) return
  for (let i = count - 1; i > 0; i--) {
    const place = at + i * LIMB_BYTES
    store<u32>(place, (load<u32>(place) << shift) | (load<u32>(place - LIMB_BYTES) >> (32 - shift)))
  }
  store<u32>(at, load<u32>(at) << shift)
}

/** result = table[1] ^ exponent, which has `bytes` bytes. */
function power(result: usize, table: usize, exponent: usize, bytes: u32): void {
  let first: u32 = 0
  while (first < bytes && load<u8>(exponent + first) == 0) first++
  const size = limbs * LIMB_BYTES
  setOne(table)
  memory.copy(result, table, size)
  if (first == bytes) return
  const bits: u32 = 8 * (bytes - first) - (clz<u32>(load<u8>(exponent + first)) - 24)
  if (bits <= MAX_BINARY_BITS) {
    for (let bit = bits; bit > 0; bit--) {
      if (bit != bits) multiply(result, result, result)
      if (bitsAt(exponent + bytes, bit - 1, 1) != 0) multiply(result, result, table + size)
    }
    return
  }
  for (let i: u32 = 2; i < WINDOW_ENTRIES; i++) multiply(table + i * size, table + (i - 1) * size, table + size)
  const windows = (bits + 3) >> 2
  for (let window = windows; window > 0; window--) {
    if (window != windows) for (let i = 0; i < 4; i++) multiply(result, result, result)
    const digit = bitsAt(exponent + bytes, (window - 1) << 2, 4)
    if (digit != 0) multiply(result, result, table + digit * size)
  }
}

/** `count` bits from bit `at` on, counted from the lowest, of a big-endian number that ends before `end`; they are of one byte. */
function bitsAt(end: usize, at: u32, count: u32): u32 {
  return (u32(load<u8>(end - 1 - (at >> 3))) >> (at & 7)) & ((1 << count) - 1)
}

/** 1 mod modulus. */
function setOne(to: usize): void {
  store<u32>(product, 1)
  reduce(limbs, 1, to)
}

/** out = a * b mod modulus; `out` may be either. */
function multiply(out: usize, a: usize, b: usize): void {
  const count = limbs
  const to = product
  memory.fill(to, 0, 2 * count * LIMB_BYTES)
  for (let i: u32 = 0; i < count; i++) {
    const factor = u64(load<u32>(a + (i << 2)))
    if (factor == 0) continue
    let carry: u64 = 0
    let at = to + (i << 2)
    for (let from = b; from < b + (count << 2); from += 4) {
      // At most 2^64 - 1.
      const sum = factor * load<u32>(from) + load<u32>(at) + carry
      store<u32>(at, u32(sum))
      carry = sum >> 32
      at += 4
    }
    store<u32>(at, u32(carry))
  }
  reduce(2 * count, 2 * count, out)
}

/** Writes the product, of which `used` limbs are set, modulo the modulus to `out`; it is taken for `count` limbs, at least the modulus's. */
function reduce(count: u32, used: u32, out: usize): void {
  const number = product
  memory.fill(number + used * LIMB_BYTES, 0, (count + 1 - used) * LIMB_BYTES)
  shiftLeft(number, count + 1)
  for (let j = i32(count - limbs); j >= 0; j--) subtractMultiple(number + (u32(j) << 2))
  for (let i: u32 = 0; i < limbs; i++) {
    const place = number + (i << 2)
    const high = i + 1 < limbs && shift != 0 ? load<u32>(place + 4) << (32 - shift) : 0
    store<u32>(out + (i << 2), (load<u32>(place) >> shift) | high)
  }
}

/** Takes the modulus off the limbs at `at`, one more than it has, as often as it goes. */
function subtractMultiple(at: usize): void {
  const top = at + (limbs << 2)
  let quotient = quotientOf(top)
  if (quotient == 0) return
  let carry: u64 = 0
  let borrow: u64 = 0
  let place = at
  for (let from = modulus; from < modulus + (limbs << 2); from += 4) {
    const part = quotient * load<u32>(from) + carry
    carry = part >> 32
    const difference = u64(load<u32>(place)) - (part & 0xffffffff) - borrow
    store<u32>(place, u32(difference))
    borrow = difference >> 63
    place += 4
  }
  const last = u64(load<u32>(top)) - carry - borrow
  store<u32>(top, u32(last))
  if (last >> 63 != 0) addBack(at)
}

/** The quotient was one too large. */
function addBack(at: usize): void {
  let carry: u64 = 0
  let place = at
  for (let from = modulus; from < modulus + (limbs << 2); from += 4) {
    const sum = u64(load<u32>(place)) + load<u32>(from) + carry
    store<u32>(place, u32(sum))
    carry = sum >> 32
    place += 4
  }
  store<u32>(place, u32(u64(load<u32>(place)) + carry))
}

/** What the limb at `top` and those below are divided by the modulus, or one more. Step D3. */
function quotientOf(top: usize): u64 {
  const high = u64(load<u32>(modulus + ((limbs - 1) << 2)))
  const u2 = u64(load<u32>(top))
  const u1 = u64(load<u32>(top - 4))
  let quotient: u64
  let rest: u64
  if (u2 >= high) {
    quotient = 0xffffffff
    rest = ((u2 << 32) | u1) - quotient * high
  } else {
    const estimate = u64(highReciprocal) * u2 + ((u2 << 32) | u1)
    let q = u32(estimate >> 32) + 1
    let r = u32(u1) - q * u32(high)
    if (r > u32(estimate)) {
      q -= 1
      r += u32(high)
    }
    if (r >= u32(high)) {
      q += 1
      r -= u32(high)
    }
    quotient = u64(q)
    rest = u64(r)
  }
  if (limbs == 1) return quotient
  const second = u64(load<u32>(modulus + ((limbs - 2) << 2)))
  const u0 = u64(load<u32>(top - 8))
  while (rest >> 32 == 0 && quotient * second > ((rest << 32) | u0)) {
    quotient -= 1
    rest += high
  }
  return quotient
}
