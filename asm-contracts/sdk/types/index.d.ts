// What an editor knows of a contract. AssemblyScript is not TypeScript: where TypeScript has no such thing, this file gives the
// nearest that TypeScript has, and editor.cjs leaves out what it then still complains about. Numbers of all widths are
// `number`, so that they add up; addresses and fixed bytes are strings of a kind of their own, so that they index a mapping.
// The compiler never reads this file: what a type is, the sources beside it say.

declare global {
  // Types of AssemblyScript, and their conversions.
  type bool = boolean
  type i8 = number
  const i8: IntegerType
  type i16 = number
  const i16: IntegerType
  type i32 = number
  const i32: IntegerType
  type i64 = number
  const i64: IntegerType
  type isize = number
  const isize: IntegerType
  type u8 = number
  const u8: IntegerType
  type u16 = number
  const u16: IntegerType
  type u32 = number
  const u32: IntegerType
  type u64 = number
  const u64: IntegerType
  type usize = number
  const usize: IntegerType

  /** Conversion to a number of fewer bits truncates: as `<u8>x`. */
  interface IntegerType {
    (value: number | boolean): number
    readonly MIN_VALUE: number
    readonly MAX_VALUE: number
    parse(text: string, radix?: number): number
  }

  interface Number {
    isZero(): bool
    /** Panics when it does not fit. */
    toU64(): u64
    toU256(): number
    /** this + other modulo 2^bits, as in Solidity's `unchecked`. */
    wrappingAdd(other: number): number
    /** this - other modulo 2^bits, as in Solidity's `unchecked`. */
    wrappingSub(other: number): number
    /** this * other modulo 2^bits, as in Solidity's `unchecked`. */
    wrappingMul(other: number): number
  }

  /** Reverts unless the condition holds, with file and line. */
  function assert<T>(condition: T, message?: string): T
  function changetype<T>(value: unknown): T
  function load<T>(pointer: usize, offset?: usize): T
  function store<T>(pointer: usize, value: T, offset?: usize): void
  function sizeof<T>(): usize
  function unreachable(): never

  // Decorators. On classes:
  /** The contract: its public members are the ABI, its fields the state. */
  function contract(target: Function): void
  /** An event, to be given to `emit`; at most three fields are `@indexed`. */
  function event(target: Function): void
  /** A custom error, to be thrown. */
  function error(target: Function): void
  /** A struct, as Solidity has it. */
  function struct(target: Function): void
  /** Several results, or what `encode` encodes side by side; no type of its own. */
  function tuple(target: Function): void
  /** What another contract offers: `new ICounter(address, value, gas).number()`; `try_number()` survives a revert. */
  function remote(target: Function): void

  // On fields:
  /** A field of an event that can be searched for. */
  function indexed(target: object, key: string): void

  // On methods:
  /** Public methods are external anyway. */
  function external(target: object, key: string): void
  /** Changes nothing. */
  function view(target: object, key: string): void
  /** Neither reads nor changes state. */
  function pure(target: object, key: string): void
  /** Takes value along with a call. */
  function payable(target: object, key: string): void
  /** Lets no second call of a function that carries it run in the meantime. */
  function nonReentrant(target: object, key: string): void
  /** The name in the ABI, where it differs. */
  function named(name: string): (target: object, key: string) => void
  function inline(...target: unknown[]): void
}

/** A number of up to 256 bits: from a number, a string of digits, or `0x` and hexadecimal digits. */
export interface NumberType {
  (value: number | string | boolean): number
  from(value: number | string | boolean): number
  readonly zero: number
  readonly one: number
  readonly min: number
  readonly max: number
  /** The low bits: a conversion that loses what does not fit. */
  truncate(value: number): number
}

/** Bytes that are not a number. */
export type FixedBytes<size> = string & { readonly __bytes?: size; isZero(): bool; toU256(): u256; readonly [index: number]: u8 }

export interface BytesType<bytes> {
  (hex: string): bytes
  from(hex: string): bytes
  readonly zero: bytes
}

/** 20 bytes: an account. */
export type Address = string & {
  readonly __address?: never
  isZero(): bool
  /** In wei. */
  readonly balance: u256
  readonly codeSize: u32
  /** Of an account without code, the hash of nothing; of one that does not exist, zero. */
  readonly codeHash: Bytes32
}
/** `Address('0x…')` makes one from a literal. */
export declare const Address: BytesType<Address>

/** A mapping in storage: every key has a value, zero at first. */
export type Mapping<K, V> = { /** Makes the key's value zero again. */ delete(key: K): void } & (K extends string | number
  ? { [key in K]: V }
  : unknown)

/** A dynamic array in storage. An index out of range is Panic(0x32). */
export declare class StorageArray<T> {
  private constructor()
  readonly length: u32;
  [index: number]: T
  push(value: T): void
  /** Takes the last element out. */
  pop(): void
  /** Adds a zero element and returns it. */
  append(): T
  /** All elements, in memory. */
  toArray(): T[]
  /** Replaces all elements. */
  assign(values: T[]): void
  /** Takes all elements out. */
  clear(): void
}

