import type { Address, Bytes, Hash, Log, Rules, Word } from '../primitives/index.ts'
import type { AccessSet } from './access.ts'
import type { StateDiff, StateView } from './view.ts'

/** EIP-2929: whether an address or a slot was touched before in this transaction. The asker prices it. */
export type Warmth = 'cold' | 'warm'

/** What a transaction leaves behind. */
export type JournalResult = {
  readonly diff: StateDiff
  readonly logs: readonly Log[]
  readonly access: AccessSet
  /** What is left of the refund counter, before the cap (EIP-3529). */
  readonly refundGas: bigint
}

/**
 * What a transaction must find of an account as it was told at the start, to go again as it went. Debits and credits are no reads
 * of the balance (D8): they add to whatever there is, if only it suffices.
 */
export type AccountUse = {
  readonly readsBalance: boolean
  /** The balance must be at least so much. */
  readonly leastBalanceWei: bigint
  readonly readsNonce: boolean
  readonly readsCode: boolean
  /** Whether it existed, and was empty. */
  readonly readsLife: boolean
  /** It was credited or debited, perhaps by nothing: who does not exist may begin so, and who is empty end (EIP-161). */
  readonly isMoved: boolean
}

/**
 * Balances from here on, in wei: 2^255. No two below it exceed a word together, so that debits and credits of such accounts
 * commute; a larger one is read whenever it is credited, and then is what it was told to be or the transaction goes again.
 */
export const LARGE_BALANCE_WEI = 2n ** 255n

/** Of precompiles: they are keys of a map as they come. */
export type AddressSet = Pick<ReadonlyMap<Address, unknown>, 'has' | 'keys'>

/** Words from `least` to `most`, both included; none when `least` is the greater. */
export type WordRange = { readonly least: Word; readonly most: Word }

/**
 * All that one transaction reads and changes, with one undo log. Both VMs and the router see state only through it.
 * One per worker, reused: `begin`, any number of the rest, `finish`.
 *
 * - J1 *Rollback restores.* After `rollback(c)` every answer is what it was at `checkpoint()`. What the access set says
 *   of reads and touches stays, and so does EIP-161's touch of the RIPEMD-160 precompile, as on mainnet.
 * - J2 *Reads are sticky.* What was read stays in the access set, rolled back or not.
 * - J3 *Warmth is not.* What a rolled-back frame warmed is cold again.
 * - J4 *First answer wins.* A location is asked of the view at most once per transaction.
 */
export interface Journal {
  /** Forgets the last transaction and starts one on `view`. */
  begin(view: StateView): void
  /** Names the present moment. */
  checkpoint(): number
  /** Undoes everything since `to`: accounts, storage, transient storage, warmth, logs, refunds, created, destroyed. */
  rollback(to: number): void

  /** True when the account exists; before EIP-161 an account can exist and be empty. */
  exists(address: Address): boolean
  /** True when it does not exist, or has nonce 0, balance 0 and no code (EIP-161). */
  isEmpty(address: Address): boolean
  balance(address: Address): bigint
  /** True when the balance is at least `amountWei`, which may be more than a word. If it is, nothing else is read of it. */
  hasBalance(address: Address, amountWei: bigint): boolean
  nonce(address: Address): bigint
  /** `EMPTY_CODE_HASH` when it has no code or does not exist. */
  codeHash(address: Address): Hash
  code(address: Address): Bytes
  /**
   * Credits an account, bringing it to life; with 0 it only touches it (EIP-161). `amountWei` is a word. A balance stops at
   * 2^256 - 1: what is beyond is gone (decision 014). Reads the balance when that is {@link LARGE_BALANCE_WEI} or more then.
   */
  addBalance(address: Address, amountWei: bigint): void
  /** Debits an account; 0 does nothing. The caller has checked that the balance suffices. Reads as `hasBalance`. */
  subtractBalance(address: Address, amountWei: bigint): void
  /** Brings the account to life, as `setCode` does. `nonce` has at most 64 bits. */
  setNonce(address: Address, nonce: bigint): void
  /** No bytes clear the code. */
  setCode(address: Address, code: Bytes): void

  storage(address: Address, slot: Word): Word
  /** The value at the start of the transaction (EIP-2200); 0 in a contract that it created. */
  originalStorage(address: Address, slot: Word): Word
  /** Reads the slot: a write that changes nothing is none. An account that does not exist at the end has no slots. */
  setStorage(address: Address, slot: Word, value: Word): void
  /**
   * A slot's values when the transaction began and now, for one who then says with `addStorage` what of them mattered: so this
   * is no read of the slot. `original` is 0 in a contract that the transaction created.
   */
  unreadStorage(address: Address, slot: Word): { readonly original: Word; readonly current: Word }
  /**
   * Adds to a slot, perhaps 0; the sum is a word. Nothing else came of the slot's value than would have come of any other in
   * `within`, had the slot held that when the transaction began; of all those the sum is 0, or of none.
   */
  addStorage(address: Address, slot: Word, delta: bigint, within: WordRange): void
  /** EIP-7610: whether a contract may not be created here because slots are set. */
  hasStorage(address: Address): boolean
  /** EIP-1153. */
  transient(address: Address, slot: Word): Word
  setTransient(address: Address, slot: Word, value: Word): void

  /**
   * `addresses`, all below 512, are warm for the rest of the transaction, whatever is rolled back, and nobody has touched them. Once
   * per transaction, before its first checkpoint; O(1) for the set of the one before.
   */
  warmForGood(addresses: AddressSet): void
  /** Warms the address and says what it was. */
  touchAddress(address: Address): Warmth
  /** Warms the slot (not its address) and says what it was. */
  touchSlot(address: Address, slot: Word): Warmth
  /** What `touchAddress` would say, without warming. */
  isAddressWarm(address: Address): boolean
  isSlotWarm(address: Address, slot: Word): boolean

  /** Begins a contract's life: the account exists, keeps its balance, loses its storage, and counts as created. */
  markCreated(address: Address): void
  isCreated(address: Address): boolean
  /** The account is deleted when the transaction ends. Its balance is the caller's affair. */
  markDestroyed(address: Address): void
  isDestroyed(address: Address): boolean

  log(log: Log): void
  /** Number of logs so far. */
  readonly logCount: number
  /** Positive or negative. The counter never falls below 0 at the end of a transaction. */
  addRefund(gas: bigint): void
  readonly refundGas: bigint

  /** What the transaction read of an account so far. Answers until the next `begin`. */
  useOf(address: Address): AccountUse
  /**
   * What a slot must have held at the start for the transaction to go again as it went, when it was only added to. Undefined when
   * it was read or written as others are. Rolled-back frames count. Answers until the next `begin`.
   */
  additionOf(address: Address, slot: Word): WordRange | undefined
  /** False when the transaction added to no slot at all: then nobody need ask for each of them. */
  readonly hasAdditions: boolean

  /** Deletes destroyed accounts and, under EIP-161, touched empty ones; says what changed. */
  finish(rules: Rules): JournalResult
}
