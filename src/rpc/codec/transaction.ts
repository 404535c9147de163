import type { AccessListEntry, Address, Authorization, Bytes, Hash, TransactionType } from '../../primitives/index.ts'
import { equalBytes } from '../../primitives/index.ts'
import { refused } from '../error.ts'
import { type Codec, listOf, type MemberReader, need, readMembers, refuse, required } from './codec.ts'
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
  /** Of a call only: a blob transaction that is to be sent is refused. */
  readonly blobs: { readonly versionedHashes: readonly Hash[]; readonly maxFeePerGasWei: bigint } | undefined
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

/** A transaction that is to be sent. One with blobs is refused: there is nowhere to keep them. */
export const transactionRequest: Codec<TransactionRequest> = required('transaction', (json, path) => {
  const read = readMembers(json, path)
  for (const name of ['blobVersionedHashes', 'blobs', 'maxFeePerBlobGas']) {
    if (read(name, anything) !== undefined) throw refused(TYPE_NOT_SUPPORTED)
  }
  return checked({ ...commonMembers(read, path), type: read('type', type), blobs: undefined }, path)
})

/**
 * A transaction that is tried, as `eth_call` and `eth_estimateGas` take it. Its fields say of which type it is, as with geth:
 * `type` is only read. Hashes of blobs may be there, which a contract sees; the blobs themselves may not.
 */
export const callRequest: Codec<TransactionRequest> = required('transaction', (json, path) => {
  const read = readMembers(json, path)
  if (read('blobs', anything) !== undefined) refuse(`${path}.blobs`, 'a call has hashes of blobs, no blobs')
  read('type', quantity64)
  const versionedHashes = read('blobVersionedHashes', listOf(hash, MAX_LIST_ITEMS))
  const maxFeePerGasWei = read('maxFeePerBlobGas', quantity)
  const hasBlobs = versionedHashes !== undefined || maxFeePerGasWei !== undefined
  const blobs = hasBlobs
    ? { versionedHashes: versionedHashes ?? [], maxFeePerGasWei: maxFeePerGasWei ?? 0n }
    : undefined
  const request = checked({ ...commonMembers(read, path), type: undefined, blobs }, path)
  if (hasItems(blobs?.versionedHashes) && request.to === undefined) refuse(path, 'a blob transaction has a "to"')
  return request
})

/** What transactions that are sent and that are tried share. */
function commonMembers(read: MemberReader, path: string): Omit<TransactionRequest, 'type' | 'blobs'> {
  return {
    chainId: read('chainId', quantity),
    from: read('from', address),
    to: read('to', address),
    nonce: read('nonce', quantity64),
    gasLimit: read('gas', quantity64) ?? read('gasLimit', quantity64),
    valueWei: read('value', quantity),
    data: callData(read, path),
    gasPriceWei: read('gasPrice', quantity),
    maxFeePerGasWei: read('maxFeePerGas', quantity),
    maxPriorityFeePerGasWei: read('maxPriorityFeePerGas', quantity),
    accessList: read('accessList', listOf(accessListEntry, MAX_LIST_ITEMS)),
    authorizations: read('authorizationList', listOf(authorization, MAX_LIST_ITEMS)),
  }
}

/** `input`, or `data`, its older name. Clients send both, but then alike: which one was meant otherwise, nobody can tell. */
function callData(read: MemberReader, path: string): Bytes | undefined {
  const [input, older] = [read('input', data), read('data', data)]
  if (input !== undefined && older !== undefined && !equalBytes(input, older)) {
    return refuse(
      path,
      'both "data" and "input" are set and not equal, please use "input" to pass transaction call data',
    )
  }
  return input ?? older
}

function checked(request: TransactionRequest, path: string): TransactionRequest {
  const problem = contradiction(request)
  return problem === undefined ? request : refuse(path, problem)
}

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
