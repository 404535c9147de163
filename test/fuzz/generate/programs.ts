import type { Bytes, Hardfork } from '../../../src/primitives/index.ts'
import type { Random } from '../random.ts'
import { Assembler } from './assembler.ts'
import { writeEnd, writeStatements } from './statements.ts'
import { opsOf } from './values.ts'

const MAX_STATEMENTS = 24

/** A program that keeps its stack in order and mostly ends well. */
export function structuredProgram(random: Random, hardfork: Hardfork, contracts: number): Bytes {
  const out = new Assembler()
  const statementsLeft = random.between(1, MAX_STATEMENTS)
  const writing = { random, out, ops: opsOf(hardfork), contracts, statementsLeft }
  writeStatements(writing, statementsLeft)
  writeEnd(writing)
  return out.assemble()
}

/** Any bytes. */
export function randomProgram(random: Random): Bytes {
  return random.bytes(random.between(1, 120))
}

/** Bytes that begin with enough words on the stack to get somewhere. */
export function stockedProgram(random: Random): Bytes {
  const out = new Assembler()
  const words = random.between(4, 24)
  for (let count = 0; count < words; count += 1) out.push(BigInt(random.below(random.oneIn(4) ? 100_000 : 96)))
  out.raw(random.bytes(random.between(8, 100)))
  return out.assemble()
}

/** The program with a few bytes changed, taken out or put in. */
export function mutated(random: Random, program: Bytes): Bytes {
  const bytes = [...program]
  for (let count = random.between(1, 4); count > 0; count -= 1) {
    const at = random.below(bytes.length + 1)
    if (random.oneIn(3)) bytes.splice(at, random.between(1, 3))
    else bytes.splice(at, random.below(2), random.next() & 0xff)
  }
  return Uint8Array.from(bytes)
}
