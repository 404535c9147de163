import type { Hex } from 'viem'
import { bytesToHex, hexToBytes, keccak256, numberToHex, pad, zeroAddress } from 'viem'
import { assert } from '../../../src/primitives/index.ts'
import type { Memory, Module } from './v8.ts'
import { Instance } from './v8.ts'

/** How a frame ended. A trap is neither: it fails the test. */
export type Outcome = {
  readonly status: 'success' | 'revert'
  readonly output: Hex
  readonly logs: readonly { readonly topics: readonly Hex[]; readonly data: Hex }[]
}

/** What a contract asked of another. */
export type OutgoingCall = {
  readonly kind: 'call' | 'staticcall' | 'delegatecall' | 'create'
  readonly target: Hex
  readonly data: Hex
  readonly valueWei: bigint
}

/** One frame to run. */
export type FrameOptions = {
  readonly entry?: 'user_entrypoint' | 'user_constructor'
  readonly data: Hex
  readonly sender?: Hex
  readonly valueWei?: bigint
  /** Storage of the transaction that the frame is part of. Default: an empty one. */
  readonly transient?: MockStorage
  /** Answers calls to other contracts; without it every one succeeds and returns nothing. */
  readonly onCall?: (call: OutgoingCall) => { readonly success: boolean; readonly data: Hex }
}

/** A contract's storage: slot to value, both 32 bytes; a zero value is absent. */
export type MockStorage = Map<Hex, Hex>

/** Thrown through wasm when the contract ends its frame. */
class EarlyExit {
  readonly status: number
  constructor(status: number) {
    this.status = status
  }
}

const ZERO = pad('0x', { size: 32 })
export const SELF: Hex = '0x5e1f00000000000000000000000000000000005e'
export const SENDER: Hex = '0x5e4de4000000000000000000000000000000abcd'
const MODULUS = 1n << 256n

/**
 * Runs one frame of a module in plain Node against the smallest host that speaks `vm_hooks`. It does no metering and
 * undoes storage only of a frame that reverts: what it checks is the contract, not the machine.
 */
export function runFrame(module: Module, storage: MockStorage, options: FrameOptions): Outcome {
  const before = new Map(storage)
  const host = createHooks(storage, options)
  const instance = new Instance(module, { vm_hooks: host.hooks })
  const { memory, [options.entry ?? 'user_entrypoint']: entry } = instance.exports
  assert(typeof entry === 'function', 'a module exports its entry')
  host.attach(memory as Memory)
  const status = statusOf(() => entry((options.data.length - 2) / 2))
  if (status === 0) return { status: 'success', ...host.result() }
  storage.clear()
  for (const [slot, value] of before) storage.set(slot, value)
  return { status: 'revert', output: host.result().output, logs: [] }
}

function statusOf(run: () => number): number {
  try {
    return run()
  } catch (thrown) {
    if (thrown instanceof EarlyExit) return thrown.status
    throw thrown
  }
}

