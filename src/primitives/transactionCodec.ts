import { assert, BaseError } from './errors.ts'
import { addressFromBytes, concatBytes, EMPTY_BYTES, fromHex, trimmedBytes } from './hex.ts'
import { integerBytes } from './integers.ts'
import { keccak256, keccakHash } from './keccak.ts'
import { type RlpItem, rlpDecode, rlpEncode, rlpItemBounds, rlpListOf } from './rlp.ts'
import { type FieldReader, readFields, rlpHash, rlpInteger } from './rlpFields.ts'
import { isSignatureInRange, MAX_LOW_S, type RecoverableSignature, recoverAddress, signDigest } from './signature.ts'
import type {
  AccessListEntry,
  Authorization,
  Signature,
  SignedTransaction,
  Transaction,
  TransactionType,
} from './transaction.ts'
import type { Address, Bytes, Hash } from './types.ts'

/** What is signed: a transaction that does not name its sender, for the signature will. */
export type UnsignedTransaction = Omit<Transaction, 'sender'>

/**
 * Decodes a transaction as a wallet sends it and recovers its sender. Types 0 to 4; type 3 without its blobs, as it
 * stands in a block. Every transaction has exactly one encoding that is accepted.
 *
 * Throws `INVALID_RLP`, `RLP_INVALID_VALUE` (a field that cannot be), `TYPE_NOT_SUPPORTED`, or `INVALID_SIGNATURE_VRS`
 * (v, r or s out of range, a high s, a signature of nobody). Whether the transaction may be in a block is the router's
 * question. Source: EIPs 2, 155, 1559, 2718, 2930, 4844, 7702.
 */
export function decodeTransaction(raw: Bytes): SignedTransaction {
  const { unsigned, signature } = decodeFields(raw)
  return seal(unsigned, recoverSender(unsigned, signature, raw), signature, raw)
}

/**
 * Who signed a transaction, and nothing else of it: {@link decodeTransaction} without what it costs to read the fields. For bytes
 * that it takes, its sender; for others it throws some `BaseError`, or answers all the same.
 */
export function senderOf(raw: Bytes): Address {
  const { type, list } = envelopeOf(raw)
  const bounds = rlpItemBounds(list)
  const integerAt = (back: number): bigint =>
    rlpInteger(rlpDecode(list.subarray(bounds.at(-back - 1), bounds.at(-back))), 'transaction signature', 256)
  const [v, r, s] = bounds.length > 3 ? [integerAt(3), integerAt(2), integerAt(1)] : [0n, 0n, 0n]
  return recoverSender({ type, chainId: type === 0 ? legacyChainId(v) : undefined }, { v, r, s }, raw)
}

/** {@link senderOf}; undefined when it throws: whoever wants the transaction finds out why. */
export function senderIn(raw: Bytes): Address | undefined {
  try {
    return senderOf(raw)
  } catch (thrown) {
    if (thrown instanceof BaseError) return undefined
    throw thrown
  }
}

/**
 * Decodes a transaction whose sender is known from elsewhere, such as our own store: the signature is not looked at, so
 * that one which was never signed (see {@link impersonateTransaction}) can be read back. Throws as above for the rest.
 */
export function decodeTransactionOf(sender: Address, raw: Bytes): SignedTransaction {
  const { unsigned, signature } = decodeFields(raw)
  return seal(unsigned, sender, signature, raw)
}

/**
 * The bytes that are hashed and sent: an EIP-2718 envelope, or the RLP list of a legacy transaction. Throws `RLP_INVALID_VALUE`
 * naming a field that no decoder would take.
 */
export function encodeTransaction(transaction: UnsignedTransaction, signature: Signature): Bytes {
  const { r, s, v } = signature
  return envelope(transaction, [...fieldsOf(transaction), wordOf(v, 'v'), wordOf(r, 'r'), wordOf(s, 's')])
}

/** Signs a transaction. Throws `INVALID_PRIVATE_KEY`. */
export function signTransaction(transaction: UnsignedTransaction, privateKey: Bytes): SignedTransaction {
  const { r, s, yParity } = signDigest(signingDigest(transaction), privateKey)
  const signature = { r, s, v: carriedParity(transaction, yParity) }
  return decodeTransaction(encodeTransaction(transaction, signature))
}

