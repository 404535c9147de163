import type { Address, Word } from '../../primitives/index.ts'
import { ZERO_HASH } from '../../primitives/index.ts'
import type { Frame } from '../frame.ts'
import { gas, HOST_CALL, INK_PER_GAS, POINTER, toInk, totalInk } from '../ink.ts'
import type { HostFunction } from './hostFunction.ts'
import { hostFunction } from './hostFunction.ts'

const plain = HOST_CALL
const throughPointer = totalInk(HOST_CALL, POINTER)

/** Writes 32 bytes, big-endian. */
const word = (name: string, read: (frame: Frame) => Word): HostFunction =>
  hostFunction({
    name,
    params: ['i32'],
    result: 'none',
    price: throughPointer,
    run: (frame, pointer) => frame.memory.writeWord(pointer, read(frame)),
  })

/** Writes 20 bytes. */
const address = (name: string, read: (frame: Frame) => Address): HostFunction =>
  hostFunction({
    name,
    params: ['i32'],
    result: 'none',
    price: throughPointer,
    run: (frame, pointer) => frame.memory.writeAddress(pointer, read(frame)),
  })

const long = (name: string, read: (frame: Frame) => bigint): HostFunction =>
  hostFunction({ name, params: [], result: 'i64', price: plain, run: read })

const int = (name: string, read: (frame: Frame) => number): HostFunction =>
  hostFunction({ name, params: [], result: 'i32', price: plain, run: read })

/** What the frame, the transaction and the block are. */
export const contextFunctions: readonly HostFunction[] = [
  address('contract_address', ({ execution }) => execution.recipient),
  address('msg_sender', ({ execution }) => execution.caller),
  word('msg_value', ({ execution }) => execution.valueWei),
  int('msg_reentrant', ({ execution, scratch }) => ((scratch.openFrames.get(execution.recipient) ?? 0) > 1 ? 1 : 0)),
  address('tx_origin', ({ host }) => host.transaction.origin),
  word('tx_gas_price', ({ host }) => host.transaction.gasPriceWei),
  int('tx_ink_price', () => INK_PER_GAS),
  word('block_basefee', ({ host }) => host.block.baseFeeWei),
  address('block_coinbase', ({ host }) => host.block.coinbase),
  long('block_gas_limit', ({ host }) => host.block.gasLimit),
  long('block_number', ({ host }) => host.block.number),
  long('block_timestamp', ({ host }) => host.block.timestampSeconds),
  long('chainid', ({ host }) => host.block.chainId),
  long('evm_gas_left', ({ meter }) => meter.gasLeft),
  long('evm_ink_left', ({ meter }) => meter.inkLeft),
]

/** What BLOCKHASH costs. Source: Yellow Paper, appendix G. */
const BLOCK_HASH_INK = toInk(gas(20))

/** What the EVM knows of the block and Stylus does not. Each writes 32 bytes; what does not exist is 0. */
export const blockFunctions: readonly HostFunction[] = [
  hostFunction({
    module: 'evmpp',
    name: 'block_hash',
    params: ['i64', 'i32'],
    result: 'none',
    price: totalInk(throughPointer, BLOCK_HASH_INK),
    run: ({ memory, host }, number, output) => memory.writeHash(output, host.blockHash(number) ?? ZERO_HASH),
  }),
  hostFunction({
    module: 'evmpp',
    name: 'prevrandao',
    params: ['i32'],
    result: 'none',
    price: throughPointer,
    run: ({ memory, host }, output) => memory.writeHash(output, host.block.prevRandao),
  }),
  hostFunction({
    module: 'evmpp',
    name: 'blob_hash',
    params: ['i32', 'i32'],
    result: 'none',
    price: throughPointer,
    run: ({ memory, host }, index, output) =>
      memory.writeHash(output, host.transaction.blobVersionedHashes[index] ?? ZERO_HASH),
  }),
  hostFunction({
    module: 'evmpp',
    name: 'blob_basefee',
    params: ['i32'],
    result: 'none',
    price: throughPointer,
    run: ({ memory, host }, output) => memory.writeWord(output, host.block.blobBaseFeeWei),
  }),
]
