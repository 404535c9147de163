import { type Core, journalLayout, type Pointer } from '../core/index.ts'
import {
  type Address,
  assertState,
  type Bytes,
  EMPTY_BYTES,
  EMPTY_CODE_HASH,
  type Hash,
  keccakHash,
  type Log,
  MAX_WORD,
  type Rules,
  type Word,
} from '../primitives/index.ts'
import { settle } from './coreRecords.ts'
import type { AccountUse, AddressSet, Journal, JournalResult, Warmth, WordRange } from './journal.ts'
import { emptyView } from './overlay.ts'
import type { StateView } from './view.ts'
import { narrowed } from './wordRange.ts'

const {
  ACCOUNT_LEAST_BALANCE,
  ACCOUNT_NAME,
  ACCOUNT_OLD_BALANCE,
  ACCOUNT_OLD_CODE,
  ACCOUNT_OLD_NONCE,
  LOG_TOPICS,
  RECORD_KEY,
  RECORD_SPACE,
  RECORD_STICKY,
  SLOT_OLD_VALUE,
  SPACE_ID_MASK,
  STICKY_EXISTED,
  STICKY_HAD_STORAGE,
  STICKY_LOADED,
  STICKY_MOVED_BALANCE,
  STICKY_READ_BALANCE,
  STICKY_READ_CODE,
  STICKY_READ_LIFE,
  STICKY_READ_NONCE,
  STICKY_READ_RESET,
  STICKY_STORAGE_ASKED,
} = journalLayout

/**
 * The journal of a core: the same tables that its EVM interpreter uses, so both see one state. Answers the core's questions
 * for accounts, slots and codes from the view of `begin`. One per core.
 */
export function createCoreJournal(core: Core): Journal {
  return new CoreJournal(core)
}

/** Accounts as an engine in the core names them. An id stands until `begin`. */
export type CoreAccounts = {
  idOf(address: Address): Pointer
  addressOf(id: Pointer): Address
  /** The bytes of a code by its record. */
  codeOf(record: Pointer): Bytes
}

/** The accounts of `journal`, which must be that of `core`: an engine in a core works on no other journal. */
export function accountsIn(core: Core, journal: Journal): CoreAccounts {
  assertState(journal instanceof CoreJournal && journal.isOf(core), "an engine in a core works on the core's journal")
  return journal
}

/** How many addresses the core has a bit for. */
const BORN_WARM_BITS = 512n

class CoreJournal implements Journal, CoreAccounts {
  readonly #core: Core
  readonly #exports: Core['exports']
  readonly #memory: Core['memory']
  /** Three words: an address or a hash, a slot, and a value or an amount. */
  readonly #key: Pointer
  readonly #slot: Pointer
  readonly #value: Pointer
  /** The slot that stands at `#slot`. */
  #namedSlot: Word = 0n
  #view: StateView = emptyView
  /** The set that the core was told last. */
  #warmForGood: AddressSet | undefined
  readonly #ids = new Map<Address, Pointer>()
  /** The addresses of `#ids`; an account's name in its record is an index into it, plus 1. */
  readonly #addresses: Address[] = []
  /** Records of codes, by hash, and the other way round. */
  readonly #codeRecords = new Map<Hash, Pointer>()
  readonly #codeHashes = new Map<Pointer, Hash>()
  /** What additions asked of slots, by their records. Sticky. */
  readonly #ranges = new Map<Pointer, WordRange>()
  /** Every code that was set or asked for. By hash, so there is nothing to undo. */
  readonly #codes = new Map<Hash, Bytes>()