/**
 * Seals a transaction of an account whose key we do not have (a developer's impersonation). The signature is a
 * placeholder that nobody can have made: s is 1 and r names the sender, so that equal wishes of two senders have two
 * hashes. Such a transaction is only valid where it was made.
 */
export function impersonateTransaction(transaction: Transaction): SignedTransaction {
  const signature = { ...placeholderOf(transaction.sender), v: carriedParity(transaction, 0) }
  return seal(transaction, transaction.sender, signature, encodeTransaction(transaction, signature))
}

/** The digest that a sender signs. Source: EIP-155 for legacy transactions, EIP-2718 for others. */
export function signingDigest(transaction: UnsignedTransaction): Bytes {
  return keccak256(envelope(transaction, [...fieldsOf(transaction), ...replayProtection(transaction)]))
}

/** The parity 0 or 1 behind a transaction's `v`, whatever form it has. The transaction was decoded or sealed here. */
export function yParityOf(transaction: Transaction & { readonly signature: Signature }): 0 | 1 {
  const parity = parityOf(transaction, transaction.signature.v)
  assert(parity !== undefined, 'a sealed transaction has a valid v')
  return parity
}

/** What an EIP-7702 authority signs: Keccak-256 of `0x05 || rlp([chainId, address, nonce])`. */
export function authorizationDigest(authorization: Pick<Authorization, 'chainId' | 'address' | 'nonce'>): Bytes {
  const { chainId, address, nonce } = authorization
  return keccak256(
    concatBytes(Uint8Array.of(5), rlpEncode([trimmedBytes(chainId), fromHex(address), trimmedBytes(nonce)])),
  )
}

/** Who signed an EIP-7702 authorisation; undefined when its signature is invalid, a high s included. */
export function recoverAuthority(authorization: Authorization): Address | undefined {
  const { r, s, yParity } = authorization
  if (s > MAX_LOW_S || yParity > 1n) return undefined
  return recoverAddress(authorizationDigest(authorization), { r, s, yParity: yParity === 0n ? 0 : 1 })
}

/** The address of the contract that `sender` creates with `nonce`. Source: Yellow Paper, section 7. */
export function createAddress(sender: Address, nonce: bigint): Address {
  return addressFromBytes(keccak256(rlpEncode([fromHex(sender), trimmedBytes(nonce)])).subarray(12))
}

/** The address of the contract that CREATE2 makes. `salt` has 32 bytes. Source: EIP-1014. */
export function create2Address(sender: Address, salt: Hash, initCode: Bytes): Address {
  const preimage = concatBytes(Uint8Array.of(0xff), fromHex(sender), fromHex(salt), keccak256(initCode))
  return addressFromBytes(keccak256(preimage).subarray(12))
}

type Decoded = { readonly unsigned: UnsignedTransaction; readonly signature: Signature }

function decodeFields(raw: Bytes): Decoded {
  const { type, list } = envelopeOf(raw)
  const fields = readFields(rlpDecode(list), 'transaction')
  const unsigned = readUnsigned(type, fields)
  const signature = { v: fields.integer('v', 256), r: fields.integer('r', 256), s: fields.integer('s', 256) }
  fields.end()
  return { unsigned: type === 0 ? { ...unsigned, chainId: legacyChainId(signature.v) } : unsigned, signature }
}

/** A transaction's type, and its fields as an RLP list. */
function envelopeOf(raw: Bytes): { readonly type: TransactionType; readonly list: Bytes } {
  const first = raw[0]
  if (first === undefined) throw new BaseError('INVALID_RLP', 'the transaction has no bytes')
  return first >= 0xc0 ? { type: 0, list: raw } : { type: typedBy(first), list: raw.subarray(1) }
}

function typedBy(first: number): TransactionType {
  if (first === 1 || first === 2 || first === 3 || first === 4) return first
  throw new BaseError('TYPE_NOT_SUPPORTED', `transactions of type ${first} are not supported`)
}

