import type { FunctionTable, LinearMemory } from './webAssembly.ts'

/** Where something stands in the core's memory, in bytes. */
export type Pointer = number

type Unary = (out: Pointer, a: Pointer) => void
type Binary = (out: Pointer, a: Pointer, b: Pointer) => void
type Ternary = (out: Pointer, a: Pointer, b: Pointer, m: Pointer) => void

/** assembly/word.ts, division.ts and modular.ts: all on words, `out` may be any input. A bool comes back as 0 or 1. */
export type WordExports = {
  readonly copy: Unary
  readonly not: Unary
  readonly neg: Unary
  readonly clz: Unary
  readonly add: Binary
  readonly sub: Binary
  readonly mul: Binary
  readonly div: Binary
  readonly mod: Binary
  readonly sdiv: Binary
  readonly smod: Binary
  readonly exp: Binary
  readonly and: Binary
  readonly or: Binary
  readonly xor: Binary
  readonly shl: Binary
  readonly shr: Binary
  readonly sar: Binary
  readonly byteAt: Binary
  readonly signExtend: Binary
  readonly addmod: Ternary
  readonly mulmod: Ternary
  readonly fromU64: (out: Pointer, value: bigint) => void
  readonly loadBe: (out: Pointer, bytes: Pointer) => void
  readonly loadBePartial: (out: Pointer, bytes: Pointer, count: number) => void
  readonly storeBe: (bytes: Pointer, a: Pointer) => void
  readonly isZero: (a: Pointer) => number
  readonly fitsU32: (a: Pointer) => number
  readonly fitsU64: (a: Pointer) => number
  readonly lowU64: (a: Pointer) => bigint
  readonly bitLength: (a: Pointer) => number
  readonly byteLength: (a: Pointer) => number
  readonly equals: (a: Pointer, b: Pointer) => number
  readonly compare: (a: Pointer, b: Pointer) => number
  readonly compareSigned: (a: Pointer, b: Pointer) => number
}

/** assembly/reciprocal.ts: what division multiplies by, for divisors whose highest bit is 1. A u64 comes back as an i64. */
export type ReciprocalExports = {
  readonly reciprocal: (d: bigint) => bigint
  readonly reciprocalOfTwo: (d1: bigint, d0: bigint) => bigint
}

/** assembly/keccak.ts and keccakWords.ts */
export type KeccakExports = {
  readonly keccak256: (from: Pointer, length: number, out: Pointer) => void
  readonly keccak256Word: (from: Pointer, length: number, out: Pointer) => void
  readonly keccak256Pair: (
    fromA: Pointer,
    lengthA: number,
    fromB: Pointer,
    lengthB: number,
    outA: Pointer,
    outB: Pointer,
  ) => void
}

/** assembly/modexp.ts */
export type ModexpExports = {
  readonly modexpWorkspaceBytes: (baseBytes: number, modulusBytes: number) => number
  readonly modexp: (
    base: Pointer,
    baseBytes: number,
    exponent: Pointer,
    exponentBytes: number,
    modulus: Pointer,
    modulusBytes: number,
    out: Pointer,
    workspace: Pointer,
  ) => void
}

/** assembly/heap.ts */
export type HeapExports = {
  readonly allocate: (bytes: number) => Pointer
  readonly release: (block: Pointer, bytes: number) => void
}

/** An account of the journal: a number that holds until `begin`. */
type AccountId = number

