import { CHAIN_QUERY, gas, HOST_CALL, POINTER, totalInk } from '../ink.ts'
import { WRITE_SENTRY_GAS } from '../storagePrice.ts'
import type { HostFunction } from './hostFunction.ts'
import { hostFunction, refuseStatic } from './hostFunction.ts'

/** Source: EIP-1153. */
const TRANSIENT_GAS = gas(100)

const cached = totalInk(HOST_CALL, POINTER, POINTER)
const transient = totalInk(HOST_CALL, POINTER, POINTER, CHAIN_QUERY)

/** Slots that last, and slots that last for the transaction. Keys and values are 32 bytes, big-endian. */
export const storageFunctions: readonly HostFunction[] = [
  hostFunction({
    name: 'storage_load_bytes32',
    params: ['i32', 'i32'],
    result: 'none',
    price: cached,
    run: ({ memory, storage }, key, output) => memory.writeWord(output, storage.load(memory.readWord(key))),
  }),
  hostFunction({
    name: 'storage_cache_bytes32',
    params: ['i32', 'i32'],
    result: 'none',
    price: cached,
    run: (frame, key, value) => {
      refuseStatic(frame, 'storage write')
      frame.storage.store(frame.memory.readWord(key), frame.memory.readWord(value))
    },
  }),
  hostFunction({
    name: 'storage_flush_cache',
    params: ['i32'],
    result: 'none',
    price: totalInk(HOST_CALL, CHAIN_QUERY),
    run: ({ meter, storage }, clear) => {
      meter.require(WRITE_SENTRY_GAS)
      storage.flush()
      if (clear !== 0) storage.clear()
    },
  }),
  hostFunction({
    name: 'transient_load_bytes32',
    params: ['i32', 'i32'],
    result: 'none',
    price: transient,
    run: ({ meter, memory, host, execution }, key, output) => {
      meter.chargeGas(TRANSIENT_GAS)
      memory.writeWord(output, host.journal.transient(execution.recipient, memory.readWord(key)))
    },
  }),
  hostFunction({
    name: 'transient_store_bytes32',
    params: ['i32', 'i32'],
    result: 'none',
    price: transient,
    run: (frame, key, value) => {
      refuseStatic(frame, 'transient storage write')
      frame.meter.chargeGas(TRANSIENT_GAS)
      const { memory, host, execution } = frame
      host.journal.setTransient(execution.recipient, memory.readWord(key), memory.readWord(value))
    },
  }),
]

/** Storage that transactions can change at the same time. */
export const commutativeFunctions: readonly HostFunction[] = [
  hostFunction({
    module: 'evmpp',
    name: 'storage_add',
    params: ['i32', 'i32', 'i32', 'i32'],
    result: 'i32',
    price: totalInk(HOST_CALL, POINTER, POINTER, POINTER, POINTER, CHAIN_QUERY),
    run: (frame, key, delta, minimum, maximum) => {
      refuseStatic(frame, 'storage write')
      const { memory, storage } = frame
      const bounds = { minimum: memory.readWord(minimum), maximum: memory.readWord(maximum) }
      return storage.add(memory.readWord(key), BigInt.asIntN(256, memory.readWord(delta)), bounds) ? 0 : 1
    },
  }),
]
