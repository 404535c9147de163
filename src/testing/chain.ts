import { resolve } from 'node:path'
import type { Hex } from 'viem'
import { encodeDeployData, getAddress } from 'viem'
import type { Address } from '../primitives/index.ts'
import {
  assert,
  checkUint,
  fromHex,
  rlpEncode,
  toAddress,
  toHex,
  trimmedBytes,
  wordToBytes,
} from '../primitives/index.ts'
import type { Executed } from '../router/index.ts'
import { secureTrieRoot } from '../state/index.ts'
import { createContract, type Transact } from './contract.ts'
import { callText, contractError, type Failure } from './failure.ts'
import { createKnownContracts, type KnownContracts } from './known.ts'
import { createSandbox, type Run, type Sandbox } from './sandbox.ts'
import { loadContract } from './source.ts'
import type { CallOptions, TestChain, TestReceipt } from './types.ts'

/** EIP-7825. */
const MAX_TRANSACTION_GAS = 16_777_216n

/** Of a time that is set, and of blocks that pass at a time: nobody gets to 2^64 with them. */
const TIME_BITS = 53
const COUNT_BITS = 32

/** How to make a test chain. */
export type TestChainOptions = {
  /** The project's folder, which source files are named relative to. Default: where we are. */
  readonly root?: string
}

/** Begins a chain. Chains do not know of each other; one for each test costs a millisecond, once the first was made. */
export async function createTestChain(options: TestChainOptions = {}): Promise<TestChain> {
  const root = resolve(options.root ?? '.')
  const sandbox = createSandbox()
  const known = createKnownContracts()
  const { deploy, transact } = createTransactions(sandbox, known)
  return {
    accounts: sandbox.accounts.map((address) => getAddress(address)),
    async deploy(source, args = [], callOptions = {}) {
      const { contractName, abi, bytecode } = await loadContract(root, source)
      const data = encodeDeployData({ abi: abi as readonly unknown[], bytecode, args })
      const deployment = deploy(contractName, data, callOptions)
      known.add(deployment.result, { name: contractName, abi })
      return { ...createContract(deployment.result, abi, transact), deployment }
    },
    async at(source, address) {
      const { contractName, abi } = await loadContract(root, source)
      known.add(address, { name: contractName, abi })
      return createContract(getAddress(address), abi, transact)
    },
    send: async ({ to, data = '0x', ...callOptions }) => transact(to, data, callOptions, true),
    balance: (address) => sandbox.view().account(addressOf(address))?.balanceWei ?? 0n,
    setBalance: (address, balanceWei) => sandbox.edit({ kind: 'balance', address: addressOf(address), balanceWei }),
    storage(address, slot) {
      checkUint(slot, 256, 'slot')
      return toHex(wordToBytes(sandbox.view().storage(addressOf(address), slot)))
    },
    storageRoot: (address) => storageRoot(sandbox, addressOf(address)),
    block() {
      const { number, timestampSeconds } = sandbox.block()
      return { number, timestamp: timestampSeconds }
    },
    setTime(timestamp) {
      checkUint(timestamp, TIME_BITS, 'timestamp')
      sandbox.setTime(timestamp)
    },
    mine(blocks = 1n) {
      checkUint(blocks, COUNT_BITS, 'blocks')
      sandbox.mine(blocks)
    },
    snapshot() {
      const moment = sandbox.save()
      return { revert: () => sandbox.restore(moment) }
    },
  }
}

/** The two ways to run something: a creation, and a call that is kept or not. */
function createTransactions(sandbox: Sandbox, known: KnownContracts) {
  const [holder] = sandbox.accounts
  assert(holder !== undefined, 'a chain has accounts')
  const run = (to: Address | undefined, data: Hex, { from, value, gas }: CallOptions, keeps: boolean): Run => {
    const sender = from === undefined ? holder : addressOf(from)
    const money = { valueWei: value ?? 0n, gasLimit: gas ?? MAX_TRANSACTION_GAS }
    checkUint(money.valueWei, 256, 'value')
    checkUint(money.gasLimit, 64, 'gas')
    return sandbox.run({ from: sender, to, data: fromHex(data), ...money }, keeps)
  }
  const receipt = <result>(call: () => string, { outcome, frame }: Run, result: result): TestReceipt<result> => {
    const { gasUsed, logs } = outcome
    const failure = failureOf(outcome)
    if (failure !== undefined) throw contractError(known, { call: call(), failure, gasUsed, frame })
    return { result, gasUsed, events: logs.map((log) => known.event(log)) }
  }
  const transact: Transact = (to, data, options, keeps) => {
    const ran = run(addressOf(to), data, options, keeps)
    return receipt(() => callText(known, to, data), ran, toHex(ran.outcome.output))
  }
  const deploy = (name: string, data: Hex, options: CallOptions): TestReceipt<Hex> => {
    const ran = run(undefined, data, options, true)
    assert(ran.outcome.contractAddress !== undefined, 'a creation has an address')
    return receipt(() => `the constructor of ${name}`, ran, getAddress(ran.outcome.contractAddress))
  }
  return { transact, deploy }
}

function failureOf({ status, output, haltReason, fault: reason }: Executed): Failure | undefined {
  if (status === 'success') return undefined
  const fault = reason === undefined ? {} : { fault: reason }
  if (status === 'revert') return { status, output, gasLeft: 0n, ...fault }
  assert(haltReason !== undefined, 'a halt has a reason')
  return { status, reason: haltReason, ...fault }
}

/** Nothing has storage in the genesis, so what has changed since is all of it. */
function storageRoot(sandbox: Sandbox, address: Address): Hex {
  const slots = sandbox.save().changes.find((changed) => changed.address === address)?.storage ?? []
  return secureTrieRoot(slots.map(([slot, value]) => [wordToBytes(slot), rlpEncode(trimmedBytes(value))]))
}

/** viem's letters (EIP-55) are for people; in here addresses are compared. */
function addressOf(address: Hex): Address {
  return toAddress(address.toLowerCase())
}