/** assembly/journal: what each means stands there. Truth is 1 or 0. */
export type JournalExports = {
  readonly begin: () => void
  readonly seedTable: (seed: bigint) => void
  readonly checkpoint: () => number
  readonly rollback: (to: number) => number
  readonly accountOf: (address: Pointer) => AccountId
  readonly touchAccount: (id: AccountId) => number
  readonly bearWarm: () => void
  readonly bornWarmBits: () => Pointer
  readonly isAccountWarm: (id: AccountId) => number
  readonly accountExists: (id: AccountId) => number
  readonly isAccountEmpty: (id: AccountId) => number
  readonly hasNothing: (id: AccountId) => number
  readonly ensureLoaded: (id: AccountId) => void
  readonly balanceOf: (id: AccountId) => Pointer
  readonly nonceOf: (id: AccountId) => bigint
  readonly codeOf: (id: AccountId) => Pointer
  readonly codeHashOf: (id: AccountId) => Pointer
  readonly codeSizeOf: (id: AccountId) => number
  readonly hasBalance: (id: AccountId, amount: Pointer) => number
  readonly addBalance: (id: AccountId, amount: Pointer) => void
  readonly subtractBalance: (id: AccountId, amount: Pointer) => number
  readonly transfer: (from: AccountId, to: AccountId, amount: Pointer) => number
  readonly setNonce: (id: AccountId, nonce: bigint) => void
  readonly setCode: (id: AccountId, code: Pointer) => void
  readonly codeWithHash: (hash: Pointer) => Pointer
  readonly placeCode: (code: Pointer, size: number) => Pointer
  readonly markCreated: (id: AccountId) => void
  readonly isCreated: (id: AccountId) => number
  readonly markDestroyed: (id: AccountId) => void
  readonly isDestroyed: (id: AccountId) => number
  readonly touchSlot: (id: AccountId, slot: Pointer) => Pointer
  readonly slotWasWarm: { readonly value: number }
  readonly slotValue: (entry: Pointer) => Pointer
  readonly setSlot: (entry: Pointer, value: Pointer) => void
  readonly warmSlotAt: (id: AccountId, slot: Pointer) => number
  readonly isSlotWarm: (id: AccountId, slot: Pointer) => number
  readonly storageAt: (id: AccountId, slot: Pointer) => Pointer
  readonly originalStorageAt: (id: AccountId, slot: Pointer) => Pointer
  readonly setStorageAt: (id: AccountId, slot: Pointer, value: Pointer) => void
  readonly slotOf: (id: AccountId, slot: Pointer) => Pointer
  readonly unreadSlotAt: (id: AccountId, slot: Pointer) => Pointer
  readonly unreadSlotValue: (entry: Pointer) => Pointer
  readonly addToSlot: (entry: Pointer, sum: Pointer) => void
  readonly hasWrittenStorage: (id: AccountId) => number
  readonly transientLoad: (id: AccountId, slot: Pointer) => Pointer
  readonly transientStore: (id: AccountId, slot: Pointer, value: Pointer) => void
  readonly appendLog: (id: AccountId, topicCount: number, topics: Pointer, data: Pointer, dataLength: number) => void
  readonly openLog: (id: AccountId, topicCount: number, dataLength: number) => Pointer
  readonly logCount: () => number
  readonly logList: () => Pointer
  readonly addRefund: (gas: bigint) => void
  readonly refundOf: () => bigint
  readonly recordCount: () => number
  readonly recordList: () => Pointer
  readonly touchCount: () => number
  readonly touchList: () => Pointer
  readonly packAccess: () => number
  readonly accessRows: () => Pointer
}

/** assembly/interpreter: what each means stands there. */
export type InterpreterExports = {
  readonly run: (frame: Pointer) => number
  readonly drive: (outermost: Pointer, pending: number) => number
  readonly innermost: { value: Pointer }
  readonly codeToRun: (id: AccountId) => Pointer
  readonly openFrame: (frame: Pointer, account: AccountId, caller: AccountId) => void
  readonly resumeCall: (frame: Pointer, succeeded: number) => void
  readonly payAndGrow: (frame: Pointer, gas: bigint, cost: bigint, end: bigint) => bigint
  readonly releaseMemory: (frame: Pointer) => void
  readonly mapJumps: (code: Pointer, length: number, map: Pointer) => void
  readonly forkTablePointer: () => Pointer
}

/** All that core.wasm exports. */
export type CoreExports = WordExports &
  ReciprocalExports &
  KeccakExports &
  HeapExports &
  ModexpExports &
  InterpreterExports &
  JournalExports & { readonly memory: LinearMemory; readonly table: FunctionTable }
