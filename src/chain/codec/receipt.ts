import type { Bytes, Log, RlpItem, TransactionType } from '../../primitives/index.ts'
import {
  BaseError,
  concatBytes,
  EMPTY_BYTES,
  fromHex,
  integerBytes,
  readFields,
  rlpDecode,
  rlpEncode,
  rlpHash,
} from '../../primitives/index.ts'
import type { Receipt } from '../block.ts'
import { bloomOf } from './bloom.ts'

/** A receipt's consensus bytes, what the receipts root is made of. Source: Yellow Paper 4.4.1, EIPs 658 and 2718. */
export function encodeReceipt(receipt: Receipt): Bytes {
  const body = rlpEncode([
    flag(receipt.succeeded),
    integerBytes(receipt.cumulativeGasUsed, 64, 'receipt cumulativeGasUsed'),
    receipt.logsBloom,
    receipt.logs.map(logFields),
  ])
  return receipt.type === 0 ? body : concatBytes(Uint8Array.of(receipt.type), body)
}

/**
 * A block's receipts as we keep them: with what the consensus bytes leave out (gas used, effective price, the new
 * contract), without what follows from the rest (blooms, cumulative gas).
 */
export function encodeStoredReceipts(receipts: readonly Receipt[]): Bytes {
  return rlpEncode(
    receipts.map((receipt) => [
      integerBytes(BigInt(receipt.type), 8, 'receipt type'),
      flag(receipt.succeeded),
      integerBytes(receipt.gasUsed, 64, 'receipt gasUsed'),
      integerBytes(receipt.effectiveGasPriceWei, 256, 'receipt effectiveGasPrice'),
      receipt.contractAddress === undefined ? EMPTY_BYTES : fromHex(receipt.contractAddress),
      receipt.logs.map(logFields),
    ]),
  )
}

/** The inverse of {@link encodeStoredReceipts}. Throws `INVALID_RLP` or `RLP_INVALID_VALUE`. */
export function decodeStoredReceipts(bytes: Bytes): readonly Receipt[] {
  const items = rlpDecode(bytes)
  if (items instanceof Uint8Array) throw new BaseError('RLP_INVALID_VALUE', 'the receipts are not a list')
  let cumulativeGasUsed = 0n
  return items.map((item, index) => {
    const receipt = readReceipt(item, `receipt ${index}`, cumulativeGasUsed)
    cumulativeGasUsed = receipt.cumulativeGasUsed
    return receipt
  })
}

function readReceipt(item: RlpItem, what: string, gasUsedBefore: bigint): Receipt {
  const fields = readFields(item, what)
  const type = transactionType(fields.integer('type', 8), what)
  const succeeded = fields.integer('status', 1) === 1n
  const gasUsed = fields.integer('gasUsed', 64)
  const effectiveGasPriceWei = fields.integer('effectiveGasPrice', 256)
  const contractAddress = fields.optionalAddress('contractAddress')
  const logs = fields.list('logs', readLog)
  fields.end()
  const cumulativeGasUsed = gasUsedBefore + gasUsed
  const logsBloom = bloomOf(logs)
  return { type, succeeded, gasUsed, cumulativeGasUsed, effectiveGasPriceWei, contractAddress, logs, logsBloom }
}

function readLog(item: RlpItem, name: string): Log {
  const fields = readFields(item, name)
  const log = { address: fields.address('address'), topics: fields.list('topics', rlpHash), data: fields.bytes('data') }
  fields.end()
  return log
}

function logFields({ address, topics, data }: Log): RlpItem {
  return [fromHex(address), topics.map((topic) => fromHex(topic)), data]
}

function flag(value: boolean): Bytes {
  return value ? Uint8Array.of(1) : EMPTY_BYTES
}

function transactionType(value: bigint, what: string): TransactionType {
  const type = ([0, 1, 2, 3, 4] as const).find((known) => BigInt(known) === value)
  if (type === undefined) throw new BaseError('RLP_INVALID_VALUE', `${what} has the unknown type ${value}`)
  return type
}