/** An array whose length is part of its type: Solidity's `T[N]`. The length is written in quotes. */
export declare class FixedArray<T, N extends string> {
  readonly length: i32;
  [index: number]: T
  copy(): FixedArray<T, N>
  /** Only there so that arrays of different lengths are different. */
  private readonly __length: N
}

/** How a call ended and what it returned: the result, or the revert data. */
export declare class CallResult {
  readonly success: bool
  readonly data: Uint8Array
  /** The text of `Error(string)`; empty when the call succeeded or failed in another way. */
  readonly reason: string
  /** The code of `Panic(uint256)`; 0 when the call succeeded or failed in another way. */
  readonly panicCode: u32
  /** True when the data begins with the selector of that error. */
  failedWith(selector: u32): bool
  /** What the call returned. Reverts with what the callee reverted with when it failed. */
  orRevert(): Uint8Array
}

/** How a call of a function that returns a `T` ended. */
export declare class Attempt<T> extends CallResult {
  /** What the function returned. Reverts when it failed: look at `success` first. */
  readonly value: T
}

/** The call that the contract answers. */
export declare const msg: { readonly sender: Address; readonly value: u256; readonly data: Uint8Array }
/** The transaction that the call belongs to. */
export declare const tx: { readonly origin: Address; readonly gasPrice: u256 }
/** The block that the transaction is in. */
export declare const block: {
  readonly number: u64
  /** Seconds since 1970. */
  readonly timestamp: u64
  readonly gasLimit: u64
  readonly baseFee: u256
  readonly coinbase: Address
  readonly chainId: u64
  readonly blobBaseFee: u256
  readonly prevrandao: u256
}
/** The contract itself. */
export declare const self: { readonly address: Address; readonly balance: u256; readonly gasLeft: u64 }

/** Writes an event to the log. */
export declare function emit<T>(event: T): void
/** Goes on only if the condition holds; else reverts with the reason. */
export declare function require(condition: bool, reason: string): asserts condition
/** Reverts with a reason for people. */
export declare function revert(reason: string): never

/** Solidity's `abi.encode` of a value, or of the fields of a `@tuple`. */
export declare function encode<T>(value: T): Uint8Array
/** The value that `encode` encoded; reverts when the data holds none. */
export declare function decode<T>(data: Uint8Array): T
/** Values side by side: Solidity's `abi.encodePacked`. */
export declare class Packed {
  add<T>(value: T): Packed
  readonly bytes: Uint8Array
}

/** What a slot of the contract's storage holds, for places that no field has, such as those of EIP-1967. */
export declare function sload<T>(slot: Bytes32): T
/** Writes what `sload` reads. */
export declare function sstore<T>(slot: Bytes32, value: T): void
/** Calls with raw data; a revert of the callee is a result, not a revert of the caller. */
export declare function call(target: Address, data: Uint8Array, value?: u256 | null, gas?: u64): CallResult
/** Like `call`, but nothing the callee does may change state. */
export declare function staticcall(target: Address, data: Uint8Array, gas?: u64): CallResult
/** Runs the target's code on this contract's storage. */
export declare function delegatecall(target: Address, data: Uint8Array, gas?: u64): CallResult
/** Creates a contract of either kind from its init code. */
export declare function create(initCode: Uint8Array, value?: u256 | null): Address
/** Like `create`, at an address that only this contract, the salt and the init code decide. */
export declare function create2(initCode: Uint8Array, salt: Bytes32, value?: u256 | null): Address
/** Sends wei and nothing else. */
export declare function transfer(to: Address, value: u256): void

/** Keccak-256. */
export declare function keccak256(data: Uint8Array): Bytes32
/** SHA-256. */
export declare function sha256(data: Uint8Array): Bytes32
/** The account whose key signed the hash; the zero address when none did. */
export declare function ecrecover(hash: Bytes32, v: u8, r: Bytes32, s: Bytes32): Address
/** The hash of one of the last 256 blocks; zero for all others. */
export declare function blockhash(number: u64): Bytes32
/** The versioned hash of the transaction's blob; zero beyond the last. */
export declare function blobhash(index: u32): Bytes32

