import type { BlockAccessList, TeamRun } from '../../parallel/index.ts'
import { decodeAccessList, encodeAccessList } from '../../parallel/index.ts'
import type { Bytes, FieldReader, Hash, SignedTransaction, WasmRulesVersion } from '../../primitives/index.ts'
import {
  BaseError,
  fromHex,
  integerBytes,
  keccakHash,
  messageOf,
  readFields,
  rlpDecode,
  rlpEncode,
  WASM_RULES_VERSIONS,
} from '../../primitives/index.ts'
import { DAMAGE_ADVICE, type StoreReader, type Write } from '../../state/index.ts'
import type { TransactionLocation } from '../archive.ts'
import type { Block, ExecutedBlock, Header, Receipt } from '../block.ts'
import { decodeStoredBody, encodeStoredBody } from '../codec/block.ts'
import { bloomOfHeader, decodeHeader, encodeHeader } from '../codec/header.ts'
import { decodeStoredReceipts, encodeStoredReceipts } from '../codec/receipt.ts'
import { decodeTeamRun, encodeTeamRun } from '../codec/teamRun.ts'
import type { Head } from '../ledger.ts'
import { chainKeys } from './keys.ts'

/** Which chain a store holds, and in which format: what must agree before anything else is read. */
export type ChainIdentity = {
  readonly format: bigint
  readonly genesisHash: Hash
  readonly chainId: bigint
  readonly hardfork: string
  readonly wasmRules: WasmRulesVersion
}

/** Where the records of a transaction are. */
export type StoredLocation = Pick<TransactionLocation, 'blockNumber' | 'index'>

// Reading: undefined for what is absent, `STORE_CORRUPT` for what cannot be read.

export function readIdentity(reader: StoreReader): ChainIdentity | undefined {
  return readRecord(reader, chainKeys.identity, 'the identity of the chain', (fields) => ({
    format: fields.integer('format', 32),
    genesisHash: fields.hash('genesisHash'),
    chainId: fields.integer('chainId', 64),
    hardfork: new TextDecoder().decode(fields.bytes('hardfork')),
    // Chains that began before there were versions do not name theirs.
    wasmRules: fields.isDone ? 1 : wasmRulesField(fields),
  }))
}

function wasmRulesField(fields: FieldReader): WasmRulesVersion {
  const version = Number(fields.integer('wasmRules', 32))
  const known = WASM_RULES_VERSIONS.find((it) => it === version)
  if (known !== undefined) return known
  throw new BaseError('RLP_INVALID_VALUE', `record wasmRules is ${version}, which this version does not know`)
}

export function readHead(reader: StoreReader): Head | undefined {
  return readRecord(reader, chainKeys.head, 'the head', (fields) => ({
    version: fields.integer('version', 64),
    blockHash: fields.hash('blockHash'),
    blockNumber: fields.integer('blockNumber', 64),
    stateRoot: fields.hash('stateRoot'),
  }))
}

/**
 * The oldest block that is here with its transactions, receipts and state, besides genesis: above 0 for a chain whose state was
 * fetched at some block.
 */
export function readFirstBlock(reader: StoreReader): bigint {
  const read = (fields: FieldReader) => fields.integer('number', 64)
  return readRecord(reader, chainKeys.firstBlock, 'the number of the first block', read) ?? 0n
}

/** The number of the block that is called `hash`. */
export function readNumber(reader: StoreReader, hash: Hash): bigint | undefined {
  return readRecord(reader, chainKeys.number(hash), `the number of block ${hash}`, (fields) =>
    fields.integer('number', 64),
  )
}

export function readHeader(reader: StoreReader, number: bigint): Header | undefined {
  return decoded(reader, chainKeys.header(number), `header ${number}`, decodeHeader)
}

/** The name of block `number`: what its stored header hashes to. */
export function readBlockHash(reader: StoreReader, number: bigint): Hash | undefined {
  return decoded(reader, chainKeys.header(number), `header ${number}`, keccakHash)
}

/** {@link readBlockHash} of a block that must be there. Throws `STORE_CORRUPT`. */
export function requireBlockHash(reader: StoreReader, number: bigint): Hash {
  return present(readBlockHash(reader, number), `header ${number}`)
}

/** The logs bloom of block `number`. */
export function readBloom(reader: StoreReader, number: bigint): Bytes | undefined {
  const bytes = reader.get(chainKeys.header(number))
  return bytes === undefined ? undefined : bloomOfHeader(bytes)
}

export function readBody(reader: StoreReader, number: bigint): readonly SignedTransaction[] | undefined {
  return decoded(reader, chainKeys.body(number), `the transactions of block ${number}`, decodeStoredBody)
}

/** The bytes of a header and of a block's receipts, as another node may ask for them. */
export function readHeaderBytes(reader: StoreReader, number: bigint): Bytes | undefined {
  return reader.get(chainKeys.header(number))
}

export function readReceiptBytes(reader: StoreReader, number: bigint): Bytes | undefined {
  return reader.get(chainKeys.receipts(number))
}

