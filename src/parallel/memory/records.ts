/**
 * The shape of what stands in the shared memory, in 32-bit words from a record's start.
 *
 * ```
 *   account | kind -     base code  stored? versions final reset | address      | balance | nonce slots ever-reset dropped
 *   slot    | kind owner base next  -       versions final -     | slot         | value
 *   code    | kind -     base bytes length  -        -     -     | hash         |
 *   block # | kind -     base -     -       -        -     -     | number       | hash
 *   version | transaction next effect
 *   effect  | marks transaction | fields...
 * ```
 *
 * Keys are 256-bit words and are always compared whole. `base` says whether the state before the block was asked, and what
 * it said. `versions` is the newest of the location's versions, by transaction; `final` is the effect of the last committed
 * transaction that wrote it.
 */

export const RECORD_KIND = 0
/** A slot's account. */
export const RECORD_OWNER = 1
/** One of the `BASE_` numbers; atomic. */
export const RECORD_BASE = 2
export const RECORD_VERSIONS = 5
export const RECORD_FINAL = 6
export const RECORD_KEY = 8
/** What follows the key: an account's balance, a slot's value, a block's hash. */
export const RECORD_VALUE = 16

export const KIND_ACCOUNT = 1
export const KIND_SLOT = 2
export const KIND_CODE = 3
export const KIND_BLOCK_HASH = 4

export const BASE_UNKNOWN = 0
/** Asked: there is none. */
export const BASE_ABSENT = 1
/** Asked, and the record has it. */
export const BASE_PRESENT = 2

export const ACCOUNT_WORDS = 30
/** The record of its code in the base state; 0 is none. */
export const ACCOUNT_CODE = 3
/** Whether the base state has storage of it: a `BASE_` number; atomic. */
export const ACCOUNT_STORED = 4
/** The last committed transaction that ended its storage, plus 1. */
export const ACCOUNT_RESET = 7
export const ACCOUNT_NONCE = 24
/** The slot that was entered last; each points to the one before. */
export const ACCOUNT_SLOTS = 26
/** 1 when any transaction ever ended its storage in this block, final or not. */
export const ACCOUNT_EVER_RESET = 27
/** 1 when a block that is not stored ended its storage: what the store has of it is no more. Set before the workers begin. */
export const ACCOUNT_DROPPED = 28

export const SLOT_WORDS = 24
export const SLOT_NEXT = 3

export const CODE_WORDS = 16
export const CODE_BYTES = 3
export const CODE_LENGTH = 4

export const BLOCK_HASH_WORDS = 24

export const VERSION_WORDS = 4
export const VERSION_TRANSACTION = 0
export const VERSION_NEXT = 1
/** The effect, plus {@link ESTIMATE} when its transaction is to be executed again; 0 when there is none any more. */
export const VERSION_EFFECT = 2
/** Effects stand at even places. */
export const ESTIMATE = 1

export const EFFECT_MARKS = 0
export const EFFECT_TRANSACTION = 1

/** What one transaction does to an account: fields that it sets, what it adds to the balance, whether it ends its storage. */
export const ACCOUNT_EFFECT_WORDS = 28
export const EFFECT_CODE = 2
/** Bytes of a code that the diff must carry are those of this record; 0 when it carries none. Decided at the commit. */
export const EFFECT_NEW_CODE = 3
export const EFFECT_NONCE = 4
export const EFFECT_BALANCE = 6
/** The account after it, once it is final: whether it exists, its code, nonce and balance. */
export const EFFECT_EXISTS_AFTER = 14
export const EFFECT_CODE_AFTER = 15
export const EFFECT_NONCE_AFTER = 16
export const EFFECT_BALANCE_AFTER = 18

export const MARK_NONCE = 1
export const MARK_CODE = 2
/** The balance is the one given, not an addition to the one before. */
export const MARK_BALANCE_SET = 4
/** The account is gone afterwards, its storage too. */
export const MARK_DELETED = 8
/** The storage from before is gone. */
export const MARK_RESET = 16
/** There was storage, which the diff says. */
export const MARK_HAD_STORAGE = 32