export type u24 = number
export declare const u24: NumberType
export type i24 = number
export declare const i24: NumberType
export type u40 = number
export declare const u40: NumberType
export type i40 = number
export declare const i40: NumberType
export type u48 = number
export declare const u48: NumberType
export type i48 = number
export declare const i48: NumberType
export type u56 = number
export declare const u56: NumberType
export type i56 = number
export declare const i56: NumberType
export type u72 = number
export declare const u72: NumberType
export type i72 = number
export declare const i72: NumberType
export type u80 = number
export declare const u80: NumberType
export type i80 = number
export declare const i80: NumberType
export type u88 = number
export declare const u88: NumberType
export type i88 = number
export declare const i88: NumberType
export type u96 = number
export declare const u96: NumberType
export type i96 = number
export declare const i96: NumberType
export type u104 = number
export declare const u104: NumberType
export type i104 = number
export declare const i104: NumberType
export type u112 = number
export declare const u112: NumberType
export type i112 = number
export declare const i112: NumberType
export type u120 = number
export declare const u120: NumberType
export type i120 = number
export declare const i120: NumberType
export type u128 = number
export declare const u128: NumberType
export type i128 = number
export declare const i128: NumberType
export type u136 = number
export declare const u136: NumberType
export type i136 = number
export declare const i136: NumberType
export type u144 = number
export declare const u144: NumberType
export type i144 = number
export declare const i144: NumberType
export type u152 = number
export declare const u152: NumberType
export type i152 = number
export declare const i152: NumberType
export type u160 = number
export declare const u160: NumberType
export type i160 = number
export declare const i160: NumberType
export type u168 = number
export declare const u168: NumberType
export type i168 = number
export declare const i168: NumberType
export type u176 = number
export declare const u176: NumberType
export type i176 = number
export declare const i176: NumberType
export type u184 = number
export declare const u184: NumberType
export type i184 = number
export declare const i184: NumberType
export type u192 = number
export declare const u192: NumberType
export type i192 = number
export declare const i192: NumberType
export type u200 = number
export declare const u200: NumberType
export type i200 = number
export declare const i200: NumberType
export type u208 = number
export declare const u208: NumberType
export type i208 = number
export declare const i208: NumberType
export type u216 = number
export declare const u216: NumberType
export type i216 = number
export declare const i216: NumberType
export type u224 = number
export declare const u224: NumberType
export type i224 = number
export declare const i224: NumberType
export type u232 = number
export declare const u232: NumberType
export type i232 = number
export declare const i232: NumberType
export type u240 = number
export declare const u240: NumberType
export type i240 = number
export declare const i240: NumberType
export type u248 = number
export declare const u248: NumberType
export type i248 = number
export declare const i248: NumberType
export type u256 = number
export declare const u256: NumberType
export type i256 = number
export declare const i256: NumberType

export type Bytes1 = FixedBytes<1>
export declare const Bytes1: BytesType<Bytes1>
export type Bytes2 = FixedBytes<2>
export declare const Bytes2: BytesType<Bytes2>
export type Bytes3 = FixedBytes<3>
export declare const Bytes3: BytesType<Bytes3>
export type Bytes4 = FixedBytes<4>
export declare const Bytes4: BytesType<Bytes4>
export type Bytes5 = FixedBytes<5>
export declare const Bytes5: BytesType<Bytes5>
export type Bytes6 = FixedBytes<6>
export declare const Bytes6: BytesType<Bytes6>
export type Bytes7 = FixedBytes<7>
export declare const Bytes7: BytesType<Bytes7>
export type Bytes8 = FixedBytes<8>
export declare const Bytes8: BytesType<Bytes8>
export type Bytes9 = FixedBytes<9>
export declare const Bytes9: BytesType<Bytes9>
export type Bytes10 = FixedBytes<10>
export declare const Bytes10: BytesType<Bytes10>
export type Bytes11 = FixedBytes<11>
export declare const Bytes11: BytesType<Bytes11>
export type Bytes12 = FixedBytes<12>
export declare const Bytes12: BytesType<Bytes12>
export type Bytes13 = FixedBytes<13>
export declare const Bytes13: BytesType<Bytes13>
export type Bytes14 = FixedBytes<14>
export declare const Bytes14: BytesType<Bytes14>
export type Bytes15 = FixedBytes<15>
export declare const Bytes15: BytesType<Bytes15>
export type Bytes16 = FixedBytes<16>
export declare const Bytes16: BytesType<Bytes16>
export type Bytes17 = FixedBytes<17>
export declare const Bytes17: BytesType<Bytes17>
export type Bytes18 = FixedBytes<18>
export declare const Bytes18: BytesType<Bytes18>
export type Bytes19 = FixedBytes<19>
export declare const Bytes19: BytesType<Bytes19>
export type Bytes20 = FixedBytes<20>
export declare const Bytes20: BytesType<Bytes20>
export type Bytes21 = FixedBytes<21>
export declare const Bytes21: BytesType<Bytes21>
export type Bytes22 = FixedBytes<22>
export declare const Bytes22: BytesType<Bytes22>
export type Bytes23 = FixedBytes<23>
export declare const Bytes23: BytesType<Bytes23>
export type Bytes24 = FixedBytes<24>
export declare const Bytes24: BytesType<Bytes24>
export type Bytes25 = FixedBytes<25>
export declare const Bytes25: BytesType<Bytes25>
export type Bytes26 = FixedBytes<26>
export declare const Bytes26: BytesType<Bytes26>
export type Bytes27 = FixedBytes<27>
export declare const Bytes27: BytesType<Bytes27>
export type Bytes28 = FixedBytes<28>
export declare const Bytes28: BytesType<Bytes28>
export type Bytes29 = FixedBytes<29>
export declare const Bytes29: BytesType<Bytes29>
export type Bytes30 = FixedBytes<30>
export declare const Bytes30: BytesType<Bytes30>
export type Bytes31 = FixedBytes<31>
export declare const Bytes31: BytesType<Bytes31>
export type Bytes32 = FixedBytes<32>
export declare const Bytes32: BytesType<Bytes32>
