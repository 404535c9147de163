import type { Hash } from '../../primitives/index.ts'
import { FrameEnd, trap } from '../frameEnd.ts'
import { CHAIN_QUERY, gas, HOST_CALL, ink, keccakPrice, readPrice, totalInk, writePrice } from '../ink.ts'
import type { HostFunction } from './hostFunction.ts'
import { hostFunction, refuseStatic } from './hostFunction.ts'

const TOPIC_BYTES = 32
const MAX_TOPICS = 4
const LOG_GAS = 375
const LOG_BYTE_GAS = 8

/** What comes in and what goes out: arguments, results, return data, logs; hashing and memory. */
export const dataFunctions: readonly HostFunction[] = [
  hostFunction({
    name: 'read_args',
    params: ['i32'],
    result: 'none',
    price: ({ args }) => totalInk(HOST_CALL, writePrice(args.length)),
    run: ({ memory, args }, pointer) => memory.write(pointer, args),
  }),
  hostFunction({
    name: 'write_result',
    params: ['i32', 'i32'],
    result: 'none',
    price: (_frame, _pointer, length) => totalInk(HOST_CALL, readPrice(length), readPrice(length)),
    run: (frame, pointer, length) => {
      frame.result = frame.memory.read(pointer, length)
    },
  }),
  hostFunction({
    name: 'exit_early',
    params: ['i32'],
    result: 'none',
    price: ink(0),
    run: (_frame, status) => {
      throw new FrameEnd({ kind: 'exit', status })
    },
  }),
  hostFunction({
    name: 'return_data_size',
    params: [],
    result: 'i32',
    price: HOST_CALL,
    run: ({ returnData }) => returnData.length,
  }),
  hostFunction({
    name: 'read_return_data',
    params: ['i32', 'i32', 'i32'],
    result: 'i32',
    price: ({ returnData }, _pointer, offset, size) =>
      totalInk(HOST_CALL, CHAIN_QUERY, writePrice(overlap(returnData.length, offset, size))),
    run: ({ memory, returnData }, pointer, offset, size) => {
      const count = overlap(returnData.length, offset, size)
      memory.write(pointer, returnData.subarray(offset, offset + count))
      return count
    },
  }),
  hostFunction({
    name: 'emit_log',
    params: ['i32', 'i32', 'i32'],
    result: 'none',
    price: (_frame, _pointer, length) => totalInk(HOST_CALL, CHAIN_QUERY, readPrice(length)),
    run: (frame, pointer, length, topicCount) => {
      refuseStatic(frame, 'log')
      const dataLength = length - topicCount * TOPIC_BYTES
      if (topicCount > MAX_TOPICS || dataLength < 0) trap(`log of ${length} bytes with ${topicCount} topics`)
      frame.meter.chargeGas(gas(LOG_GAS * (1 + topicCount) + LOG_BYTE_GAS * dataLength))
      const { memory } = frame
      const topics: Hash[] = []
      for (let index = 0; index < topicCount; index += 1) topics.push(memory.readHash(pointer + index * TOPIC_BYTES))
      const data = memory.read(pointer + topicCount * TOPIC_BYTES, dataLength)
      frame.host.journal.log({ address: frame.execution.recipient, topics, data })
    },
  }),
  hostFunction({
    name: 'native_keccak256',
    params: ['i32', 'i32', 'i32'],
    result: 'none',
    price: (_frame, _pointer, length) => keccakPrice(length),
    run: ({ memory }, pointer, length, output) => memory.hash(pointer, length, output),
  }),
  hostFunction({
    name: 'pay_for_memory_grow',
    params: ['i32'],
    result: 'none',
    price: (_frame, pages) => (pageCount(pages) === 0 ? HOST_CALL : ink(0)),
    run: (frame, pages) => frame.payForPages(pageCount(pages)),
  }),
]

/** A part of the arguments, for contracts that do not want all of them in memory. Answers how many bytes there were. */
export const sliceFunctions: readonly HostFunction[] = [
  hostFunction({
    module: 'evmpp',
    name: 'read_args_slice',
    params: ['i32', 'i32', 'i32'],
    result: 'i32',
    price: ({ args }, _pointer, offset, size) => totalInk(HOST_CALL, writePrice(overlap(args.length, offset, size))),
    run: ({ memory, args }, pointer, offset, size) => {
      const count = overlap(args.length, offset, size)
      memory.write(pointer, args.subarray(offset, offset + count))
      return count
    },
  }),
]

/** How many of `size` bytes from `offset` on exist among `length`. */
export function overlap(length: number, offset: number, size: number): number {
  return Math.min(size, Math.max(0, length - offset))
}

/** The argument counts as 16 bits. */
function pageCount(argument: number): number {
  return argument & 0xffff
}
