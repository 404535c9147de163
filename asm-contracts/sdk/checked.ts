// Arithmetic of the integers that the machine has, as Solidity checks it. The compiler calls these in the place of the
// operators that stand in a contract's own files; here and in all other libraries operators wrap.

import { NO_MEMBER, panic } from './revert'
import { DIVISION_BY_ZERO, OVERFLOW } from './word'

function overflow(): void {
  panic(OVERFLOW)
}

function divisionByZero(): void {
  panic(DIVISION_BY_ZERO)
}

/** The smallest number of a signed type: the one that has no positive counterpart. */
// @ts-ignore: decorator
@inline function smallest<T>(): T {
  return <T>(<T>1 << <T>((sizeof<T>() << 3) - 1))
}

// @ts-ignore: decorator
@inline export function add<T>(a: T, b: T): T {
  const sum = <T>(a + b)
  if (isSigned<T>()) {
    // Adding makes it smaller if, and only if, b is negative. Where b is known, half of this is known.
    if ((sum < a) != (b < 0)) overflow()
  } else {
    if (sum < b) overflow()
  }
  return sum
}

// @ts-ignore: decorator
@inline export function subtract<T>(a: T, b: T): T {
  const difference = <T>(a - b)
  if (isSigned<T>()) {
    if ((difference > a) != (b < 0)) overflow()
  } else {
    if (a < b) overflow()
  }
  return difference
}

// @ts-ignore: decorator
@inline export function multiply<T>(a: T, b: T): T {
  if (sizeof<T>() == 8) return isSigned<T>() ? <T>multiplyI64(<i64>a, <i64>b) : <T>multiplyU64(<u64>a, <u64>b)
  if (isSigned<T>()) {
    const product = <i64>a * <i64>b
    if (<i64>(<T>product) != product) overflow()
    return <T>product
  }
  const product = <u64>a * <u64>b
  if (<u64>(<T>product) != product) overflow()
  return <T>product
}

function multiplyU64(a: u64, b: u64): u64 {
  const product = a * b
  // Two halves fit; else division tells, which costs as much as ten other operations.
  if ((a | b) >>> 32 && a && product / a != b) overflow()
  return product
}

function multiplyI64(a: i64, b: i64): i64 {
  const product = a * b
  if (<i64>(<i32>a) == a && <i64>(<i32>b) == b) return product
  if (a == -1 ? b == i64.MIN_VALUE : a && product / a != b) overflow()
  return product
}

// @ts-ignore: decorator
@inline export function divide<T>(a: T, b: T): T {
  if (!b) divisionByZero()
  if (isSigned<T>()) {
    if (b == <T>-1 && a == smallest<T>()) overflow()
  }
  return a / b
}

// @ts-ignore: decorator
@inline export function remainder<T>(a: T, b: T): T {
  if (!b) divisionByZero()
  return a % b
}

export function power<T>(base: T, exponent: T): T {
  if (isSigned<T>()) {
    if (exponent < 0) overflow()
  }
  let made: T = 1
  let square = base
  while (true) {
    if (exponent & 1) made = multiply<T>(made, square)
    exponent >>= 1
    if (!exponent) return made
    square = multiply<T>(square, square)
  }
}

/** What negating gave: the smallest number is its own negative, which is no number. */
// @ts-ignore: decorator
@inline export function negative<T>(value: T): T {
  if (value == smallest<T>()) overflow()
  return value
}

/** A number that becomes one without sign. */
// @ts-ignore: decorator
@inline export function positive<T>(value: T): T {
  if (value < 0) overflow()
  return value
}

/** A number without sign that becomes one with sign, in as many bits. */
// @ts-ignore: decorator
@inline export function halved<T>(value: T): T {
  if (value >>> <T>((sizeof<T>() << 3) - 1)) overflow()
  return value
}

/** A number that becomes a member of an enumeration that has `count`, which is Panic(0x21) when there is none. */
export function member<T>(value: T, count: u32): u8 {
  if (isSigned<T>()) {
    if (value < 0) panic(NO_MEMBER)
  }
  if (<u64>value >= <u64>count) panic(NO_MEMBER)
  return <u8>value
}
