import { assert, type Bytes, createAddress, decodeTransaction, type SignedTransaction } from '../../primitives/index.ts'
import { effectiveGasPrice } from '../../router/index.ts'
import { orderedTrieRoot, type Write } from '../../state/index.ts'
import type { ExecutedBlock, Header, Receipt } from '../block.ts'
import { sealBlock } from '../codec/block.ts'
import { encodeHeader } from '../codec/header.ts'
import { decodeStoredReceipts, encodeReceipt } from '../codec/receipt.ts'
import { type Genesis, genesisBlock } from '../genesis/genesis.ts'
import { rawTransactionsOf } from '../ordered/payload.ts'
import { chainKeys } from '../records/keys.ts'
import { blockWrites, firstBlockWrite, headWrite, identityWrite, orderWrite } from '../records/records.ts'
import { identityOf } from './chainStart.ts'

/** What a chain begins with whose state was fetched instead of computed. */
export type ChainBase = {
  /** The headers that BLOCKHASH may ask for, ascending to the newest block's. */
  readonly headers: readonly Header[]
  /** The newest blocks, ascending: as many as the next ones look back. The last one's state is that of the store. */
  readonly blocks: readonly ExecutedBlock[]
  /** What consensus says of some blocks. */
  readonly orders: readonly (readonly [number: bigint, order: Bytes])[]
}

/** The batch that begins a chain in a store which holds the state after its newest block, and no chain. */
export function chainBaseWrites(genesis: Genesis, { headers, blocks, orders }: ChainBase): readonly Write[] {
  const [first, head] = [blocks[0]?.block.header, blocks.at(-1)?.block]
  assert(first !== undefined && head !== undefined, 'a chain begins with a block')
  const { number, stateRoot } = head.header
  return [
    identityWrite(identityOf(genesis)),
    ...blockWrites({ block: genesisBlock(genesis).block, receipts: [] }),
    ...headers.map((header) => ({ key: chainKeys.header(header.number), value: encodeHeader(header) })),
    ...blocks.flatMap(blockWrites),
    ...orders.map(([height, order]) => orderWrite(height, order)),
    firstBlockWrite(first.number),
    headWrite({ version: number, blockHash: head.hash, blockNumber: number, stateRoot }),
  ]
}

/**
 * A block that others have executed, when transactions and receipts are those that its header names: `body` as it was ordered,
 * `receipts` as a store keeps them. What their root does not cover is computed anew. Undefined when something is not as it
 * should be; throws a `BaseError` for bytes that are neither.
 */
export function receivedBlock(header: Header, body: Bytes, receipts: Bytes): ExecutedBlock | undefined {
  const transactions = rawTransactionsOf(body).map((raw) => decodeTransaction(raw))
  if (orderedTrieRoot(transactions.map(({ raw }) => raw)) !== header.transactionsRoot) return undefined
  const claimed = decodeStoredReceipts(receipts)
  if (claimed.length !== transactions.length) return undefined
  if (orderedTrieRoot(claimed.map(encodeReceipt)) !== header.receiptsRoot) return undefined
  const known = claimed.flatMap((receipt, index) => {
    const transaction = transactions[index]
    return transaction === undefined ? [] : [completed(receipt, transaction, header)]
  })
  return { block: sealBlock(header, transactions), receipts: known }
}

function completed(receipt: Receipt, transaction: SignedTransaction, { baseFeeWei }: Header): Receipt {
  // Nothing that runs uses no gas: this one could not be executed (L4).
  if (receipt.gasUsed === 0n) return { ...receipt, effectiveGasPriceWei: 0n, contractAddress: undefined }
  const { to, sender, nonce } = transaction
  return {
    ...receipt,
    effectiveGasPriceWei: effectiveGasPrice(transaction, baseFeeWei),
    contractAddress: to === undefined ? createAddress(sender, nonce) : undefined,
  }
}
