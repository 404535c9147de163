import type { AccessListEntry, Address, Authorization, Bytes, TransactionType } from '../../primitives/index.ts'
import { refused } from '../error.ts'
import { type Codec, listOf, need, readMembers, refuse, required } from './codec.ts'
import { address, anything, data, hash, quantity, quantity64 } from './scalars.ts'

/** A wish for a transaction: what a client left out is undefined. */
export type TransactionRequest = {
  readonly type: TransactionType | undefined
  readonly chainId: bigint | undefined
  readonly from: Address | undefined
  readonly to: Address | undefined
  readonly nonce: bigint | undefined
  readonly gasLimit: bigint | undefined
  readonly valueWei: bigint | undefined
  readonly data: Bytes | undefined
  readonly gasPriceWei: bigint | undefined
  readonly maxFeePerGasWei: bigint | undefined
  readonly maxPriorityFeePerGasWei: bigint | undefined
  readonly accessList: readonly AccessListEntry[] | undefined
  readonly authorizations: readonly Authorization[] | undefined
}

/** Far more than a block has gas for. */
const MAX_LIST_ITEMS = 10_000

const accessListEntry: Codec<AccessListEntry> = required('access list entry', (json, path) => {
  const read = readMembers(json, path)
  return {
    address: need(read('address', address), `${path}.address`),
    storageKeys: read('storageKeys', listOf(hash, MAX_LIST_ITEMS)) ?? [],
  }
})

const authorization: Codec<Authorization> = required('authorization', (json, path) => {
  const read = readMembers(json, path)
  return {
    chainId: need(read('chainId', quantity), `${path}.chainId`),
    address: need(read('address', address), `${path}.address`),
    nonce: need(read('nonce', quantity64), `${path}.nonce`),
    yParity: need(read('yParity', quantity64) ?? parityOf(read('v', quantity64)), `${path}.yParity`),
    r: need(read('r', quantity), `${path}.r`),
    s: need(read('s', quantity), `${path}.s`),
  }
})

/** Some wallets write an authorisation's parity as 27 or 28. */
function parityOf(v: bigint | undefined): bigint | undefined {
  return v === undefined || v < 27n ? v : v - 27n
}

/** Says what geth says and, for viem's matcher, what viem looks for. */
export const TYPE_NOT_SUPPORTED = 'transaction type not supported: transaction type not valid'

const type: Codec<TransactionType> = required('transaction type', (json, path) => {
  const value = quantity64.decode(json, path)
  const known = ([0, 1, 2, 4] as const).find((candidate) => BigInt(candidate) === value)
  if (known === undefined) throw refused(TYPE_NOT_SUPPORTED)
  return known
})

/**
 * A transaction as `eth_call`, `eth_estimateGas` and `eth_sendTransaction` take it. `input` wins over `data`, its older
 * name: clients send both. A blob transaction is refused: there is nowhere to keep blobs.
 */
export const transactionRequest: Codec<TransactionRequest> = required('transaction', (json, path) => {
  const read = readMembers(json, path)
  for (const name of ['blobVersionedHashes', 'blobs', 'maxFeePerBlobGas']) {
    if (read(name, anything) !== undefined) throw refused(TYPE_NOT_SUPPORTED)
  }
  const request = {
    type: read('type', type),
    chainId: read('chainId', quantity),
    from: read('from', address),
    to: read('to', address),
    nonce: read('nonce', quantity64),
    gasLimit: read('gas', quantity64) ?? read('gasLimit', quantity64),
    valueWei: read('value', quantity),
    data: read('input', data) ?? read('data', data),
    gasPriceWei: read('gasPrice', quantity),
    maxFeePerGasWei: read('maxFeePerGas', quantity),
    maxPriorityFeePerGasWei: read('maxPriorityFeePerGas', quantity),
    accessList: read('accessList', listOf(accessListEntry, MAX_LIST_ITEMS)),
    authorizations: read('authorizationList', listOf(authorization, MAX_LIST_ITEMS)),
  }
  const problem = contradiction(request)
  return problem === undefined ? request : refuse(path, problem)
})

/** What cannot be meant: members that the type does not have would be dropped without a word. */
function contradiction(request: TransactionRequest): string | undefined {
  const { type = 4, gasPriceWei, maxFeePerGasWei, maxPriorityFeePerGasWei, accessList, authorizations } = request
  const isFeeMarket = maxFeePerGasWei !== undefined || maxPriorityFeePerGasWei !== undefined
  if (gasPriceWei !== undefined && isFeeMarket) {
    return 'both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified'
  }
  if (type < 2 && isFeeMarket) return `a transaction of type ${type} has a gasPrice, no maxFeePerGas`
  if (type < 1 && hasItems(accessList)) return `a transaction of type ${type} has no accessList`
  if (type < 4 && hasItems(authorizations)) return `a transaction of type ${type} has no authorizationList`
  return undefined
}

function hasItems(list: readonly unknown[] | undefined): boolean {
  return list !== undefined && list.length > 0
}