  constructor(core: Core) {
    this.#core = core
    this.#exports = core.exports
    this.#memory = core.memory
    this.#key = core.exports.allocate(96)
    this.#slot = this.#key + 32
    this.#value = this.#key + 64
    core.memory.writeWord(this.#slot, this.#namedSlot)
    core.host.loadAccount = (record) => this.#loadAccount(record)
    core.host.loadSlot = (entry) => this.#loadSlot(entry)
    core.host.loadCode = (record) => this.#loadCode(record)
    core.exports.seedTable(crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n)
    core.exports.begin()
  }

  isOf(core: Core): boolean {
    return this.#core === core
  }

  idOf(address: Address): Pointer {
    return this.#id(address)
  }

  addressOf(id: Pointer): Address {
    return this.#address(id)
  }

  codeOf(record: Pointer): Bytes {
    return this.#codeWithHash(this.#codeHash(record))
  }

  begin(view: StateView): void {
    this.#exports.begin()
    this.#view = view
    this.#addresses.length = 0
    // To clear an empty Map costs as much as to make one.
    for (const map of [this.#ids, this.#codes, this.#codeRecords, this.#codeHashes, this.#ranges]) {
      if (map.size > 0) map.clear()
    }
  }

  checkpoint(): number {
    return this.#exports.checkpoint()
  }

  rollback(to: number): void {
    assertState(this.#exports.rollback(to) === 1, 'J1: a checkpoint is not newer than the journal')
  }

  exists(address: Address): boolean {
    return this.#exports.accountExists(this.#id(address)) === 1
  }

  isEmpty(address: Address): boolean {
    return this.#exports.isAccountEmpty(this.#id(address)) === 1
  }

  balance(address: Address): bigint {
    return this.#memory.readWord(this.#exports.balanceOf(this.#id(address)))
  }

  hasBalance(address: Address, amountWei: bigint): boolean {
    if (amountWei > MAX_WORD) return false
    this.#memory.writeWord(this.#value, amountWei)
    return this.#exports.hasBalance(this.#id(address), this.#value) === 1
  }

  nonce(address: Address): bigint {
    return BigInt.asUintN(64, this.#exports.nonceOf(this.#id(address)))
  }

  codeHash(address: Address): Hash {
    return this.#codeHash(this.#exports.codeOf(this.#id(address)))
  }

  code(address: Address): Bytes {
    return this.#codeWithHash(this.codeHash(address))
  }

  addBalance(address: Address, amountWei: bigint): void {
    this.#memory.writeWord(this.#value, amountWei)
    this.#exports.addBalance(this.#id(address), this.#value)
  }

  subtractBalance(address: Address, amountWei: bigint): void {
    this.#memory.writeWord(this.#value, amountWei)
    const isDone = this.#exports.subtractBalance(this.#id(address), this.#value)
    assertState(isDone === 1, 'a balance is not negative')
  }

  setNonce(address: Address, nonce: bigint): void {
    assertState(nonce === BigInt.asUintN(64, nonce), 'a nonce has at most 64 bits')
    this.#exports.setNonce(this.#id(address), nonce)
  }

  setCode(address: Address, code: Bytes): void {
    const hash = code.length === 0 ? EMPTY_CODE_HASH : keccakHash(code)
    if (code.length > 0) this.#codes.set(hash, code)
    this.#exports.setCode(this.#id(address), this.#codeRecord(hash))
  }

  storage(address: Address, slot: Word): Word {
    const id = this.#id(address)
    this.#nameSlot(slot)
    return this.#memory.readWord(this.#exports.storageAt(id, this.#slot))
  }

  originalStorage(address: Address, slot: Word): Word {
    const id = this.#id(address)
    this.#nameSlot(slot)
    return this.#memory.readWord(this.#exports.originalStorageAt(id, this.#slot))
  }

  setStorage(address: Address, slot: Word, value: Word): void {
    const id = this.#id(address)
    this.#nameSlot(slot)
    this.#memory.writeWord(this.#value, value)
    this.#exports.setStorageAt(id, this.#slot, this.#value)
  }

  unreadStorage(address: Address, slot: Word): { readonly original: Word; readonly current: Word } {
    if (this.isCreated(address)) return { original: 0n, current: this.storage(address, slot) }
    const entry = this.#unreadSlot(address, slot)
    const current = this.#memory.readWord(this.#exports.unreadSlotValue(entry))
    return { original: this.#memory.readWord(entry + SLOT_OLD_VALUE), current }
  }

  addStorage(address: Address, slot: Word, delta: bigint, within: WordRange): void {
    const sum = this.unreadStorage(address, slot).current + delta
    assertState(sum === BigInt.asUintN(256, sum), 'a sum is a word')
    if (this.isCreated(address)) {
      this.setStorage(address, slot, sum)
      return
    }
    const entry = this.#unreadSlot(address, slot)
    this.#ranges.set(entry, narrowed(this.#ranges.get(entry), within))
    if (delta === 0n) return
    this.#memory.writeWord(this.#value, sum)
    this.#exports.addToSlot(entry, this.#value)
  }

  get hasAdditions(): boolean {
    return this.#ranges.size > 0
  }

  additionOf(address: Address, slot: Word): WordRange | undefined {
    const id = this.#id(address)
    this.#nameSlot(slot)
    const entry = this.#exports.slotOf(id, this.#slot)
    const isRead = (this.#memory.view.getUint32(entry + RECORD_STICKY, true) & STICKY_LOADED) !== 0
    return isRead ? undefined : this.#ranges.get(entry)
  }

  /** The record of a slot whose value the view has said. */
  #unreadSlot(address: Address, slot: Word): Pointer {
    const id = this.#id(address)
    this.#nameSlot(slot)
    return this.#exports.unreadSlotAt(id, this.#slot)
  }

  hasStorage(address: Address): boolean {
    const id = this.#id(address)
    if (this.#exports.hasWrittenStorage(id) === 1) return true
    return this.#exports.isCreated(id) === 0 && this.#viewHasStorage(id)
  }

  transient(address: Address, slot: Word): Word {
    const id = this.#id(address)
    this.#nameSlot(slot)
    return this.#memory.readWord(this.#exports.transientLoad(id, this.#slot))
  }

  setTransient(address: Address, slot: Word, value: Word): void {
    const id = this.#id(address)
    this.#nameSlot(slot)
    this.#memory.writeWord(this.#value, value)
    this.#exports.transientStore(id, this.#slot, this.#value)
  }

  warmForGood(addresses: AddressSet): void {
    if (addresses !== this.#warmForGood) {
      this.#warmForGood = addresses
      let bits = 0n
      for (const address of addresses.keys()) bits |= 1n << BigInt(address)
      assertState(bits < 1n << BORN_WARM_BITS, 'only addresses below 512 are warm for good')
      const at = this.#exports.bornWarmBits()
      this.#memory.writeWord(at, bits & MAX_WORD)
      this.#memory.writeWord(at + 32, bits >> 256n)
    }
    this.#exports.bearWarm()
  }

  touchAddress(address: Address): Warmth {
    return this.#exports.touchAccount(this.#id(address)) === 1 ? 'warm' : 'cold'
  }

  touchSlot(address: Address, slot: Word): Warmth {
    const id = this.#id(address)
    this.#nameSlot(slot)
    return this.#exports.warmSlotAt(id, this.#slot) === 1 ? 'warm' : 'cold'
  }

  isAddressWarm(address: Address): boolean {
    return this.#exports.isAccountWarm(this.#id(address)) === 1
  }

  isSlotWarm(address: Address, slot: Word): boolean {
    const id = this.#id(address)
    this.#nameSlot(slot)
    return this.#exports.isSlotWarm(id, this.#slot) === 1
  }

  markCreated(address: Address): void {
    this.#exports.markCreated(this.#id(address))
  }

  isCreated(address: Address): boolean {
    return this.#exports.isCreated(this.#id(address)) === 1
  }

  markDestroyed(address: Address): void {
    this.#exports.markDestroyed(this.#id(address))
  }

  isDestroyed(address: Address): boolean {
    return this.#exports.isDestroyed(this.#id(address)) === 1
  }

  log({ address, topics, data }: Log): void {
    const topicsAt = this.#exports.openLog(this.#id(address), topics.length, data.length) + LOG_TOPICS
    topics.forEach((topic, index) => {
      this.#memory.buffer.write(topic.slice(2), topicsAt + index * 32, 'hex')
    })
    this.#memory.writeBytes(topicsAt + topics.length * 32, data)
  }

  get logCount(): number {
    return this.#exports.logCount()
  }

  addRefund(gas: bigint): void {
    this.#exports.addRefund(gas)
  }

  get refundGas(): bigint {
    return this.#exports.refundOf()
  }

  useOf(address: Address): AccountUse {
    const id = this.#id(address)
    const sticky = this.#memory.view.getUint32(id + RECORD_STICKY, true)
    return {
      readsBalance: (sticky & STICKY_READ_BALANCE) !== 0,
      leastBalanceWei: this.#memory.readWord(id + ACCOUNT_LEAST_BALANCE),
      readsNonce: (sticky & STICKY_READ_NONCE) !== 0,
      readsCode: (sticky & STICKY_READ_CODE) !== 0,
      readsLife: (sticky & STICKY_READ_LIFE) !== 0,
      isMoved: (sticky & STICKY_MOVED_BALANCE) !== 0,
    }
  }

  finish(rules: Rules): JournalResult {
    const { refundGas } = this
    assertState(refundGas >= 0n, 'the refund counter is not negative when a transaction ends')
    const done = settle({
      core: this.#core,
      rules,
      codes: this.#codes,
      addressOf: (id) => this.#address(id),
      codeHashOf: (code) => this.#codeHash(code),
      hasStorage: (id) => this.#viewHasStorage(id),
    })
    return { ...done, refundGas }
  }

  /** Puts a slot where the core finds it. Who touches a slot reads it next: that one is there already, 130 ns saved. */
  #nameSlot(slot: Word): void {
    if (slot === this.#namedSlot) return
    this.#memory.writeWord(this.#slot, slot)
    this.#namedSlot = slot
  }

  #id(address: Address): Pointer {
    const known = this.#ids.get(address)
    if (known !== undefined) return known
    this.#memory.writeAddress(this.#key, address)
    const id = this.#exports.accountOf(this.#key)
    this.#nameAccount(id, address)
    return id
  }

  #nameAccount(id: Pointer, address: Address): void {
    this.#ids.set(address, id)
    this.#memory.view.setUint32(id + ACCOUNT_NAME, this.#addresses.push(address), true)
  }

  /** The address of an account that perhaps only the interpreter named so far. */
  #address(id: Pointer): Address {
    const known = this.#addresses[this.#memory.view.getUint32(id + ACCOUNT_NAME, true) - 1]
    if (known !== undefined) return known
    const address = this.#memory.readAddress(id + RECORD_KEY)
    this.#nameAccount(id, address)
    return address
  }

  #codeHash(code: Pointer): Hash {
    return this.#codeHashes.get(code) ?? EMPTY_CODE_HASH
  }

  #codeRecord(hash: Hash): Pointer {
    if (hash === EMPTY_CODE_HASH) return 0
    const known = this.#codeRecords.get(hash)
    if (known !== undefined) return known
    this.#memory.writeHash(this.#key, hash)
    const record = this.#exports.codeWithHash(this.#key)
    this.#codeRecords.set(hash, record)
    this.#codeHashes.set(record, hash)
    return record
  }

  #codeWithHash(hash: Hash): Bytes {
    if (hash === EMPTY_CODE_HASH) return EMPTY_BYTES
    const known = this.#codes.get(hash)
    if (known !== undefined) return known
    const code = this.#view.code(hash)
    this.#codes.set(hash, code)
    return code
  }

