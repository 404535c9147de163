import type { Abi, AbiParameter, Hex } from 'viem'
import { decodeErrorResult, decodeEventLog, decodeFunctionData, getAddress } from 'viem'
import type { Log } from '../primitives/index.ts'
import { toHex } from '../primitives/index.ts'
import type { TestEvent } from './types.ts'

/** What is known of a contract: enough to read what it is asked and what it says. */
export type KnownContract = { readonly name: string; readonly abi: Abi }

/** A call or an error, decoded. */
export type Decoded = {
  readonly name: string
  readonly args: readonly unknown[]
  readonly inputs: readonly AbiParameter[]
}

/** The contracts that a chain has met, and what raw data means with their ABIs. Addresses may be spelt in any case. */
export type KnownContracts = {
  add(address: Hex, contract: KnownContract): void
  find(address: Hex): KnownContract | undefined
  /** What is called by `data`; undefined when the contract is not known, or has no such function. */
  call(address: Hex, data: Hex): Decoded | undefined
  /** What revert data says. Any known contract may have declared it, since reverts are passed on. */
  error(data: Hex): Decoded | undefined
  event(log: Log): TestEvent
}

/** Knows nothing yet. */
export function createKnownContracts(): KnownContracts {
  const known = new Map<string, KnownContract>()
  const find = (address: Hex): KnownContract | undefined => known.get(address.toLowerCase())
  return {
    add(address, { name, abi }) {
      // A proxy is two contracts: what it was known for before stays.
      known.set(address.toLowerCase(), { name, abi: [...abi, ...(find(address)?.abi ?? [])] })
    },
    find,
    call(address, data) {
      const own = find(address)
      return own === undefined ? undefined : attempt(() => decodeCall(own.abi, data))
    },
    error(data) {
      // viem itself knows Error and Panic.
      return data === '0x' ? undefined : firstOf([[], ...abisOf(known)], (abi) => decodeError(abi, data))
    },
    event(log) {
      const raw = { address: getAddress(log.address), topics: log.topics, data: toHex(log.data) }
      const own = find(log.address)?.abi ?? []
      // A delegate call's or a library's events are declared elsewhere.
      const decoded = firstOf([own, ...abisOf(known)], (abi) => decodeEvent(abi, raw.topics, raw.data))
      return { ...raw, eventName: undefined, args: {}, ...decoded }
    },
  }
}

function abisOf(known: ReadonlyMap<string, KnownContract>): readonly Abi[] {
  return [...known.values()].map(({ abi }) => abi)
}

function firstOf<result>(abis: readonly Abi[], decode: (abi: Abi) => result): result | undefined {
  for (const abi of abis) {
    const decoded = attempt(() => decode(abi))
    if (decoded !== undefined) return decoded
  }
  return undefined
}

/** Undefined for what viem cannot decode: then it was meant for another ABI. */
function attempt<result>(decode: () => result): result | undefined {
  try {
    return decode()
  } catch {
    return undefined
  }
}

function decodeCall(abi: Abi, data: Hex): Decoded {
  const { functionName, args = [] } = decodeFunctionData({ abi, data })
  const item = abi.find(
    (each) => each.type === 'function' && each.name === functionName && each.inputs.length === args.length,
  )
  return { name: functionName, args, inputs: item?.type === 'function' ? item.inputs : [] }
}

function decodeError(abi: Abi, data: Hex): Decoded {
  const { errorName, args = [], abiItem } = decodeErrorResult({ abi, data })
  return { name: errorName, args, inputs: abiItem.type === 'error' ? abiItem.inputs : [] }
}

function decodeEvent(abi: Abi, topics: readonly Hex[], data: Hex): Pick<TestEvent, 'eventName' | 'args'> {
  const [signature, ...indexed] = topics
  const { eventName, args = {} } = decodeEventLog({
    abi,
    topics: signature === undefined ? [] : [signature, ...indexed],
    data,
  })
  return { eventName, args: Object.fromEntries(Object.entries(args)) }
}
