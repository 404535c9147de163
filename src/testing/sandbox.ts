import { type ChainHardfork, devGenesis, diffOfEdits, genesisBlock, type StateEdit } from '../chain/index.ts'
import { createExecution, DEV_MNEMONIC, deriveAccounts } from '../node/index.ts'
import type { Address, Bytes, Hash, Transaction } from '../primitives/index.ts'
import { BaseError, keccakHash, rulesOf, wordToBytes, ZERO_ADDRESS } from '../primitives/index.ts'
import type { Environment, Executed } from '../router/index.ts'
import { executeTransaction } from '../router/index.ts'
import type { Journal, StateDiff, StateView } from '../state/index.ts'
import { createOverlay, viewOf } from '../state/index.ts'
import type { Frame, TracedMachines } from './trace.ts'
import { traceMachines } from './trace.ts'

const HARDFORK: ChainHardfork = 'osaka'
const CHAIN_ID = 31_337n
const BLOCK_GAS_LIMIT = 60_000_000n
const START_SECONDS = 1_800_000_000n
const BALANCE_WEI = 10_000n * 10n ** 18n
const BLOCK_HASHES_KEPT = 256n

/** A transaction, without what only a network needs. */
export type Request = {
  readonly from: Address
  /** Undefined creates a contract. */
  readonly to: Address | undefined
  readonly valueWei: bigint
  readonly data: Bytes
  readonly gasLimit: bigint
}

/** An executed transaction and the frames that it was made of; none when it called no code. */
export type Run = { readonly outcome: Executed; readonly frame: Frame | undefined }

/** The block that is being made. */
type Block = { readonly number: bigint; readonly timestampSeconds: bigint }

/** That block, and all that has changed since the genesis. */
export type Moment = { readonly block: Block; readonly changes: StateDiff }

/** A state in memory, and a block that is being made on it: each transaction that is kept closes one. */
export type Sandbox = {
  /** Ten funded accounts, those of a development node. */
  readonly accounts: readonly Address[]
  view(): StateView
  block(): Block
  /**
   * Runs a transaction, whoever sends it. What it did stays if `keeps` and it succeeds: tools try a transaction before they
   * send it, so one that fails never gets into a block. Throws `TRANSACTION_REJECTED`.
   */
  run(request: Request, keeps: boolean): Run
  edit(edit: StateEdit): void
  setTime(timestampSeconds: bigint): void
  /** Lets so many blocks pass, one second each. */
  mine(blocks: bigint): void
  save(): Moment
  restore(moment: Moment): void
}

/** A fresh state: a development chain's genesis. */
export function createSandbox(): Sandbox {
  beginning ??= createBeginning()
  const { accounts, genesis } = beginning
  let overlay = createOverlay(genesis)
  let block: Block = { number: 1n, timestampSeconds: START_SECONDS + 1n }
  const mine = (blocks: bigint): void => {
    block = { number: block.number + blocks, timestampSeconds: block.timestampSeconds + blocks }
  }
  return {
    accounts,
    view: () => overlay,
    block: () => block,
    run(request, keeps) {
      const run = runIn(overlay, block, request)
      if (keeps && run.outcome.status === 'success') {
        overlay.apply(run.outcome.diff)
        mine(1n)
      }
      return run
    },
    edit: (edit) => overlay.apply(diffOfEdits(overlay, [edit])),
    setTime(timestampSeconds) {
      block = { ...block, timestampSeconds }
    },
    mine,
    save: () => ({ block, changes: overlay.diff() }),
    restore(moment) {
      overlay = createOverlay(genesis)
      overlay.apply(moment.changes)
      block = moment.block
    },
  }
}

type Beginning = { readonly accounts: readonly Address[]; readonly genesis: StateView }

/** The state that all test chains of this thread stand on; deriving ten accounts takes 30 ms. */
let beginning: Beginning | undefined

function createBeginning(): Beginning {
  const accounts = deriveAccounts(DEV_MNEMONIC, 10).map(({ address }) => address)
  return { accounts, genesis: viewOf(genesisOf(accounts)) }
}

function genesisOf(accounts: readonly Address[]): StateDiff {
  return genesisBlock(
    devGenesis({
      chainId: CHAIN_ID,
      hardfork: HARDFORK,
      gasLimit: BLOCK_GAS_LIMIT,
      accounts,
      balanceWei: BALANCE_WEI,
      timestampSeconds: START_SECONDS,
    }),
  ).diff
}

type Machine = { readonly traced: TracedMachines; readonly journal: Journal }

/** What executes, for all test chains of this thread: compiling the core takes 0.1 s, and its caches are worth keeping. */
let machine: Machine | undefined

function createMachine(): Machine {
  const { machinesOf, createJournal } = createExecution('compiled')
  return { traced: traceMachines(machinesOf(HARDFORK)), journal: createJournal() }
}

function runIn(view: StateView, block: Block, request: Request): Run {
  machine ??= createMachine()
  const { traced, journal } = machine
  const environment: Environment = {
    rules: rulesOf(HARDFORK),
    machines: traced.machines,
    journal,
    block: {
      ...block,
      gasLimit: BLOCK_GAS_LIMIT,
      baseFeeWei: 0n,
      blobBaseFeeWei: 1n,
      coinbase: ZERO_ADDRESS,
      prevRandao: hashOf(block.number),
      chainId: CHAIN_ID,
    },
    blockHash: (number) =>
      number < block.number && number + BLOCK_HASHES_KEPT >= block.number ? hashOf(number) : undefined,
  }
  const outcome = withinStack(() => executeTransaction(environment, view, transactionOf(view, request), 'consensus'))
  const [frame] = traced.take()
  if (outcome.kind === 'executed') return { outcome, frame }
  throw new BaseError('TRANSACTION_REJECTED', outcome.rejection.message)
}

/** Gas is free, so that balances show what contracts moved; its amount is the node's. */
function transactionOf(view: StateView, { from, ...request }: Request): Transaction {
  return {
    type: 2,
    chainId: CHAIN_ID,
    sender: from,
    isImpersonated: true,
    nonce: view.account(from)?.nonce ?? 0n,
    ...request,
    maxFeePerGasWei: 0n,
    maxPriorityFeePerGasWei: 0n,
    accessList: [],
    maxFeePerBlobGasWei: 0n,
    blobVersionedHashes: [],
    authorizations: [],
  }
}

/** A made-up hash, the same in every run. */
function hashOf(blockNumber: bigint): Hash {
  return keccakHash(wordToBytes(blockNumber))
}

/**
 * Frames nest on the native stack, and here it is the test's, not the node's of 64 MB. When it ends, the machine was left in
 * the middle of something: another one is made.
 */
function withinStack<result>(execute: () => result): result {
  try {
    return execute()
  } catch (error) {
    if (!isStackOverflow(error)) throw error
    machine = undefined
    throw new BaseError('STACK_TOO_SMALL', 'calls nest deeper than the stack of this thread allows', {
      advice: ["Give vitest's workers a larger one: test.execArgv ['--stack-size=7000'], pool 'forks'."],
      cause: error,
    })
  }
}

function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && error.cause instanceof RangeError)
}
