import type { Word } from '../../primitives/index.ts'
import type { Ink } from '../ink.ts'
import { ADD_MOD, DIVISION, HOST_CALL, MUL_MOD, POINTER, powerPrice } from '../ink.ts'
import type { HostFunction } from './hostFunction.ts'
import { fixed, hostFunction } from './hostFunction.ts'

/** `a = a op b`, in place. */
const binary = (name: string, price: Ink, operate: (a: Word, b: Word) => Word): HostFunction =>
  hostFunction({
    name,
    params: ['i32', 'i32'],
    result: 'none',
    price: fixed(HOST_CALL, POINTER, POINTER, POINTER, price),
    run: ({ memory }, a, b) => memory.writeWord(a, operate(memory.readWord(a), memory.readWord(b))),
  })

/** `a = a op b modulo c`, in place; 0 for a modulus of 0. */
const modular = (name: string, price: Ink, operate: (a: Word, b: Word) => bigint): HostFunction =>
  hostFunction({
    name,
    params: ['i32', 'i32', 'i32'],
    result: 'none',
    price: fixed(HOST_CALL, POINTER, POINTER, POINTER, POINTER, price),
    run: ({ memory }, a, b, c) => {
      const modulus = memory.readWord(c)
      memory.writeWord(a, modulus === 0n ? 0n : operate(memory.readWord(a), memory.readWord(b)) % modulus)
    },
  })

/** Arithmetic of 256-bit unsigned words, each replacing its first operand. */
export const mathFunctions: readonly HostFunction[] = [
  binary('math_div', DIVISION, (a, b) => (b === 0n ? 0n : a / b)),
  binary('math_mod', DIVISION, (a, b) => (b === 0n ? 0n : a % b)),
  modular('math_add_mod', ADD_MOD, (a, b) => a + b),
  modular('math_mul_mod', MUL_MOD, (a, b) => a * b),
  hostFunction({
    name: 'math_pow',
    params: ['i32', 'i32'],
    result: 'none',
    price: fixed(HOST_CALL, POINTER, POINTER, POINTER),
    run: ({ meter, memory }, base, exponent) => {
      const power = memory.readWord(exponent)
      meter.charge(powerPrice(power))
      memory.writeWord(base, wrappingPower(memory.readWord(base), power))
    },
  }),
]

/** `base ** exponent` modulo 2^256, by squaring: at most 256 steps. */
function wrappingPower(base: Word, exponent: Word): Word {
  let result = 1n
  let square = base
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asUintN(256, result * square)
    square = BigInt.asUintN(256, square * square)
  }
  return result
}
