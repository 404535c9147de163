import type { Block, Header, NextBlock } from '../../chain/index.ts'
import type { SignedTransaction } from '../../primitives/index.ts'
import { EMPTY_TRIE_ROOT, toHex, toQuantity, ZERO_HASH } from '../../primitives/index.ts'
import type { JsonObject } from '../json.ts'
import { minedTransactionView, pendingTransactionView } from './transaction.ts'

/** Keccak-256 of an empty list of ommers: no block has had one since Paris. */
const NO_OMMERS_HASH = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347'

/** A header: what `newHeads` tells and `eth_getHeaderBy…` answers. */
export function headerView({ hash, header }: Pick<Block, 'hash' | 'header'>): JsonObject {
  return { hash, ...headerFields(header) }
}

/** A block with its transactions' hashes, or with whole transactions. The keys are exactly the specification's. */
export function blockView(block: Block, isFull: boolean): JsonObject {
  return {
    ...headerView(block),
    size: toQuantity(block.sizeBytes),
    transactions: isFull
      ? block.transactions.map((_, index) => minedTransactionView(block, index))
      : block.transactions.map(({ hash }) => hash),
    uncles: [],
    withdrawals: [],
  }
}

/** A block that is executed and not stored: what it holds and has come to, without a name that it might lose. */
export function orderedBlockView({ header, transactions, sizeBytes }: Block, isFull: boolean): JsonObject {
  return {
    ...headerFields(header),
    hash: null,
    nonce: null,
    size: toQuantity(sizeBytes),
    transactions: isFull ? transactions.map(pendingTransactionView) : transactions.map(({ hash }) => hash),
    uncles: [],
    withdrawals: [],
  }
}

/**
 * The next block of a network while none is ordered: what only its order and execution tell is null (its name) or zero
 * (gas, size and roots).
 */
export function pendingBlockView(
  next: NextBlock,
  parent: Block,
  transactions: readonly SignedTransaction[],
  isFull: boolean,
): JsonObject {
  const header: Header = {
    ...parent.header,
    parentHash: parent.hash,
    number: next.number,
    timestampSeconds: next.timestampSeconds,
    coinbase: next.coinbase,
    prevRandao: next.prevRandao,
    gasLimit: next.gasLimit,
    baseFeeWei: next.baseFeeWei,
    gasUsed: 0n,
    stateRoot: ZERO_HASH,
    transactionsRoot: ZERO_HASH,
    receiptsRoot: ZERO_HASH,
    logsBloom: new Uint8Array(256),
    extraData: new Uint8Array(0),
    withdrawalsRoot: EMPTY_TRIE_ROOT,
    blobGasUsed: 0n,
  }
  return {
    ...headerFields(header),
    hash: null,
    nonce: null,
    size: toQuantity(0),
    transactions: isFull ? transactions.map(pendingTransactionView) : transactions.map(({ hash }) => hash),
    uncles: [],
    withdrawals: [],
  }
}

/** What of a block's view is its header's. */
export function headerOf({
  size: _size,
  transactions: _transactions,
  uncles: _uncles,
  withdrawals: _w,
  ...header
}: JsonObject): JsonObject {
  return header
}

function headerFields(header: Header): JsonObject {
  return {
    parentHash: header.parentHash,
    sha3Uncles: NO_OMMERS_HASH,
    miner: header.coinbase,
    stateRoot: header.stateRoot,
    transactionsRoot: header.transactionsRoot,
    receiptsRoot: header.receiptsRoot,
    logsBloom: toHex(header.logsBloom),
    difficulty: '0x0',
    number: toQuantity(header.number),
    gasLimit: toQuantity(header.gasLimit),
    gasUsed: toQuantity(header.gasUsed),
    timestamp: toQuantity(header.timestampSeconds),
    extraData: toHex(header.extraData),
    mixHash: header.prevRandao,
    nonce: '0x0000000000000000',
    baseFeePerGas: toQuantity(header.baseFeeWei),
    withdrawalsRoot: header.withdrawalsRoot,
    blobGasUsed: toQuantity(header.blobGasUsed),
    excessBlobGas: toQuantity(header.excessBlobGas),
    parentBeaconBlockRoot: header.parentBeaconBlockRoot,
    requestsHash: header.requestsHash,
  }
}
