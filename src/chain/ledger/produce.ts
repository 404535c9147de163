import type { BlockInput, BlockOutcome, BlockResult } from '../../parallel/index.ts'
import type { Hash, Rules, SignedTransaction } from '../../primitives/index.ts'
import { assert, BaseError, EMPTY_BYTES, EMPTY_TRIE_ROOT, ZERO_HASH } from '../../primitives/index.ts'
import { blobBaseFee } from '../../router/index.ts'
import { orderedTrieRoot } from '../../state/index.ts'
import type { Block, Header, Receipt } from '../block.ts'
import { sealBlock } from '../codec/block.ts'
import { bloomOf, mergeBlooms } from '../codec/bloom.ts'
import { encodeReceipt } from '../codec/receipt.ts'
import { nextBaseFee, nextExcessBlobGas } from '../fees.ts'
import { hashRequests } from '../genesis/genesis.ts'
import type { BlockRequest, ProducedBlock } from '../ledger.ts'
import { describeFailure } from './failure.ts'

/** How many blocks back the EVM's BLOCKHASH sees. Source: Yellow Paper, appendix H. */
const VISIBLE_BLOCKS = 256n

/** The rules and the name of a chain: what is the same for all of its blocks. */
export type ChainRules = { readonly rules: Rules; readonly chainId: bigint }

/**
 * The block that `request` asks for on top of `parent`, ready to execute. `blockHash` knows every stored block. A
 * transaction whose execution throws is left out, or, where it must be kept, ends as a halt that consumes all its gas.
 */
export function blockInput(
  { rules, chainId }: ChainRules,
  parent: Pick<Block, 'hash' | 'header'>,
  request: BlockRequest,
  blockHash: (number: bigint) => Hash | undefined,
  rejected: RejectedFate,
): BlockInput {
  const { timestampSeconds, coinbase, prevRandao, gasLimit, transactions } = request
  const number = parent.header.number + 1n
  assert(timestampSeconds >= parent.header.timestampSeconds, 'a block is not earlier than its parent')
  return {
    rules,
    context: {
      number,
      timestampSeconds,
      gasLimit,
      baseFeeWei: request.baseFeeWei ?? nextBaseFee(parent.header),
      blobBaseFeeWei: blobBaseFee(rules, nextExcessBlobGas(rules, parent.header)),
      coinbase,
      prevRandao,
      chainId,
    },
    parentHash: parent.hash,
    parentBeaconBlockRoot: ZERO_HASH,
    transactions,
    throwPolicy: rejected === 'keep' ? 'halt' : 'reject',
    blockHash: (asked) => (asked >= number - VISIBLE_BLOCKS && asked < number ? blockHash(asked) : undefined),
  }
}

/**
 * What becomes of a transaction that may not be in the block: who builds a block leaves it out; who executes what others
 * have ordered keeps it, with a receipt of failure and no gas used.
 */
export type RejectedFate = 'leaveOut' | 'keep'

/** The block that was executed, under its roots. Throws `BLOCK_INVALID` when there can be no such block. */
export function sealResult(
  parent: Header,
  request: BlockRequest,
  input: BlockInput,
  result: BlockResult,
  stateRoot: Hash,
  rejected: RejectedFate,
): ProducedBlock {
  if (result.fault !== undefined) {
    throw new BaseError('BLOCK_INVALID', `block ${input.context.number} would be invalid: ${result.fault.message}`)
  }
  const { included, dropped } = sortOutcomes(request.transactions, result, rejected)
  const receipts = receiptsOf(included)
  const transactions = included.map(({ transaction }) => transaction)
  const { rules, context } = input
  const header: Header = {
    parentHash: input.parentHash,
    coinbase: context.coinbase,
    stateRoot,
    transactionsRoot: orderedTrieRoot(transactions.map(({ raw }) => raw)),
    receiptsRoot: orderedTrieRoot(receipts.map(encodeReceipt)),
    logsBloom: mergeBlooms(receipts.map(({ logsBloom }) => logsBloom)),
    number: context.number,
    gasLimit: context.gasLimit,
    gasUsed: result.gasUsed,
    timestampSeconds: context.timestampSeconds,
    extraData: EMPTY_BYTES,
    prevRandao: context.prevRandao,
    baseFeeWei: context.baseFeeWei,
    withdrawalsRoot: EMPTY_TRIE_ROOT,
    blobGasUsed: result.blobGasUsed,
    excessBlobGas: nextExcessBlobGas(rules, parent),
    parentBeaconBlockRoot: input.parentBeaconBlockRoot,
    requestsHash: rules.hasRequests ? hashRequests(result.requests) : undefined,
  }
  assert(result.gasUsed === (receipts.at(-1)?.cumulativeGasUsed ?? 0n), 'a block uses the gas of its transactions')
  const failures = included.map(({ outcome }) => failureOf(outcome))
  return { block: sealBlock(header, transactions), receipts, dropped, failures }
}

type Included = { readonly transaction: SignedTransaction; readonly outcome: BlockOutcome }

function sortOutcomes(
  transactions: readonly SignedTransaction[],
  { outcomes }: BlockResult,
  rejected: RejectedFate,
): { readonly included: readonly Included[]; readonly dropped: ProducedBlock['dropped'] } {
  assert(outcomes.length === transactions.length, 'every transaction has an outcome')
  const included: Included[] = []
  const dropped: ProducedBlock['dropped'][number][] = []
  for (const [index, transaction] of transactions.entries()) {
    const outcome = outcomes[index]
    assert(outcome !== undefined, 'every transaction has an outcome')
    if (outcome.kind === 'executed' || rejected === 'keep') included.push({ transaction, outcome })
    else dropped.push({ hash: transaction.hash, rejection: outcome.rejection })
  }
  return { included, dropped }
}

function receiptsOf(included: readonly Included[]): readonly Receipt[] {
  let cumulativeGasUsed = 0n
  return included.map(({ transaction: { type }, outcome }) => {
    if (outcome.kind === 'rejected') return { ...NOTHING_HAPPENED, type, cumulativeGasUsed }
    cumulativeGasUsed += outcome.gasUsed
    return {
      type,
      succeeded: outcome.status === 'success',
      gasUsed: outcome.gasUsed,
      cumulativeGasUsed,
      effectiveGasPriceWei: outcome.effectiveGasPriceWei,
      contractAddress: outcome.contractAddress,
      logs: outcome.logs,
      logsBloom: bloomOf(outcome.logs),
    }
  })
}

/** The receipt of a transaction that is in a block and could not be executed. */
const NOTHING_HAPPENED = {
  succeeded: false,
  gasUsed: 0n,
  effectiveGasPriceWei: 0n,
  contractAddress: undefined,
  logs: [],
  logsBloom: bloomOf([]),
} as const

function failureOf(outcome: BlockOutcome): string | undefined {
  return outcome.kind === 'executed' ? describeFailure(outcome) : `not executed: ${outcome.rejection.message}`
}