/** What one transaction leaves in a slot: a value, or what it adds to the one before (mod 2^256). */
export const SLOT_EFFECT_WORDS = 12
export const EFFECT_VALUE = 2
/** A slot's only mark: the value is an addition. */
export const MARK_ADDED = 1
/** An addition has its sum, too, once it is final. */
export const ADDITION_WORDS = 20
export const EFFECT_SUM = 10

/** A transaction's words. */
export const TRANSACTION_WORDS = 8
/** State and incarnation (scheduler). */
export const TRANSACTION_STATUS = 0
/** Itself, encoded. */
export const TRANSACTION_INPUT = 1
/** What its last finished execution read, wrote and gave: lists of the records below. 0 before the first. */
export const TRANSACTION_READS = 2
export const TRANSACTION_WRITES = 3
export const TRANSACTION_RESULT = 4
/** Those that wait for it: a list of {@link WAITER_WORDS}. */
export const TRANSACTION_WAITERS = 5
/** Executions that were begun, for the schedule. */
export const TRANSACTION_RUNS = 6
export const TRANSACTION_WORKER = 7

export const WAITER_WORDS = 4
export const WAITER_TRANSACTION = 0
export const WAITER_STATUS = 1
export const WAITER_NEXT = 2

/** A list is its length and then its items. */
export const LIST_ITEMS = 2

/** One thing that an execution was told and what of it mattered. */
export const READ_WORDS = 14
export const READ_RECORD = 0
export const READ_MARKS = 1
export const READ_CODE = 2
/** One of the `LIFE_` numbers; or 1 and 0 for whether there was storage; or, of a slot, its {@link RANGE_WORDS}. */
export const READ_LIFE = 3
export const READ_NONCE = 4
/** A balance, the least balance, or a slot's value. */
export const READ_VALUE = 6

export const LIFE_NONE = 0
/** It existed and had nothing (EIP-161). */
export const LIFE_EMPTY = 1
export const LIFE_FULL = 2

export const READS_BALANCE = 1
export const READS_NONCE = 2
export const READS_CODE = 4
/** Whether the account existed, and was empty. */
export const READS_LIFE = 8
/** The balance must be at least the value. */
export const NEEDS_BALANCE = 16
/** Whether there was storage: {@link READ_LIFE}. */
export const READS_STORED = 32
/** Of a slot: it was only added to, and its value must lie in a range. */
export const NEEDS_RANGE = 64

/** A range: its least word and its greatest. */
export const RANGE_WORDS = 16
export const RANGE_LEAST = 0
export const RANGE_MOST = 8

/** One location that an execution wrote. */
export const WRITE_WORDS = 4
export const WRITE_RECORD = 0
export const WRITE_VERSION = 1
export const WRITE_EFFECT = 2

/** A transaction as it came: what the block's room is asked for, then the encoded rest. */
export const INPUT_LENGTH = 0
export const INPUT_BLOBS = 1
/** u64, at most 2^64 - 1. */
export const INPUT_GAS_LIMIT = 2
export const INPUT_BYTES = 4

/** What an execution gave: what the block's room pays for, then the encoded outcome. */
export const RESULT_LENGTH = 0
/** One of the `RESULTS_` numbers. */
export const RESULT_KIND = 1
/** u64 */
export const RESULT_GAS_USED = 2
/** 1 when all transactions below were final when it began: then nothing that it was told can have been wrong. */
export const RESULT_WAS_FINAL = 4
export const RESULT_BYTES = 6

export const RESULTS_EXECUTED = 1
export const RESULTS_REJECTED = 2
/** Something threw; its text stands there. */
export const RESULTS_THROWN = 3
/** An invariant did not hold: a bug, or the nonsense of a state that never was. */
export const RESULTS_BROKEN = 4
