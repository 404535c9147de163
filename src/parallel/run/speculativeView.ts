import type { Address, Bytes, Hash, Word } from '../../primitives/index.ts'
import { EMPTY_BYTES, EMPTY_CODE_HASH } from '../../primitives/index.ts'
import type { Account, StateView } from '../../state/index.ts'
import type { Pointer } from '../memory/arena.ts'
import type { Found, VersionedState } from '../memory/versionedState.ts'

/** An account that an execution asked for, and what it was told. */
export type AskedAccount = { readonly record: Pointer; readonly address: Address; readonly found: Found }

/** A slot, likewise. */
export type AskedSlot = { readonly record: Pointer; readonly value: Word }

/** Whether an account has storage, likewise. */
export type AskedStored = { readonly record: Pointer; readonly answer: boolean }

/** Codes that this thread read from the shared memory, by hash: engines know a code again by the identity of its bytes. */
export type CodeCache = Map<Hash, Bytes>

/** The sender's nonce is taken to be the transaction's: if it is not so in the end, the transaction is executed again. */
export type Assumption = { readonly sender: Address; readonly nonce: bigint }

/**
 * The state as one execution of a transaction sees it, and a record of all that it was told. A journal asks for each location
 * at most once (J4), so the record is what the execution depends on.
 */
export class SpeculativeView implements StateView {
  readonly accounts: AskedAccount[] = []
  readonly slots: AskedSlot[] = []
  readonly stored: AskedStored[] = []
  readonly #state: VersionedState
  readonly #codes: CodeCache
  readonly #transaction: number
  readonly #assumption: Assumption | undefined
  readonly #pause: () => void

  /** `pause` is called before each read: others may go on there. Without an assumption the sender's nonce is read as any other. */
  constructor(
    state: VersionedState,
    codes: CodeCache,
    transaction: number,
    assumption: Assumption | undefined,
    pause: () => void,
  ) {
    this.#state = state
    this.#codes = codes
    this.#transaction = transaction
    this.#assumption = assumption
    this.#pause = pause
  }

  account(address: Address): Account | undefined {
    this.#pause()
    const { locations } = this.#state
    const record = locations.account(address)
    const found = this.#assumed(address, this.#state.accountBelow(record, this.#transaction))
    this.accounts.push({ record, address, found })
    if (!found.exists) return undefined
    const codeHash = found.code === 0 ? EMPTY_CODE_HASH : locations.hashAt(found.code)
    return { nonce: found.nonce, balanceWei: found.balanceWei, codeHash }
  }

  code(codeHash: Hash): Bytes {
    if (codeHash === EMPTY_CODE_HASH) return EMPTY_BYTES
    const known = this.#codes.get(codeHash)
    if (known !== undefined) return known
    this.#pause()
    const code = this.#state.codeAt(this.#state.locations.code(codeHash))
    this.#codes.set(codeHash, code)
    return code
  }

  storage(address: Address, slot: Word): Word {
    this.#pause()
    const { locations } = this.#state
    const record = locations.slot(locations.account(address), slot)
    const value = this.#state.slotBelow(record, this.#transaction)
    this.slots.push({ record, value })
    return value
  }

  hasStorage(address: Address): boolean {
    this.#pause()
    const record = this.#state.locations.account(address)
    const answer = this.#state.storedBelow(record, this.#transaction)
    this.stored.push({ record, answer })
    return answer
  }

  /** Lower transactions of the same sender may not have counted its nonce yet; a nonce that was passed is never assumed. */
  #assumed(address: Address, found: Found): Found {
    const assumption = this.#assumption
    if (assumption === undefined || address !== assumption.sender || assumption.nonce <= found.nonce) return found
    return { ...found, exists: true, nonce: assumption.nonce }
  }
}
