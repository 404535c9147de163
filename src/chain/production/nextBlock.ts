import type { Address, Hash } from '../../primitives/index.ts'
import { BaseError, concatBytes, fromHex, keccakHash, wordToBytes } from '../../primitives/index.ts'
import type { Header } from '../block.ts'
import { MAX_GAS_LIMIT, MAX_TIMESTAMP_SECONDS, MIN_GAS_LIMIT } from '../bounds.ts'
import { nextBaseFee } from '../fees.ts'
import type { NextBlock } from '../producer.ts'

/** What a developer asked of the next block only. */
export type NextBlockOverrides = {
  readonly timestampSeconds?: bigint
  readonly baseFeeWei?: bigint
  readonly prevRandao?: Hash
}

/** What blocks to come are made with. Replaced as a whole, so a snapshot only has to keep a reference. */
export type BlockSettings = {
  readonly coinbase: Address
  readonly gasLimit: bigint
  /** How far the chain's clock is ahead of the real one; negative when behind. */
  readonly offsetSeconds: bigint
  /** Seconds between blocks' timestamps; undefined follows the clock. */
  readonly timestampIntervalSeconds: bigint | undefined
  readonly overrides: NextBlockOverrides
}

/** The block that another one follows. */
export type Parent = { readonly hash: Hash; readonly header: Header }

/**
 * The block that follows `parent`, made at `nowSeconds` of the real clock. Its timestamp is always after the parent's; clock and
 * interval count up to `MAX_TIMESTAMP_SECONDS`, and from there on each block is a second after its parent.
 */
export function planBlock(parent: Parent, settings: BlockSettings, nowSeconds: bigint): NextBlock {
  const { overrides, offsetSeconds, timestampIntervalSeconds: interval, coinbase, gasLimit } = settings
  const { header } = parent
  const regular = interval === undefined ? nowSeconds + offsetSeconds : header.timestampSeconds + interval
  const earliest = header.timestampSeconds + 1n
  const bounded = regular < MAX_TIMESTAMP_SECONDS ? regular : MAX_TIMESTAMP_SECONDS
  const timestampSeconds = overrides.timestampSeconds ?? bounded
  const number = header.number + 1n
  return {
    number,
    timestampSeconds: timestampSeconds > earliest ? timestampSeconds : earliest,
    baseFeeWei: overrides.baseFeeWei ?? nextBaseFee(header),
    gasLimit,
    coinbase,
    prevRandao: overrides.prevRandao ?? drawRandao(parent.hash, number),
  }
}

/** PREVRANDAO of a block that no beacon chain gave one: looks random, and is the same on every run. */
export function drawRandao(parentHash: Hash, number: bigint): Hash {
  return keccakHash(concatBytes(fromHex(parentHash), wordToBytes(number)))
}

/** Throws `INVALID_TIMESTAMP` unless a block after `parent` can have this timestamp. */
export function checkTimestamp(parent: Parent, timestampSeconds: bigint): void {
  const newest = parent.header.timestampSeconds
  if (timestampSeconds <= newest) {
    throw invalidTimestamp(`the timestamp ${timestampSeconds} is not after the newest block's ${newest}`)
  }
  checkClock(timestampSeconds)
}

/** Throws `INVALID_TIMESTAMP` for a clock beyond {@link MAX_TIMESTAMP_SECONDS}. */
export function checkClock(timestampSeconds: bigint): void {
  if (timestampSeconds <= MAX_TIMESTAMP_SECONDS) return
  throw invalidTimestamp(`the timestamp ${timestampSeconds} is beyond ${MAX_TIMESTAMP_SECONDS}`)
}

/** Throws `INVALID_GAS_LIMIT` for one that no block may have. */
export function checkGasLimit(gasLimit: bigint): void {
  if (gasLimit >= MIN_GAS_LIMIT && gasLimit <= MAX_GAS_LIMIT) return
  const range = `from ${MIN_GAS_LIMIT} to ${MAX_GAS_LIMIT}`
  throw new BaseError('INVALID_GAS_LIMIT', `the gas limit ${gasLimit} is not ${range}`)
}

function invalidTimestamp(summary: string): BaseError {
  return new BaseError('INVALID_TIMESTAMP', summary)
}