function createHooks(storage: MockStorage, options: FrameOptions) {
  let memory: Memory = { buffer: new ArrayBuffer(0) }
  let output: Hex = '0x'
  let returned: Hex = '0x'
  const logs: Outcome['logs'][number][] = []
  const transient = options.transient ?? new Map<Hex, Hex>()
  const sender = options.sender ?? SENDER
  const read = (at: number, size: number): Hex => bytesToHex(new Uint8Array(memory.buffer, at, size))
  const write = (at: number, hex: Hex): void => new Uint8Array(memory.buffer).set(hexToBytes(hex), at)
  const word = (at: number): bigint => BigInt(read(at, 32))
  const setWord = (at: number, value: bigint): void => write(at, numberToHex(value, { size: 32 }))
  const reply = (answer: { success: boolean; data: Hex }, returnedAt: number): number => {
    returned = answer.data
    new DataView(memory.buffer).setUint32(returnedAt, (returned.length - 2) / 2, true)
    return answer.success ? 0 : 2
  }
  const outgoing = (call: OutgoingCall) => options.onCall?.(call) ?? { success: true, data: '0x' as const }
  const create = (call: OutgoingCall, created: number, at: number): void => {
    const answer = outgoing(call)
    write(created, answer.success ? answer.data : zeroAddress)
    reply(answer.success ? { success: true, data: '0x' } : answer, at)
  }
  const hooks = {
    read_args: (to: number) => write(to, options.data),
    write_result: (from: number, size: number) => {
      output = read(from, size)
    },
    exit_early: (status: number) => {
      throw new EarlyExit(status)
    },
    pay_for_memory_grow: () => undefined,
    storage_load_bytes32: (slot: number, to: number) => write(to, storage.get(read(slot, 32)) ?? ZERO),
    storage_cache_bytes32: (slot: number, value: number) => {
      if (read(value, 32) === ZERO) storage.delete(read(slot, 32))
      else storage.set(read(slot, 32), read(value, 32))
    },
    transient_load_bytes32: (slot: number, to: number) => write(to, transient.get(read(slot, 32)) ?? ZERO),
    transient_store_bytes32: (slot: number, value: number) => {
      transient.set(read(slot, 32), read(value, 32))
    },
    native_keccak256: (from: number, size: number, to: number) => write(to, keccak256(read(from, size))),
    math_div: (at: number, by: number) => setWord(at, word(by) === 0n ? 0n : word(at) / word(by)),
    math_mod: (at: number, by: number) => setWord(at, word(by) === 0n ? 0n : word(at) % word(by)),
    math_mul_mod: (at: number, factor: number, by: number) =>
      setWord(at, word(by) === 0n ? 0n : (word(at) * word(factor)) % word(by)),
    emit_log: (from: number, size: number, count: number) => {
      const topics = Array.from({ length: count }, (_, index) => read(from + 32 * index, 32))
      logs.push({ topics, data: read(from + 32 * count, size - 32 * count) })
    },
    call_contract: (to: number, from: number, size: number, value: number, _gas: bigint, at: number) =>
      reply(outgoing({ kind: 'call', target: read(to, 20), data: read(from, size), valueWei: word(value) }), at),
    static_call_contract: (to: number, from: number, size: number, _gas: bigint, at: number) =>
      reply(outgoing({ kind: 'staticcall', target: read(to, 20), data: read(from, size), valueWei: 0n }), at),
    delegate_call_contract: (to: number, from: number, size: number, _gas: bigint, at: number) =>
      reply(outgoing({ kind: 'delegatecall', target: read(to, 20), data: read(from, size), valueWei: 0n }), at),
    create1: (from: number, size: number, value: number, created: number, at: number) =>
      create({ kind: 'create', target: zeroAddress, data: read(from, size), valueWei: word(value) }, created, at),
    create2: (from: number, size: number, value: number, _salt: number, created: number, at: number) =>
      create({ kind: 'create', target: zeroAddress, data: read(from, size), valueWei: word(value) }, created, at),
    read_return_data: (to: number, offset: number, size: number) => {
      const part = hexToBytes(returned).subarray(offset, offset + size)
      write(to, bytesToHex(part))
      return part.length
    },
    account_balance: (_account: number, to: number) => setWord(to, 1_000n),
    // Accounts whose address begins with a zero byte have no code.
    account_code_size: (account: number) => (read(account, 1) === '0x00' ? 0 : 1),
    account_codehash: (account: number, to: number) => write(to, keccak256(read(account, 20))),
    contract_address: (to: number) => write(to, SELF),
    msg_sender: (to: number) => write(to, sender),
    msg_value: (to: number) => setWord(to, (options.valueWei ?? 0n) % MODULUS),
    tx_origin: (to: number) => write(to, sender),
    tx_gas_price: (to: number) => setWord(to, 7n),
    block_number: () => 12n,
    block_timestamp: () => 1_700_000_000n,
    block_basefee: (to: number) => setWord(to, 9n),
    block_coinbase: (to: number) => write(to, zeroAddress),
    block_gas_limit: () => 60_000_000n,
    chainid: () => 31_337n,
    evm_gas_left: () => 1_000_000n,
  }
  return {
    hooks,
    attach: (exported: Memory) => {
      memory = exported
    },
    result: () => ({ output, logs }),
  }
}
