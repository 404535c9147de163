/** What the journal asks of TypeScript: each thing once per transaction, at its first touch (J4). */

/** Fills the old balance, nonce and code of an account, and says whether it existed. */
@external("host", "loadAccount")
export declare function loadAccount(account: usize): void

/** Fills the old value of a slot. */
@external("host", "loadSlot")
export declare function loadSlot(slot: usize): void

/** Gives a code its bytes, through `placeCode`. */
@external("host", "loadCode")
export declare function loadCode(code: usize): void