/** Reads in the order of the wire, which every type keeps: each only leaves out what it does not have. */
function readUnsigned(type: TransactionType, fields: FieldReader): UnsignedTransaction {
  const chainId = type === 0 ? undefined : fields.integer('chainId', 256)
  const nonce = fields.integer('nonce', 64)
  const tip = fields.integer(type < 2 ? 'gasPrice' : 'maxPriorityFeePerGas', 256)
  return {
    type,
    chainId,
    nonce,
    maxPriorityFeePerGasWei: tip,
    maxFeePerGasWei: type < 2 ? tip : fields.integer('maxFeePerGas', 256),
    gasLimit: fields.integer('gasLimit', 64),
    to: fields.optionalAddress('to'),
    valueWei: fields.integer('value', 256),
    data: fields.bytes('data'),
    accessList: type === 0 ? [] : fields.list('accessList', readAccessListEntry),
    maxFeePerBlobGasWei: type === 3 ? fields.integer('maxFeePerBlobGas', 256) : 0n,
    blobVersionedHashes: type === 3 ? fields.list('blobVersionedHashes', rlpHash) : [],
    authorizations: type === 4 ? fields.list('authorizationList', readAuthorization) : [],
  }
}

/** What stands for the signature of an impersonated sender. To recover to that very sender it would have to be chosen after its own hash. */
function placeholderOf(sender: Address): { readonly r: bigint; readonly s: bigint } {
  return { r: (1n << 160n) | BigInt(sender), s: 1n }
}

function isPlaceholder(sender: Address, signature: Signature): boolean {
  const { r, s } = placeholderOf(sender)
  return signature.s === s && signature.r === r
}

/** Spelled out, so that all transactions have one shape for the machine too: with spreads decoding took 25 us, not 16. */
function seal(fields: UnsignedTransaction, sender: Address, signature: Signature, raw: Bytes): SignedTransaction {
  return {
    type: fields.type,
    chainId: fields.chainId,
    sender,
    ...(isPlaceholder(sender, signature) ? { isImpersonated: true } : {}),
    nonce: fields.nonce,
    gasLimit: fields.gasLimit,
    to: fields.to,
    valueWei: fields.valueWei,
    data: fields.data,
    maxFeePerGasWei: fields.maxFeePerGasWei,
    maxPriorityFeePerGasWei: fields.maxPriorityFeePerGasWei,
    accessList: fields.accessList,
    maxFeePerBlobGasWei: fields.maxFeePerBlobGasWei,
    blobVersionedHashes: fields.blobVersionedHashes,
    authorizations: fields.authorizations,
    signature,
    hash: keccakHash(raw),
    raw,
  }
}

function readAccessListEntry(item: RlpItem, name: string): AccessListEntry {
  const fields = readFields(item, name)
  const entry = { address: fields.address('address'), storageKeys: fields.list('storageKeys', rlpHash) }
  fields.end()
  return entry
}

function readAuthorization(item: RlpItem, name: string): Authorization {
  const fields = readFields(item, name)
  const authorization = {
    chainId: fields.integer('chainId', 256),
    address: fields.address('address'),
    nonce: fields.integer('nonce', 64),
    yParity: fields.integer('yParity', 8),
    r: fields.integer('r', 256),
    s: fields.integer('s', 256),
  }
  fields.end()
  return authorization
}

function envelope(transaction: UnsignedTransaction, fields: readonly RlpItem[]): Bytes {
  const body = rlpEncode(fields)
  return transaction.type === 0 ? body : concatBytes(Uint8Array.of(transaction.type), body)
}

/** A number as {@link readUnsigned} reads it: of 256 bits, or of 64. Throws `RLP_INVALID_VALUE` for one that it would refuse. */
function wordOf(value: bigint, name: string): Bytes {
  return integerBytes(value, 256, `transaction ${name}`)
}

function limbOf(value: bigint, name: string): Bytes {
  return integerBytes(value, 64, `transaction ${name}`)
}

