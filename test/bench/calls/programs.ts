import type { Bytes, Hex } from '../../../src/primitives/index.ts'
import { concatBytes, toHex, wordToBytes } from '../../../src/primitives/index.ts'
import type { StateView } from '../../../src/state/index.ts'
import { assemble } from '../../compliance/evm/code.ts'
import { addr, world } from '../../harness/world.ts'

/** A loop around `body`, and what it must return. */
export type CallProgram = {
  readonly name: string
  readonly view: StateView
  /** 32 bytes: the sum of what the bodies left on the stack; 32 bytes: the first word of memory. */
  readonly output: Hex
  /** Only a `frame` of an EVM contract has bounds. */
  readonly kind: 'yardstick' | 'frame' | 'precompile'
}

const CALLEE = addr(0x1003)
/** The account that loops. */
export const LOOP = addr(0x1002)
const ANSWER = 42n

/** Runs `body` count times; each leaves one word, which is added up. */
function loop(body: string, count: number): Bytes {
  const head = assemble(`0x00 0x${count.toString(16).padStart(6, '0')}`)
  const start = `0x${head.length.toString(16).padStart(2, '0')}`
  // SWAP1 SWAP2 ADD SWAP1: the sum is below the counter. Then 1 SWAP1 SUB: a step down.
  const round = `JUMPDEST ${body} .909101 .90 0x01 .9003 .80 ${start} JUMPI`
  return concatBytes(head, assemble(`${round} POP 0x00 MLOAD 0x20 MSTORE 0x00 MSTORE 0x40 0x00 RETURN`))
}

const CALL_ENDS = '0x20 0x00 0x20 0x00'
const TARGET = '0x1003 GAS'
const RETURN_ANSWER = '0x2a 0x00 MSTORE 0x20 0x00 RETURN'

/** Arithmetic as compilers write it: no calls, no state. The yardstick. */
export const YARDSTICK_BODY = '0x05 0x07 ADD .80 ADD 0x03 .90 0x0b ADD .80 .16 ADD 0x00 MSTORE 0x00 MLOAD POP 0x01'

/** The loops that are measured, `count` rounds each. */
export function callPrograms(count: number): readonly CallProgram[] {
  const program = (
    name: string,
    body: string,
    callee: Bytes | undefined,
    sum: number,
    first: bigint,
    kind: CallProgram['kind'] = 'frame',
  ): CallProgram => ({
    name,
    view: world({
      [addr(1)]: { balanceWei: 10n ** 24n },
      [LOOP]: { code: loop(body, count), balanceWei: 10n ** 24n },
      ...(callee === undefined ? {} : { [CALLEE]: { code: callee } }),
    }),
    output: toHex(concatBytes(wordToBytes(BigInt(sum)), wordToBytes(first))),
    kind,
  })
  return [
    program('no call: arithmetic', YARDSTICK_BODY, undefined, count, 38n, 'yardstick'),
    program('STATICCALL, STOP', `${CALL_ENDS} ${TARGET} STATICCALL`, assemble('STOP'), count, 0n),
    program('STATICCALL, a word', `${CALL_ENDS} ${TARGET} STATICCALL`, assemble(RETURN_ANSWER), count, ANSWER),
    program('CALL, a word', `${CALL_ENDS} 0x00 ${TARGET} CALL`, assemble(RETURN_ANSWER), count, ANSWER),
    program('CALL with value', `${CALL_ENDS} 0x01 ${TARGET} CALL`, assemble(RETURN_ANSWER), count, ANSWER),
    program('DELEGATECALL, a word', `${CALL_ENDS} ${TARGET} DELEGATECALL`, assemble(RETURN_ANSWER), count, ANSWER),
    program('CALLCODE, a word', `${CALL_ENDS} 0x00 ${TARGET} CALLCODE`, assemble(RETURN_ANSWER), count, ANSWER),
    program('CALL, reverts', `${CALL_ENDS} 0x00 ${TARGET} CALL`, assemble('0x00 0x00 REVERT'), 0, 0n),
    program('CALL, halts', `${CALL_ENDS} 0x00 0x1003 0xff CALL`, assemble('INVALID'), 0, 0n),
    program('CALL, stores', `${CALL_ENDS} 0x00 ${TARGET} CALL`, assemble('GAS 0x00 SSTORE'), count, 0n),
    program('CALL, no code', `${CALL_ENDS} 0x00 0x7777 GAS CALL`, undefined, count, 0n),
    program('STATICCALL, identity', `${CALL_ENDS} 0x04 GAS STATICCALL`, undefined, count, 0n, 'precompile'),
  ]
}
