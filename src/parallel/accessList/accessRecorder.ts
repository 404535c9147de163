import type { Address, Bytes, Word } from '../../primitives/index.ts'
import { assert, EMPTY_BYTES, EMPTY_CODE_HASH } from '../../primitives/index.ts'
import type { Account, AccountDiff, Asked, StateDiff, StateView } from '../../state/index.ts'
import type { AccountAccess, BlockAccessList, Change, SlotChanges } from './types.ts'

const NOBODY: Account = { nonce: 0n, balanceWei: 0n, codeHash: EMPTY_CODE_HASH }

/** What did not change. Shared, never written to: most of what a block touches changes in one way only. */
const NONE: readonly never[] = []

/** What is known of an account so far. */
type Entry = {
  /** As the parts so far left it. Asked of the state when something of it changes for the first time. */
  now: Account | undefined
  /** Changes of slots; none of one that was only read. */
  slots: Map<Word, readonly Change<Word>[]> | undefined
  balances: readonly Change<bigint>[]
  nonces: readonly Change<bigint>[]
  codes: readonly Change<Bytes>[]
}

/**
 * Collects a block's access list, part by part: equal parts give equal lists, whoever executed them. Every transaction of
 * every block passes here, so what is not needed is not made: it costs about 3 us for a transfer.
 */
export class AccessRecorder {
  readonly #base: StateView
  readonly #entries = new Map<Address, Entry>()

  /** `base` is the state before the block. */
  constructor(base: StateView) {
    this.#base = base
  }

  /** Adds what the next part asked for and what it changed. Several parts can have one index, if they change different things. */
  add(index: number, access: Asked, diff: StateDiff): void {
    access.asked((address, slot) => {
      const entry = this.#entry(address)
      if (slot === undefined) return
      entry.slots ??= new Map()
      if (!entry.slots.has(slot)) entry.slots.set(slot, NONE)
    })
    for (const account of diff) this.#addChanges(index, account)
  }

  #addChanges(index: number, { address, account = NOBODY, code, storage }: AccountDiff): void {
    const entry = this.#entry(address)
    const before = entry.now ?? this.#base.account(address) ?? NOBODY
    entry.now = account
    if (account.balanceWei !== before.balanceWei) entry.balances = grown(entry.balances, index, account.balanceWei)
    if (account.nonce !== before.nonce) entry.nonces = grown(entry.nonces, index, account.nonce)
    if (account.codeHash !== before.codeHash) entry.codes = grown(entry.codes, index, newCode(account, code))
    if (storage.length === 0) return
    entry.slots ??= new Map()
    for (const [slot, value] of storage) entry.slots.set(slot, grown(entry.slots.get(slot) ?? NONE, index, value))
  }

  #entry(address: Address): Entry {
    const known = this.#entries.get(address)
    if (known !== undefined) return known
    const entry = { now: undefined, slots: undefined, balances: NONE, nonces: NONE, codes: NONE }
    this.#entries.set(address, entry)
    return entry
  }

  /** The list of the parts so far. O(n log n). */
  list(): BlockAccessList {
    const addresses = [...this.#entries.keys()].sort()
    return addresses.map((address) => accessOf(address, this.#entry(address)))
  }
}

/** The changes and one more, in the same list unless that is the shared one. */
function grown<value>(changes: readonly Change<value>[], index: number, value: value): readonly Change<value>[] {
  const change = { index, value }
  if (changes.length === 0) return [change]
  const list = changes as Change<value>[]
  list.push(change)
  return list
}

function newCode({ codeHash }: Account, code: Bytes | undefined): Bytes {
  if (codeHash === EMPTY_CODE_HASH) return EMPTY_BYTES
  assert(code !== undefined, 'an account gets a new code hash only together with its code')
  return code
}

function accessOf(address: Address, { slots, balances, nonces, codes }: Entry): AccountAccess {
  const reads: Word[] = []
  const changed: SlotChanges[] = []
  for (const [slot, changes] of slots ?? []) {
    if (changes.length === 0) reads.push(slot)
    else changed.push({ slot, changes })
  }
  return {
    address,
    storageChanges: changed.length > 1 ? changed.sort((a, b) => (a.slot < b.slot ? -1 : 1)) : changed,
    storageReads: reads.length > 1 ? reads.sort((a, b) => (a < b ? -1 : 1)) : reads,
    balanceChanges: balances,
    nonceChanges: nonces,
    codeChanges: codes,
  }
}