export function readReceipts(reader: StoreReader, number: bigint): readonly Receipt[] | undefined {
  return decoded(reader, chainKeys.receipts(number), `the receipts of block ${number}`, decodeStoredReceipts)
}

/** What block `number` accessed; undefined for the genesis block, and for blocks of before this was kept. */
export function readAccessList(reader: StoreReader, number: bigint): BlockAccessList | undefined {
  return decoded(reader, chainKeys.accessList(number), `the access list of block ${number}`, decodeAccessList)
}

/** How this node's team executed block `number`; undefined when none did. */
export function readTeamRun(reader: StoreReader, number: bigint): TeamRun | undefined {
  return decoded(reader, chainKeys.teamRun(number), `the run of block ${number}`, decodeTeamRun)
}

export function readLocation(reader: StoreReader, hash: Hash): StoredLocation | undefined {
  return readRecord(reader, chainKeys.transaction(hash), `the place of transaction ${hash}`, (fields) => ({
    blockNumber: fields.integer('blockNumber', 64),
    index: Number(fields.integer('index', 32)),
  }))
}

/** What {@link orderWrite} stored of block `number`; undefined for a block that was not ordered, as genesis. */
export function readOrder(reader: StoreReader, number: bigint): Bytes | undefined {
  return reader.get(chainKeys.order(number))
}

// Writing.

/** What consensus says of an ordered block. The chain keeps it and does not look into it. */
export function orderWrite(number: bigint, order: Bytes): Write {
  return { key: chainKeys.order(number), value: order }
}

export function identityWrite({ format, genesisHash, chainId, hardfork, wasmRules }: ChainIdentity): Write {
  const fields = [
    integerBytes(format, 32, 'format'),
    fromHex(genesisHash),
    integerBytes(chainId, 64, 'chainId'),
    new TextEncoder().encode(hardfork),
    ...(wasmRules === 1 ? [] : [integerBytes(BigInt(wasmRules), 32, 'wasmRules')]),
  ]
  return { key: chainKeys.identity, value: rlpEncode(fields) }
}

/** What {@link readFirstBlock} reads. */
export function firstBlockWrite(number: bigint): Write {
  return { key: chainKeys.firstBlock, value: rlpEncode([numberBytes(number)]) }
}

export function headWrite({ version, blockHash, blockNumber, stateRoot }: Head): Write {
  const fields = [
    integerBytes(version, 64, 'version'),
    fromHex(blockHash),
    numberBytes(blockNumber),
    fromHex(stateRoot),
  ]
  return { key: chainKeys.head, value: rlpEncode(fields) }
}

/** A block, its receipts and all that finds them. */
export function blockWrites({ block, receipts }: ExecutedBlock): readonly Write[] {
  const { number } = block.header
  return [
    { key: chainKeys.header(number), value: encodeHeader(block.header) },
    { key: chainKeys.body(number), value: encodeStoredBody(block.transactions) },
    { key: chainKeys.receipts(number), value: encodeStoredReceipts(receipts) },
    { key: chainKeys.number(block.hash), value: rlpEncode([numberBytes(number)]) },
    ...locationWrites(block),
  ]
}

export function accessListWrite(number: bigint, list: BlockAccessList): Write {
  return { key: chainKeys.accessList(number), value: encodeAccessList(list) }
}

/** Also for a block that no team executed: a run of another block that had its number goes. */
export function teamRunWrite(number: bigint, run: TeamRun | undefined): Write {
  return { key: chainKeys.teamRun(number), value: run && encodeTeamRun(run) }
}

/** As {@link readLocation} and others read it. */
function numberBytes(number: bigint): Bytes {
  return integerBytes(number, 64, 'block number')
}

function locationWrites({ header, transactions }: Block): readonly Write[] {
  const number = numberBytes(header.number)
  return transactions.map(({ hash }, index) => ({
    key: chainKeys.transaction(hash),
    value: rlpEncode([number, integerBytes(BigInt(index), 32, 'index')]),
  }))
}

function readRecord<value>(
  reader: StoreReader,
  key: Bytes,
  what: string,
  read: (fields: FieldReader) => value,
): value | undefined {
  return decoded(reader, key, what, (bytes) => {
    const fields = readFields(rlpDecode(bytes), 'record')
    const value = read(fields)
    fields.end()
    return value
  })
}

function decoded<value>(
  reader: StoreReader,
  key: Bytes,
  what: string,
  decode: (bytes: Bytes) => value,
): value | undefined {
  const bytes = reader.get(key)
  if (bytes === undefined) return undefined
  try {
    return decode(bytes)
  } catch (cause) {
    throw corrupt(`${what} cannot be read: ${messageOf(cause)}`, cause)
  }
}

/** Checks that a record is there which another one promises. */
export function present<value>(value: value | undefined, what: string): value {
  if (value === undefined) throw corrupt(`${what} is missing`)
  return value
}

/** The store lacks or garbles what it must hold. */
export function corrupt(fault: string, cause?: unknown): BaseError {
  return new BaseError('STORE_CORRUPT', `the data directory is damaged: ${fault}`, { advice: DAMAGE_ADVICE, cause })
}
