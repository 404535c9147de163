import type { Address, Bytes, Word } from '../../primitives/index.ts'
import { assert, EMPTY_BYTES, EMPTY_CODE_HASH } from '../../primitives/index.ts'
import type { Account, AccountDiff, Places, StateDiff, StateView } from '../../state/index.ts'
import type { AccountAccess, BlockAccessList, Change } from './types.ts'

const NOBODY: Account = { nonce: 0n, balanceWei: 0n, codeHash: EMPTY_CODE_HASH }

/** What is known of an account so far. */
class Entry {
  /** As the parts so far left it. Asked of the state when something of it changes for the first time. */
  now: Account | undefined
  readonly reads = new Set<Word>()
  readonly storage = new Map<Word, Change<Word>[]>()
  readonly balances: Change<bigint>[] = []
  readonly nonces: Change<bigint>[] = []
  readonly codes: Change<Bytes>[] = []
}

/** Collects a block's access list, part by part: equal parts give equal lists, whoever executed them. */
export class AccessRecorder {
  readonly #base: StateView
  readonly #entries = new Map<Address, Entry>()

  /** `base` is the state before the block. */
  constructor(base: StateView) {
    this.#base = base
  }

  /** Adds what the next part asked for and what it changed. Several parts can have one index. */
  add(index: number, asked: Places, diff: StateDiff): void {
    for (const [address, slots] of asked) {
      const { reads } = this.#entry(address)
      for (const slot of slots) reads.add(slot)
    }
    for (const account of diff) this.#addChanges(index, account)
  }

  #addChanges(index: number, { address, account = NOBODY, code, storage }: AccountDiff): void {
    const entry = this.#entry(address)
    const before = entry.now ?? this.#base.account(address) ?? NOBODY
    entry.now = account
    if (account.balanceWei !== before.balanceWei) put(entry.balances, index, account.balanceWei)
    if (account.nonce !== before.nonce) put(entry.nonces, index, account.nonce)
    if (account.codeHash !== before.codeHash) put(entry.codes, index, newCode(account, code))
    for (const [slot, value] of storage) {
      const changes = entry.storage.get(slot)
      if (changes === undefined) entry.storage.set(slot, [{ index, value }])
      else put(changes, index, value)
    }
  }

  #entry(address: Address): Entry {
    const known = this.#entries.get(address)
    if (known !== undefined) return known
    const entry = new Entry()
    this.#entries.set(address, entry)
    return entry
  }

  /** The list of the parts so far. O(n log n). */
  list(): BlockAccessList {
    const addresses = [...this.#entries.keys()].sort()
    return addresses.map((address) => accessOf(address, this.#entry(address)))
  }
}

/** A part that consists of several (the protocol's calls) leaves one value. */
function put<value>(changes: Change<value>[], index: number, value: value): void {
  if (changes.at(-1)?.index === index) changes.pop()
  changes.push({ index, value })
}

function newCode({ codeHash }: Account, code: Bytes | undefined): Bytes {
  if (codeHash === EMPTY_CODE_HASH) return EMPTY_BYTES
  assert(code !== undefined, 'an account gets a new code hash only together with its code')
  return code
}

function accessOf(address: Address, { reads, storage, balances, nonces, codes }: Entry): AccountAccess {
  const changed = [...storage].sort(([a], [b]) => (a < b ? -1 : 1))
  const read = [...reads].filter((slot) => !storage.has(slot)).sort((a, b) => (a < b ? -1 : 1))
  return {
    address,
    storageChanges: changed.map(([slot, changes]) => ({ slot, changes })),
    storageReads: read,
    balanceChanges: balances,
    nonceChanges: nonces,
    codeChanges: codes,
  }
}
