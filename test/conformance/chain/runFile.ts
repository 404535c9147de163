import type { Header } from '../../../src/chain/index.ts'
import {
  bloomOf,
  encodeReceipt,
  hashHeader,
  hashRequests,
  mergeBlooms,
  nextBaseFee,
  nextExcessBlobGas,
} from '../../../src/chain/index.ts'
import type { BlockInput, BlockResult } from '../../../src/parallel/index.ts'
import { createSequentialExecutor } from '../../../src/parallel/index.ts'
import type { Hash, Rules, SignedTransaction } from '../../../src/primitives/index.ts'
import {
  BaseError,
  decodeTransaction,
  EMPTY_CODE_HASH,
  equalBytes,
  messageOf,
  rulesOf,
} from '../../../src/primitives/index.ts'
import { blobBaseFee } from '../../../src/router/index.ts'
import type { StateOverlay, StateView } from '../../../src/state/index.ts'
import { createOverlay, emptyView, orderedTrieRoot, stateRootOf } from '../../../src/state/index.ts'
import type { Engine } from '../../harness/engines.ts'
import type { Engines, Job, Verdict } from '../verdict.ts'
import { teamsDifferences, verdictOf } from '../verdict.ts'
import type { ChainCase, DecodedBlock, FixtureBlock, Withdrawal } from './fixture.ts'
import { decodeBlock, loadChains } from './fixture.ts'

const GWEI = 1_000_000_000n
const VISIBLE_BLOCKS = 256n

/** Runs every chain of a file of blockchain tests: each block is imported on the one before, or refused by name. */
export function runChains(engines: Engines, { path }: Job): readonly Verdict[] {
  return loadChains(path).map((loaded): Verdict => {
    if (loaded.kind === 'skip') return { status: 'skipped', name: loaded.name, detail: loaded.reason }
    const { name } = loaded.chainCase
    try {
      return verdictOf(name, new ChainRun(engines, loaded.chainCase).run())
    } catch (thrown) {
      return { status: 'failed', name, detail: `the node would have stopped: ${messageOf(thrown)}` }
    }
  })
}

/** A block may not be in the chain; `code` is execution-spec-tests' name of the reason. */
class BlockRefused extends Error {
  readonly code: string
  constructor(code: string, message: string = code) {
    super(message)
    this.code = code
  }
}

/** The suite's name of why a block was refused; throws what is no refusal. */
function refusalOf(thrown: unknown): string {
  if (thrown instanceof BlockRefused) return thrown.code
  if (!(thrown instanceof BaseError)) throw thrown
  return thrown.code.includes('RLP') ? 'RLP_STRUCTURES_ENCODING' : thrown.code
}

/** A chain under way: the state after its newest block, and the hashes of its blocks. */
class ChainRun {
  readonly #engines: Engines
  readonly #case: ChainCase
  readonly #rules: Rules
  readonly #state: StateOverlay
  readonly #hashes: Hash[]
  #head: Header

  constructor(engines: Engines, chainCase: ChainCase) {
    this.#engines = engines
    this.#case = chainCase
    this.#rules = rulesOf(chainCase.hardfork)
    this.#state = createOverlay(emptyView)
    this.#state.apply(chainCase.pre)
    this.#hashes = [chainCase.genesisHash]
    this.#head = chainCase.genesis
  }

