import type { Word } from '../../primitives/index.ts'
import { gasScheduleOf } from '../gasSchedule.ts'
import type { GuestMemory } from '../guestMemory.ts'
import type { Ink } from '../ink.ts'
import {
  ADD_MOD,
  ADDITION,
  DIVISION,
  HOST_CALL,
  MUL_MOD,
  MULTIPLICATION,
  POINTER,
  powerPrice,
  totalInk,
} from '../ink.ts'
import type { HostFunction } from './hostFunction.ts'
import { hostFunction } from './hostFunction.ts'

/** `a = a op b`, in place. */
const binary = (name: string, price: Ink, operate: (a: Word, b: Word) => Word): HostFunction =>
  hostFunction({
    name,
    params: ['i32', 'i32'],
    result: 'none',
    price: totalInk(HOST_CALL, POINTER, POINTER, POINTER, price),
    run: ({ memory }, a, b) => memory.writeWord(a, operate(memory.readWord(a), memory.readWord(b))),
  })

/** `a = a op b modulo c`, in place; 0 for a modulus of 0. */
const modular = (name: string, price: Ink, operate: (a: Word, b: Word) => bigint): HostFunction =>
  hostFunction({
    name,
    params: ['i32', 'i32', 'i32'],
    result: 'none',
    price: totalInk(HOST_CALL, POINTER, POINTER, POINTER, POINTER, price),
    run: ({ memory }, a, b, c) => {
      // All are read, whatever the modulus: a bad pointer traps.
      const [left, right, modulus] = [memory.readWord(a), memory.readWord(b), memory.readWord(c)]
      memory.writeWord(a, modulus === 0n ? 0n : operate(left, right) % modulus)
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
    price: totalInk(HOST_CALL, POINTER, POINTER, POINTER),
    run: ({ meter, memory, host }, base, exponent) => {
      const power = memory.readWord(exponent)
      meter.charge(powerPrice(power, gasScheduleOf(host.rules.wasmRules).powerByteInk))
      memory.writeWord(base, wrappingPower(memory.readWord(base), power))
    },
  }),
]

/** `a = a op b` modulo 2^256, in place. Answers 1 when that is not the true result, so that checking costs nothing more. */
const checked = (
  name: string,
  price: Ink,
  operate: (memory: GuestMemory, a: number, b: number) => number,
): HostFunction =>
  hostFunction({
    module: 'evmpp',
    name,
    params: ['i32', 'i32'],
    result: 'i32',
    price: totalInk(HOST_CALL, POINTER, POINTER, POINTER, price),
    run: ({ memory }, a, b) => operate(memory, a, b),
  })

function multiply(memory: GuestMemory, a: number, b: number): number {
  const exact = memory.readWord(a) * memory.readWord(b)
  const wrapped = BigInt.asUintN(256, exact)
  memory.writeWord(a, wrapped)
  return wrapped === exact ? 0 : 1
}

/** The arithmetic that Stylus leaves to the contract's own code, where it takes some hundred instructions. */
export const checkedMathFunctions: readonly HostFunction[] = [
  checked('math_add', ADDITION, (memory, a, b) => memory.addWord(a, b)),
  checked('math_sub', ADDITION, (memory, a, b) => memory.subtractWord(a, b)),
  checked('math_mul', MULTIPLICATION, multiply),
  hostFunction({
    module: 'evmpp',
    name: 'math_compare',
    params: ['i32', 'i32'],
    result: 'i32',
    price: totalInk(HOST_CALL, POINTER, POINTER),
    run: ({ memory }, a, b) => memory.compareWords(a, b),
  }),
]

/** `base ** exponent` modulo 2^256, four bits of the exponent at a time: at most 256 squarings and 64 products. */
function wrappingPower(base: Word, exponent: Word): Word {
  if (exponent < 16n) return BigInt.asUintN(256, base ** exponent)
  const powers = [1n]
  for (let power = 1; power < 16; power += 1) powers.push(BigInt.asUintN(256, (powers.at(-1) ?? 0n) * base))
  let result = 1n
  for (const digit of exponent.toString(16)) {
    for (let bit = 0; bit < 4; bit += 1) result = BigInt.asUintN(256, result * result)
    result = BigInt.asUintN(256, result * (powers[Number.parseInt(digit, 16)] ?? 0n))
  }
  return result
}
