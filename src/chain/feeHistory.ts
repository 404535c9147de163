import type { Hash, Rules } from '../primitives/index.ts'
import { assert, BaseError } from '../primitives/index.ts'
import { BLOB_GAS, blobBaseFee } from '../router/index.ts'
import type { Archive } from './archive.ts'
import type { Header } from './block.ts'
import { nextExcessBlobGas } from './fees.ts'

/** Most blocks that one question may be about: geth's limit. */
const MAX_BLOCKS = 1024n
/** Most percentiles per question: geth's limit. */
const MAX_PERCENTILES = 100

/** What `eth_feeHistory` asks: `count` blocks that end with `newest`. Percentiles ascend, 0 to 100. */
export type FeeHistoryQuery = {
  readonly count: bigint
  readonly newest: bigint
  readonly percentiles: readonly number[]
}

/** Fees of a run of blocks, ascending. The lists of base fees have one entry more: the block after the last. */
export type FeeHistory = {
  readonly oldestBlock: bigint
  readonly baseFeesWei: readonly bigint[]
  readonly gasUsedRatios: readonly number[]
  readonly blobBaseFeesWei: readonly bigint[]
  readonly blobGasUsedRatios: readonly number[]
  /** Per block the tip at each percentile of its gas; undefined when no percentile was asked for. */
  readonly rewardsWei: readonly (readonly bigint[])[] | undefined
}

/**
 * Answers `eth_feeHistory`. A count beyond the chain's beginning, or beyond 1024, is cut. `nextBaseFeeWei` is that of the
 * block after the head, which its maker may have set. Throws `INVALID_PERCENTILES` and `BEYOND_HEAD` with geth's texts.
 * O(count), with percentiles O(transactions in those blocks).
 */
export function feeHistory(archive: Archive, rules: Rules, query: FeeHistoryQuery, nextBaseFeeWei: bigint): FeeHistory {
  const { newest, percentiles } = query
  checkPercentiles(percentiles)
  const head = archive.head().blockNumber
  if (newest > head) {
    throw new BaseError('BEYOND_HEAD', `request beyond head block: requested ${newest}, head ${head}`)
  }
  const available = newest + 1n - archive.firstBlock()
  const count = [query.count, MAX_BLOCKS, available].reduce((least, limit) => (limit < least ? limit : least))
  if (count <= 0n) return emptyHistory
  const oldestBlock = newest + 1n - count
  const blocks = Array.from({ length: Number(count) }, (_, index) => blockAt(archive, oldestBlock + BigInt(index)))
  const headers = blocks.map(({ header }) => header)
  const next = nextFees(archive, rules, newest, nextBaseFeeWei)
  const maxBlobGas = (rules.blobs?.maxPerBlock ?? 0n) * BLOB_GAS
  return {
    oldestBlock,
    baseFeesWei: [...headers.map(({ baseFeeWei }) => baseFeeWei), next.baseFeeWei],
    gasUsedRatios: headers.map(({ gasUsed, gasLimit }) => ratio(gasUsed, gasLimit)),
    blobBaseFeesWei: [...headers, next].map(({ excessBlobGas }) => blobBaseFee(rules, excessBlobGas)),
    blobGasUsedRatios: headers.map(({ blobGasUsed }) => ratio(blobGasUsed, maxBlobGas)),
    rewardsWei: percentiles.length === 0 ? undefined : blocks.map((block) => rewardsOf(archive, block, percentiles)),
  }
}

const emptyHistory: FeeHistory = {
  oldestBlock: 0n,
  baseFeesWei: [],
  gasUsedRatios: [],
  blobBaseFeesWei: [],
  blobGasUsedRatios: [],
  rewardsWei: undefined,
}

/** Fees of the block after number `parent`, which may be still to come. */
function nextFees(archive: Archive, rules: Rules, parent: bigint, nextBaseFeeWei: bigint) {
  if (parent < archive.head().blockNumber) return blockAt(archive, parent + 1n).header
  const excessBlobGas = nextExcessBlobGas(rules, blockAt(archive, parent).header)
  return { baseFeeWei: nextBaseFeeWei, excessBlobGas }
}

function checkPercentiles(percentiles: readonly number[]): void {
  if (percentiles.length > MAX_PERCENTILES) throw invalidPercentiles(`over the query limit ${MAX_PERCENTILES}`)
  let previous = -1
  for (const [index, percentile] of percentiles.entries()) {
    if (!(percentile >= 0 && percentile <= 100)) throw invalidPercentiles(`${percentile}`)
    if (percentile <= previous) throw invalidPercentiles(`#${index - 1}:${previous} >= #${index}:${percentile}`)
    previous = percentile
  }
}

function invalidPercentiles(detail: string): BaseError {
  return new BaseError('INVALID_PERCENTILES', `invalid reward percentile: ${detail}`)
}

type NamedHeader = { readonly hash: Hash; readonly header: Header }

function blockAt(archive: Archive, number: bigint): NamedHeader {
  const hash = archive.blockHash(number)
  const header = hash === undefined ? undefined : archive.header(hash)
  assert(hash !== undefined && header !== undefined, 'every number up to the head has a block')
  return { hash, header }
}

function ratio(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number(part) / Number(whole)
}

/** The tips of one block at each percentile of its gas: a transaction weighs what it used. */
function rewardsOf(archive: Archive, { hash, header }: NamedHeader, percentiles: readonly number[]): readonly bigint[] {
  const shares = (archive.receipts(hash) ?? [])
    .map(({ effectiveGasPriceWei, gasUsed }) => ({ tipWei: effectiveGasPriceWei - header.baseFeeWei, gasUsed }))
    .sort((a, b) => (a.tipWei < b.tipWei ? -1 : 1))
  let index = 0
  let gasSeen = shares[0]?.gasUsed ?? 0n
  return percentiles.map((percentile) => {
    const threshold = (Number(header.gasUsed) * percentile) / 100
    while (gasSeen < threshold && index < shares.length - 1) {
      index += 1
      gasSeen += shares[index]?.gasUsed ?? 0n
    }
    return shares[index]?.tipWei ?? 0n
  })
}