  /** What differs from what the test says. */
  run(): readonly string[] {
    const differences = this.#case.blocks.flatMap((block, index) => {
      const difference = this.#import(block)
      return difference === undefined ? [] : [`block ${index + 1}: ${difference}`]
    })
    const last = this.#hashes.at(-1)
    if (last !== this.#case.lastBlockHash) differences.push(`the newest block is ${last}`)
    return differences
  }

  #import({ rlp, exceptions }: FixtureBlock): string | undefined {
    const expected = exceptions.join('|') || 'none'
    try {
      this.#append(decodeBlock(rlp))
    } catch (thrown) {
      const code = refusalOf(thrown)
      return exceptions.includes(code) ? undefined : `exception is ${code} (${messageOf(thrown)}), expected ${expected}`
    }
    return exceptions.length === 0 ? undefined : `the block was taken, expected ${expected}`
  }

  #append(block: DecodedBlock): void {
    const { header, withdrawals } = block
    checkHeader(this.#rules, this.#head, block)
    const transactions = block.transactions.map(decodeTransaction)
    const input = this.#inputOf(header, transactions)
    const result = this.#execute(input)
    checkResult(header, transactions, result)

    const after = createOverlay(this.#state)
    after.apply(result.diff)
    for (const withdrawal of withdrawals) credit(after, withdrawal)
    const diff = after.diff()
    const all = createOverlay(emptyView)
    all.apply(this.#state.diff())
    all.apply(diff)
    if (stateRootOf(all.diff()) !== header.stateRoot) throw new BlockRefused('INVALID_STATE_ROOT')
    this.#state.apply(diff)
    this.#head = header
    this.#hashes.push(hashHeader(header))
  }

  #execute(input: BlockInput): BlockResult {
    const result = executeWith(this.#engines.engine, input, this.#state)
    const differences = teamsDifferences(this.#engines.teams, result, input, this.#state)
    if (differences.length > 0) throw new Error(differences.join('; '))
    return result
  }

  #inputOf(header: Header, transactions: readonly SignedTransaction[]): BlockInput {
    const { number, timestampSeconds, gasLimit, baseFeeWei, coinbase, prevRandao } = header
    return {
      rules: this.#rules,
      context: {
        number,
        timestampSeconds,
        gasLimit,
        baseFeeWei,
        blobBaseFeeWei: blobBaseFee(this.#rules, header.excessBlobGas),
        coinbase,
        prevRandao,
        chainId: this.#case.chainId,
      },
      parentHash: header.parentHash,
      parentBeaconBlockRoot: header.parentBeaconBlockRoot,
      transactions,
      blockHash: (asked) =>
        asked < number && asked + VISIBLE_BLOCKS >= number ? this.#hashes[Number(asked)] : undefined,
    }
  }
}

function executeWith({ machinesOf, journal }: Engine, input: BlockInput, view: StateView): BlockResult {
  return createSequentialExecutor({ machinesOf, createJournal: () => journal }).execute(input, view)
}

/** What a header must be by its parent and its body alone. Source: EIPs 1559, 4844, 4895. */
function checkHeader(rules: Rules, parent: Header, { header, transactions, encodedWithdrawals }: DecodedBlock): void {
  const require = (holds: boolean, code: string): void => {
    if (!holds) throw new BlockRefused(code)
  }
  require(header.parentHash === hashHeader(parent), 'UNKNOWN_PARENT')
  require(header.number === parent.number + 1n, 'INVALID_BLOCK_NUMBER')
  require(header.timestampSeconds > parent.timestampSeconds, 'INVALID_BLOCK_TIMESTAMP_OLDER_THAN_PARENT')
  require(header.baseFeeWei === nextBaseFee(parent), 'INVALID_BASEFEE_PER_GAS')
  require(header.excessBlobGas === nextExcessBlobGas(rules, parent), 'INCORRECT_EXCESS_BLOB_GAS')
  require(header.transactionsRoot === orderedTrieRoot(transactions), 'INVALID_TRANSACTIONS_ROOT')
  require(header.withdrawalsRoot === orderedTrieRoot(encodedWithdrawals), 'INVALID_WITHDRAWALS_ROOT')
  require(rules.hasRequests === (header.requestsHash !== undefined), 'INCORRECT_BLOCK_FORMAT')
}

/** What a header says of the block's execution. */
function checkResult(header: Header, transactions: readonly SignedTransaction[], result: BlockResult): void {
  for (const outcome of result.outcomes) {
    if (outcome.kind === 'rejected') throw new BlockRefused(outcome.rejection.code, outcome.rejection.message)
  }
  if (result.fault !== undefined) throw new BlockRefused(result.fault.code, result.fault.message)
  const requestsHash = header.requestsHash === undefined ? undefined : hashRequests(result.requests)
  if (header.requestsHash !== requestsHash) throw new BlockRefused('INVALID_REQUESTS')
  if (header.gasUsed !== result.gasUsed) throw new BlockRefused('INVALID_GAS_USED')
  if (header.blobGasUsed !== result.blobGasUsed) throw new BlockRefused('INCORRECT_BLOB_GAS_USED')
  const receipts = receiptsOf(transactions, result)
  if (orderedTrieRoot(receipts.map(encodeReceipt)) !== header.receiptsRoot)
    throw new BlockRefused('INVALID_RECEIPTS_ROOT')
  const bloom = mergeBlooms(receipts.map(({ logsBloom }) => logsBloom))
  if (!equalBytes(bloom, header.logsBloom)) throw new BlockRefused('INVALID_LOG_BLOOM')
}

function receiptsOf(transactions: readonly SignedTransaction[], { outcomes }: BlockResult) {
  let cumulativeGasUsed = 0n
  return outcomes.flatMap((outcome, index) => {
    if (outcome.kind === 'rejected') return []
    const { status, gasUsed, effectiveGasPriceWei, contractAddress, logs } = outcome
    cumulativeGasUsed += gasUsed
    const type = transactions[index]?.type ?? 0
    const succeeded = status === 'success'
    const logsBloom = bloomOf(logs)
    return [{ type, succeeded, gasUsed, cumulativeGasUsed, effectiveGasPriceWei, contractAddress, logs, logsBloom }]
  })
}

/** Source: EIP-4895: no fee, no code runs; nothing at all is no touch that lasts. */
function credit(state: StateOverlay, { address, amountGwei }: Withdrawal): void {
  if (amountGwei === 0n) return
  const { nonce, balanceWei, codeHash } = state.account(address) ?? {
    nonce: 0n,
    balanceWei: 0n,
    codeHash: EMPTY_CODE_HASH,
  }
  const account = { nonce, balanceWei: balanceWei + amountGwei * GWEI, codeHash }
  state.apply([{ address, account, code: undefined, storageReset: false, storage: [] }])
}
