import type { Bytes, Hash, RlpItem, Word } from '../../primitives/index.ts'
import { BaseError, keccakHash, readFields, rlpDecode, rlpInteger } from '../../primitives/index.ts'
import { BackwardRlp } from './backwardRlp.ts'
import type { AccountAccess, BlockAccessList, Change, SlotChanges } from './types.ts'

/** More transactions are in no block: an index has at most 32 bits. */
const INDEX_BITS = 32
const WORD_BITS = 256
const NONCE_BITS = 64

/** A list's bytes. Source: EIP-7928, "RLP Data Structures". O(length of the bytes). */
export function encodeAccessList(list: BlockAccessList): Bytes {
  const out = new BackwardRlp()
  out.list(list, writeAccount)
  return out.take()
}

/** What EIP-7928 puts into a header: Keccak-256 of the bytes. */
export function hashAccessList(list: BlockAccessList): Hash {
  return keccakHash(encodeAccessList(list))
}

function writeAccount(out: BackwardRlp, account: AccountAccess): void {
  const start = out.end()
  out.list(account.codeChanges, (_, { index, value }) => writeChange(out, index, () => out.bytes(value)))
  out.list(account.nonceChanges, writeNonce)
  out.list(account.balanceChanges, writeWord)
  out.list(account.storageReads, (_, slot) => out.number(slot, WORD_BITS))
  out.list(account.storageChanges, writeSlot)
  out.hex(account.address)
  out.close(start)
}

function writeSlot(out: BackwardRlp, { slot, changes }: SlotChanges): void {
  const start = out.end()
  out.list(changes, writeWord)
  out.number(slot, WORD_BITS)
  out.close(start)
}

function writeWord(out: BackwardRlp, { index, value }: Change<bigint>): void {
  writeChange(out, index, () => out.number(value, WORD_BITS))
}

function writeNonce(out: BackwardRlp, { index, value }: Change<bigint>): void {
  writeChange(out, index, () => out.number(value, NONCE_BITS))
}

function writeChange(out: BackwardRlp, index: number, writeValue: () => void): void {
  const start = out.end()
  writeValue()
  out.number(BigInt(index), INDEX_BITS)
  out.close(start)
}

/**
 * The inverse of {@link encodeAccessList}. Throws `INVALID_RLP`, or `RLP_INVALID_VALUE` for what is not in the one form that a
 * list has: accounts, slots and indexes ascend, and no slot is both changed and only read.
 */
export function decodeAccessList(bytes: Bytes): BlockAccessList {
  const items = rlpDecode(bytes)
  if (items instanceof Uint8Array) throw invalid('the access list is not a list')
  const list = items.map((item, index) => readAccount(item, `account ${index}`))
  assertAscending(list, ({ address }) => BigInt(address), 'accounts')
  return list
}

function readAccount(item: RlpItem, what: string): AccountAccess {
  const fields = readFields(item, what)
  const account = {
    address: fields.address('address'),
    storageChanges: fields.list('storageChanges', readSlot),
    storageReads: fields.list('storageReads', readWord),
    balanceChanges: readChanges(fields.list('balanceChanges', changeOf(WORD_BITS)), what),
    nonceChanges: readChanges(fields.list('nonceChanges', changeOf(NONCE_BITS)), what),
    codeChanges: readChanges(fields.list('codeChanges', readCode), what),
  }
  fields.end()
  const { storageChanges, storageReads } = account
  assertAscending(storageChanges, ({ slot }) => slot, `changed slots of ${what}`)
  assertAscending(storageReads, (slot) => slot, `read slots of ${what}`)
  const changed = new Set(storageChanges.map(({ slot }) => slot))
  if (storageReads.some((slot) => changed.has(slot))) throw invalid(`${what} has a slot that is changed and only read`)
  return account
}

function readSlot(item: RlpItem, what: string): SlotChanges {
  const fields = readFields(item, what)
  const slot = {
    slot: fields.integer('slot', WORD_BITS),
    changes: readChanges(fields.list('changes', changeOf(WORD_BITS)), what),
  }
  fields.end()
  if (slot.changes.length === 0) throw invalid(`${what} has no changes`)
  return slot
}

function readWord(item: RlpItem, what: string): Word {
  return rlpInteger(item, what, WORD_BITS)
}

function changeOf(bits: number): (item: RlpItem, what: string) => Change<bigint> {
  return (item, what) => {
    const fields = readFields(item, what)
    const change = { index: Number(fields.integer('index', INDEX_BITS)), value: fields.integer('value', bits) }
    fields.end()
    return change
  }
}

function readCode(item: RlpItem, what: string): Change<Bytes> {
  const fields = readFields(item, what)
  const change = { index: Number(fields.integer('index', INDEX_BITS)), value: fields.bytes('code') }
  fields.end()
  return change
}

function readChanges<value>(changes: readonly Change<value>[], what: string): readonly Change<value>[] {
  assertAscending(changes, ({ index }) => BigInt(index), `changes of ${what}`)
  return changes
}

function assertAscending<item>(items: readonly item[], keyOf: (item: item) => bigint, what: string): void {
  let before = -1n
  for (const item of items) {
    const key = keyOf(item)
    if (key <= before) throw invalid(`the ${what} do not ascend`)
    before = key
  }
}

function invalid(fault: string): BaseError {
  return new BaseError('RLP_INVALID_VALUE', fault)
}
