/**
 * The shape of the journal's records. One file for two compilers, as layout.ts: TypeScript reads and fills records
 * through the same constants. All in bytes from a record's start; u32 unless it says otherwise.
 *
 * A record is found by its key: a space (what kind of thing, and of which account) and a word. What follows is
 * sticky, set once or only ever added to, but for the *part* at the end, which is all that a rollback restores
 * (undo.ts).
 *
 * ```
 *   account | cell space sticky slots | address | old balance | part: mark flags epoch code, balance, nonce | old nonce...
 *   slot    | cell space sticky next  | slot    | old value   | part: mark flags epoch -, value
 *   code    | cell space sticky size  | hash    | bytes
 * ```
 */

/** The index cell that points to the record (table.ts). */
export const RECORD_CELL = 0
/** Half of the key: {@link SPACE_ACCOUNT}, {@link SPACE_CODE}, or an account's id plus the kind of its slots. */
export const RECORD_SPACE = 4
/** Flags that outlive rollbacks: the `STICKY_` ones. */
export const RECORD_STICKY = 8
/** Word, the other half of the key. */
export const RECORD_KEY = 16

export const SPACE_ACCOUNT = 0
export const SPACE_CODE = 1
/** Added to an account's id, which is a multiple of 16. */
export const SPACE_STORAGE = 1
export const SPACE_TRANSIENT = 2
/** The account of a slot's space. */
export const SPACE_ID_MASK = -16

/** The host was asked. A slot's flag is also its read mark. */
export const STICKY_LOADED = 1
/** It was warm at some time. */
export const STICKY_TOUCHED = 2
// Read marks of an account: the field as it was when the transaction began decided something.
export const STICKY_READ_BALANCE = 4
export const STICKY_READ_NONCE = 8
export const STICKY_READ_CODE = 16
export const STICKY_READ_RESET = 32
/** The account existed when the transaction began. Set by the host. */
export const STICKY_EXISTED = 64
/** The view was asked whether the account had storage, and what it said. Kept by TypeScript. */
export const STICKY_STORAGE_ASKED = 256
export const STICKY_HAD_STORAGE = 512
/** Whether it existed, and was empty, decided something. */
export const STICKY_READ_LIFE = 1024
/** It was credited or debited: of its balance only that it was at least {@link ACCOUNT_LEAST_BALANCE} decided anything. */
export const STICKY_MOVED_BALANCE = 2048
/** Of a slot: the host was asked, for an addition. No read mark by itself. */
export const STICKY_FETCHED = 4096
/** RIPEMD-160 was credited: a touch that outlives rollbacks, in memory of block 2,675,119. */
export const STICKY_RIPEMD160 = 128
/** Of an account: a call to it runs its code in the driver; or goes to the router, as to a precompile. The host said which. */
export const STICKY_IS_CALLABLE = 8192
export const STICKY_IS_ROUTED = 16_384

/** The part: what undo.ts saves and restores. */
export const PART = 80
/** How long the undo log was after the part was last saved; 0 is never. */
export const PART_MARK = 80
/** The `FLAG_` ones. */
export const PART_FLAGS = 84
/** Of an account: which of its slots' values count. Of a slot: when it was written. */
export const PART_EPOCH = 88

/**
 * Added to a slot's epoch when its value came of additions to one that nobody read: it counts, but who reads it reads the old one
 * too. No account is created so often.
 */
export const EPOCH_ADDED = 0x8000_0000

export const FLAG_WARM = 1
export const FLAG_CREATED = 2
export const FLAG_DESTROYED = 4
/**
 * The account was written, which EIP-161 calls touched: it exists, and balance, nonce and code are those of the part.
 */
export const FLAG_CHANGED = 8

// An account.
export const ACCOUNT_BYTES = 192
/** The slot that was interned last; each points to the one before. */
export const ACCOUNT_SLOTS = 12
/** Word. */
export const ACCOUNT_OLD_BALANCE = 48
/** The code's record; 0 is no code. */
export const ACCOUNT_CODE = 92
/** Word. */
export const ACCOUNT_BALANCE = 96
/** u64 */
export const ACCOUNT_NONCE = 128
export const ACCOUNT_PART_BYTES = 56
/** u64 */
export const ACCOUNT_OLD_NONCE = 136
export const ACCOUNT_OLD_CODE = 144
/** For TypeScript, which knows the account by it: 0 is not yet. */
export const ACCOUNT_NAME = 148
/** Word: the least balance, when the transaction began, with which its debits go as they went. Sticky. */
export const ACCOUNT_LEAST_BALANCE = 160

// A slot of storage or of transient storage.
export const SLOT_BYTES = 128
export const SLOT_NEXT = 12
/** Word. Of storage only, when loaded. */
export const SLOT_OLD_VALUE = 48
/** Word. Counts while the slot's epoch is its account's. */
export const SLOT_VALUE = 96
export const SLOT_PART_BYTES = 48

// A code, by its hash.
export const CODE_BYTES = 64
export const CODE_SIZE = 12
/** Where its bytes are, when loaded. */
export const CODE_START = 48
/** The PROGRAM record of layout.ts that frames of the code run; 0 when it is not placed yet. */
export const CODE_PROGRAM = 52
/** In its place: the code is not the EVM's. */
export const PROGRAM_OF_ANOTHER_VM = 1

// A log: a header, its topics and its data as the receipt has them, and bytes to the next multiple of 8.
export const LOG_ACCOUNT = 0
export const LOG_TOPIC_COUNT = 4
export const LOG_DATA_BYTES = 8
export const LOG_TOPICS = 16

// A row of the access table: an account or a slot of storage, as its record says.
export const ACCESS_ROW_BYTES = 48
export const ACCESS_RECORD = 0
export const ACCESS_SPACE = 4
export const ACCESS_STICKY = 8
/** 32 bytes, big-endian: the address in the last 20, or the slot. */
export const ACCESS_KEY = 16