  #viewHasStorage(id: Pointer): boolean {
    const sticky = this.#memory.view.getUint32(id + RECORD_STICKY, true)
    if ((sticky & STICKY_STORAGE_ASKED) !== 0) return (sticky & STICKY_HAD_STORAGE) !== 0
    const answer = this.#view.hasStorage(this.#address(id))
    this.#stick(id, STICKY_STORAGE_ASKED | STICKY_READ_RESET | (answer ? STICKY_HAD_STORAGE : 0))
    return answer
  }

  #stick(record: Pointer, flags: number): void {
    const { view } = this.#memory
    view.setUint32(record + RECORD_STICKY, view.getUint32(record + RECORD_STICKY, true) | flags, true)
  }

  #loadAccount(record: Pointer): void {
    const account = this.#view.account(this.#address(record))
    if (account === undefined) return
    const code = this.#codeRecord(account.codeHash)
    this.#memory.writeWord(record + ACCOUNT_OLD_BALANCE, account.balanceWei)
    const { view } = this.#memory
    view.setBigUint64(record + ACCOUNT_OLD_NONCE, account.nonce, true)
    view.setUint32(record + ACCOUNT_OLD_CODE, code, true)
    this.#stick(record, STICKY_EXISTED)
  }

  #loadSlot(entry: Pointer): void {
    const id = this.#memory.view.getUint32(entry + RECORD_SPACE, true) & SPACE_ID_MASK
    const key = entry + RECORD_KEY
    const slot = this.#exports.equals(key, this.#slot) === 1 ? this.#namedSlot : this.#memory.readWord(key)
    this.#memory.writeWord(entry + SLOT_OLD_VALUE, this.#view.storage(this.#address(id), slot))
  }

  #loadCode(record: Pointer): void {
    const hash = this.#codeHashes.get(record)
    assertState(hash !== undefined, 'the core knows a code only by the record of its hash')
    const code = this.#codeWithHash(hash)
    this.#memory.writeBytes(this.#exports.placeCode(record, code.length), code)
  }
}
