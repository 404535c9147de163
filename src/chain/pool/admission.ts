import type { Address, Bytes, Rules, SignedTransaction } from '../../primitives/index.ts'
import { EMPTY_BYTES } from '../../primitives/index.ts'
import type { Rejection } from '../../router/index.ts'
import { checkForm, checkInBlock, checkSenderCode, intrinsicGas } from '../../router/index.ts'
import type { StateView } from '../../state/index.ts'
import type { PoolDoor, PoolRejection } from '../mempool.ts'
import type { PoolEntry, SenderAccount, SenderQueue } from './senderQueue.ts'

/** Bytes of a transaction's encoding: geth's limit, and twice that for a creation, whose module may be large. */
export const MAX_TRANSACTION_BYTES = 131_072
/** See {@link MAX_TRANSACTION_BYTES}. */
export const MAX_CREATION_BYTES = 262_144

/** A replacement must pay this many percent more, in fee cap and in tip. */
const REPLACEMENT_BUMP_PERCENT = 10n

/** What a pool asks of every transaction whatever the state: size, form, the next block's room and price. */
export function checkAtDoor(
  rules: Rules,
  chainId: bigint,
  transaction: SignedTransaction,
  door: PoolDoor,
): PoolRejection | undefined {
  const form = checkSize(transaction) ?? checkBlobs(transaction) ?? checkForm(rules, chainId, transaction, 'consensus')
  if (form !== undefined) return inPoolWords(rules, transaction, form)
  const block = { gasLimit: door.gasLimit, baseFeeWei: door.minFeeCapWei, blobBaseFeeWei: 0n }
  return checkInBlock(block, transaction, 'consensus')
}

function checkSize({ raw, to }: SignedTransaction): PoolRejection | undefined {
  const limit = to === undefined ? MAX_CREATION_BYTES : MAX_TRANSACTION_BYTES
  if (raw.length <= limit) return undefined
  return { code: 'TX_TOO_LARGE', message: `oversized data: transaction size ${raw.length}, limit ${limit}` }
}

/** A block may hold blob transactions (imported ones do), but nobody here keeps blobs for new ones. */
function checkBlobs({ type }: SignedTransaction): PoolRejection | undefined {
  if (type !== 3) return undefined
  return {
    code: 'TYPE_NOT_SUPPORTED',
    message: 'transaction type not supported: transaction type not valid in this pool: blobs (3)',
  }
}

/** geth words its gas checks differently at the pool's door than in a block. */
function inPoolWords(rules: Rules, transaction: SignedTransaction, rejection: PoolRejection): PoolRejection {
  const { gasLimit } = transaction
  const { code } = rejection
  if (code === 'INTRINSIC_GAS_TOO_LOW') {
    const needed = intrinsicGas(rules, transaction).gas
    return { code, message: `intrinsic gas too low: gas ${gasLimit}, minimum needed ${needed}` }
  }
  if (code === 'INTRINSIC_GAS_BELOW_FLOOR_GAS_COST') {
    const needed = intrinsicGas(rules, transaction).floorGas
    return { code, message: `insufficient gas for floor data gas cost: gas ${gasLimit}, minimum needed ${needed}` }
  }
  return rejection
}

/** What a pool asks of the sender: an unspent nonce, no contract's code (EIP-3607), and funds for all that is ready. */
export function checkAccount(
  state: StateView,
  queue: SenderQueue,
  entry: PoolEntry,
  { balanceFeeWei = 0n }: PoolDoor,
): PoolRejection | undefined {
  const { transaction } = entry
  return (
    checkNonce(queue.account, transaction) ??
    checkSenderCode(codeOf(state, transaction.sender), transaction) ??
    checkFunds(queue.account, entry) ??
    checkSolvency(queue.account, entry, balanceFeeWei) ??
    checkCumulativeFunds(queue, entry)
  )
}

function checkNonce(account: SenderAccount, { nonce }: SignedTransaction): Rejection | undefined {
  if (nonce >= account.nonce) return undefined
  return {
    code: 'NONCE_MISMATCH_TOO_LOW',
    message: `nonce too low: next nonce ${account.nonce}, tx nonce ${nonce}`,
  }
}

function codeOf(state: StateView, sender: Address): Bytes {
  const account = state.account(sender)
  return account === undefined ? EMPTY_BYTES : state.code(account.codeHash)
}

function checkFunds({ balanceWei }: SenderAccount, { costWei }: PoolEntry): Rejection | undefined {
  if (costWei <= balanceWei) return undefined
  return insufficientFunds(balanceWei, `tx cost ${costWei}, overshot ${costWei - balanceWei}`)
}

/** Whoever could not pay for the least gas at the price of now makes nodes work for nothing. */
function checkSolvency(
  { balanceWei }: SenderAccount,
  { transaction, minGas }: PoolEntry,
  feeWei: bigint,
): Rejection | undefined {
  const neededWei = minGas * feeWei + transaction.valueWei
  if (neededWei <= balanceWei) return undefined
  return insufficientFunds(balanceWei, `least cost at the base fee ${neededWei}, overshot ${neededWei - balanceWei}`)
}

/** The ready transactions and this one together; a queued one counts when its turn comes. */
function checkCumulativeFunds(queue: SenderQueue, { transaction, costWei }: PoolEntry): Rejection | undefined {
  if (transaction.nonce > queue.readyEnd) return undefined
  const { balanceWei } = queue.account
  const replaced = queue.byNonce.get(transaction.nonce)
  const added = costWei - (replaced?.standing === 'ready' ? replaced.costWei : 0n)
  const needed = queue.readyCostWei + added
  if (needed <= balanceWei) return undefined
  const word = replaced === undefined ? 'tx cost' : 'tx bumped'
  const detail = `queued cost ${queue.readyCostWei}, ${word} ${added}, overshot ${needed - balanceWei}`
  return insufficientFunds(balanceWei, detail)
}

function insufficientFunds(balanceWei: bigint, detail: string): Rejection {
  return {
    code: 'INSUFFICIENT_ACCOUNT_FUNDS',
    message: `insufficient funds for gas * price + value: balance ${balanceWei}, ${detail}`,
  }
}

/** Whether `next` pays enough more than `previous` to take its nonce. */
export function checkReplacement(previous: SignedTransaction, next: SignedTransaction): PoolRejection | undefined {
  const isEnough =
    isBumped(previous.maxFeePerGasWei, next.maxFeePerGasWei) &&
    isBumped(previous.maxPriorityFeePerGasWei, next.maxPriorityFeePerGasWei)
  return isEnough ? undefined : { code: 'REPLACEMENT_UNDERPRICED', message: 'replacement transaction underpriced' }
}

function isBumped(previousWei: bigint, nextWei: bigint): boolean {
  return nextWei > previousWei && nextWei * 100n >= previousWei * (100n + REPLACEMENT_BUMP_PERCENT)
}
