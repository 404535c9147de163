import type { Address, Brand, Word } from '../primitives/index.ts'

/** A place in the state that a transaction can read or write. `reset` is the life cycle of an account's storage. */
export type Location =
  | { readonly kind: 'balance' | 'nonce' | 'code' | 'reset'; readonly address: Address }
  | { readonly kind: 'storage'; readonly address: Address; readonly slot: Word }

/** Canonical Map key: locations are equal exactly when their keys are. */
export type LocationKey = Brand<string, 'LocationKey'>

/** Accounts and slots of theirs. */
export type Places = ReadonlyMap<Address, ReadonlySet<Word>>

/** What a view was asked for. */
export type Asked = {
  /** Tells of the accounts, and of the slots, some perhaps more than once: every block asks this, so nothing is built for it. */
  asked(visit: (address: Address, slot?: Word) => void): void
}

/**
 * What a transaction read and wrote. Reads stay even when the frame that read was rolled back. `asked` is all that the outcome
 * can depend on (J4).
 */
export type AccessSet = Asked & {
  readonly reads: ReadonlySet<LocationKey>
  readonly writes: ReadonlySet<LocationKey>
  /** Addresses and slots that were ever warm (EIP-2929), rolled back or not: what `eth_createAccessList` reports. */
  readonly touched: Places
}

/** The key of `location`. */
export function locationKey(location: Location): LocationKey {
  const base = `${location.kind}:${location.address}`
  return (location.kind === 'storage' ? `${base}:${location.slot.toString(16)}` : base) as LocationKey
}

/** True when `later` read what `earlier` wrote. O(smaller of the two sets). */
export function conflicts(earlier: AccessSet, later: AccessSet): boolean {
  const [few, many] =
    earlier.writes.size < later.reads.size ? [earlier.writes, later.reads] : [later.reads, earlier.writes]
  for (const key of few) if (many.has(key)) return true
  return false
}