/** The fields of a type in the order of the wire, signature excepted. */
function fieldsOf(transaction: UnsignedTransaction): readonly RlpItem[] {
  const { type, to } = transaction
  const fields: RlpItem[] = []
  if (type !== 0) fields.push(wordOf(chainIdOf(transaction), 'chainId'))
  fields.push(limbOf(transaction.nonce, 'nonce'))
  if (type >= 2) fields.push(wordOf(transaction.maxPriorityFeePerGasWei, 'maxPriorityFeePerGas'))
  fields.push(wordOf(transaction.maxFeePerGasWei, type < 2 ? 'gasPrice' : 'maxFeePerGas'))
  fields.push(limbOf(transaction.gasLimit, 'gasLimit'))
  fields.push(to === undefined ? EMPTY_BYTES : fromHex(to), wordOf(transaction.valueWei, 'value'), transaction.data)
  if (type !== 0) fields.push(transaction.accessList.map(accessListFields))
  if (type === 3) {
    const { maxFeePerBlobGasWei, blobVersionedHashes } = transaction
    fields.push(wordOf(maxFeePerBlobGasWei, 'maxFeePerBlobGas'), hashFields(blobVersionedHashes))
  }
  if (type === 4) fields.push(transaction.authorizations.map(authorizationFields))
  return fields
}

function chainIdOf({ chainId }: UnsignedTransaction): bigint {
  assert(chainId !== undefined, 'a typed transaction names its chain')
  return chainId
}

function accessListFields({ address, storageKeys }: AccessListEntry): RlpItem {
  return [fromHex(address), hashFields(storageKeys)]
}

function hashFields(hashes: readonly Hash[]): RlpItem {
  return hashes.map((hash) => fromHex(hash))
}

function authorizationFields(authorization: Authorization): readonly RlpItem[] {
  const { chainId, address, nonce, yParity, r, s } = authorization
  return [
    wordOf(chainId, 'authorization chainId'),
    fromHex(address),
    limbOf(nonce, 'authorization nonce'),
    integerBytes(yParity, 8, 'transaction authorization yParity'),
    wordOf(r, 'authorization r'),
    wordOf(s, 'authorization s'),
  ]
}

/** What of a transaction says how its signature is read. */
type SignedAs = Pick<UnsignedTransaction, 'type' | 'chainId'>

function recoverSender(transaction: SignedAs, signature: Signature, raw: Bytes): Address {
  const { r, s, v } = signature
  const yParity = parityOf(transaction, v)
  if (yParity === undefined) throw invalidSignature('v is out of range')
  if (!isSignatureInRange({ r, s })) throw invalidSignature('r or s is out of range')
  if (s > MAX_LOW_S) throw invalidSignature('s is in the upper half (EIP-2)')
  const recoverable: RecoverableSignature = { r, s, yParity }
  const sender = recoverAddress(signedDigest(transaction, raw), recoverable)
  if (sender === undefined) throw invalidSignature('the signature belongs to no key')
  return sender
}

function invalidSignature(reason: string): BaseError {
  return new BaseError('INVALID_SIGNATURE_VRS', `invalid transaction v, r, s values: ${reason}`)
}

/**
 * {@link signingDigest} of the transaction that `raw` is: what was signed stands there already, but for the length before it, and to
 * copy it is 4 us cheaper than to encode the fields again.
 */
function signedDigest(transaction: SignedAs, raw: Bytes): Bytes {
  const { type, list } = envelopeOf(raw)
  const bounds = rlpItemBounds(list)
  const signed = list.subarray(bounds[0], bounds.at(-4))
  const body = rlpListOf([signed, ...replayProtection(transaction).map(rlpEncode)])
  return keccak256(type === 0 ? body : concatBytes(Uint8Array.of(type), body))
}

/** What is signed with a legacy transaction that names its chain. Source: EIP-155. */
function replayProtection({ type, chainId }: SignedAs): readonly RlpItem[] {
  return type === 0 && chainId !== undefined ? [trimmedBytes(chainId), EMPTY_BYTES, EMPTY_BYTES] : []
}

/** EIP-155: v is 35 + 2 * chainId + parity; before it, 27 + parity. */
function legacyChainId(v: bigint): bigint | undefined {
  return v >= 35n ? (v - 35n) / 2n : undefined
}

function carriedParity(transaction: SignedAs, yParity: 0 | 1): bigint {
  const parity = BigInt(yParity)
  if (transaction.type !== 0) return parity
  return transaction.chainId === undefined ? 27n + parity : 35n + 2n * transaction.chainId + parity
}

function parityOf(transaction: SignedAs, v: bigint): 0 | 1 | undefined {
  const parity = v - carriedParity(transaction, 0)
  return parity === 0n ? 0 : parity === 1n ? 1 : undefined
}
