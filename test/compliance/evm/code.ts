import type { Bytes } from '../../../src/primitives/index.ts'
import { fromHex } from '../../../src/primitives/index.ts'

const OPCODES: Readonly<Record<string, string>> = {
  STOP: '00',
  ADD: '01',
  KECCAK256: '20',
  ADDRESS: '30',
  BALANCE: '31',
  ORIGIN: '32',
  CALLER: '33',
  CALLVALUE: '34',
  CALLDATALOAD: '35',
  CALLDATASIZE: '36',
  CODESIZE: '38',
  GASPRICE: '3a',
  EXTCODESIZE: '3b',
  RETURNDATASIZE: '3d',
  RETURNDATACOPY: '3e',
  EXTCODEHASH: '3f',
  BLOCKHASH: '40',
  COINBASE: '41',
  TIMESTAMP: '42',
  NUMBER: '43',
  DIFFICULTY: '44',
  GASLIMIT: '45',
  CHAINID: '46',
  SELFBALANCE: '47',
  BASEFEE: '48',
  BLOBHASH: '49',
  BLOBBASEFEE: '4a',
  POP: '50',
  MLOAD: '51',
  MSTORE: '52',
  SLOAD: '54',
  SSTORE: '55',
  JUMP: '56',
  JUMPI: '57',
  GAS: '5a',
  JUMPDEST: '5b',
  TLOAD: '5c',
  TSTORE: '5d',
  LOG1: 'a1',
  CREATE: 'f0',
  CALL: 'f1',
  CALLCODE: 'f2',
  RETURN: 'f3',
  DELEGATECALL: 'f4',
  CREATE2: 'f5',
  STATICCALL: 'fa',
  REVERT: 'fd',
  INVALID: 'fe',
  SELFDESTRUCT: 'ff',
}

/**
 * Bytecode from words: a name of {@link OPCODES} is its byte, `0x…` (an even number of digits) pushes those bytes, and
 * `.xx…` is raw hex.
 */
export function assemble(source: string): Bytes {
  return fromHex(`0x${source.trim().split(/\s+/).map(encode).join('')}`)
}

function encode(word: string): string {
  if (word.startsWith('.')) return word.slice(1)
  if (word.startsWith('0x')) return `${(0x5f + (word.length - 2) / 2).toString(16)}${word.slice(2)}`
  const opcode = OPCODES[word]
  if (opcode === undefined) throw new Error(`no opcode is called ${word}`)
  return opcode
}

/** Stores the top of the stack in memory and returns it as 32 bytes. */
export const RETURN_TOP = '0x00 MSTORE 0x20 0x00 RETURN'
