/**
 * What the engine uses of the synchronous build of `@ethereumjs/evm` (scripts/syncEvm.mjs). Narrower than the package's
 * own types, and without their promises. `Interpreter` and `RunState` are what its opcodes ask of whoever runs them.
 */
declare module '#ethereumjs-evm-sync' {
  type Bytes = Uint8Array

  export class EVMError {
    constructor(error: string)
    readonly error: string
    static readonly errorMessages: Readonly<
      Record<
        | 'STOP'
        | 'REVERT'
        | 'OUT_OF_GAS'
        | 'STACK_OVERFLOW'
        | 'STACK_UNDERFLOW'
        | 'INVALID_OPCODE'
        | 'INVALID_JUMP'
        | 'STATIC_STATE_CHANGE'
        | 'INITCODE_SIZE_VIOLATION',
        string
      >
    >
  }
  export class Address {
    constructor(bytes: Bytes)
    readonly bytes: Bytes
  }
  export class Memory {
    read(offset: number, size: number, avoidCopy?: boolean): Bytes
  }
  export class Stack {
    readonly length: number
    peek(count: number): bigint[]
  }

  export type CustomCrypto = {
    readonly keccak256: (bytes: Bytes) => Bytes
    readonly kzg: {
      /** All hex. Throws an error whose text holds `C_KZG_BADARGS` for inputs that encode nothing. */
      verifyProof(commitment: string, z: string, y: string, proof: string): boolean
    }
  }
  export const Mainnet: { readonly name: string }
  /** Prices and limits by EIP; nested records of numbers that only `Common` reads. */
  export const paramsEVM: Readonly<Record<string, unknown>>
  /** One fork's parameters. The getters are called for every opcode; ours answer from maps. */
  export class Common {
    constructor(options: {
      chain: typeof Mainnet
      hardfork: string
      params: typeof paramsEVM
      customCrypto: CustomCrypto
    })
    param(name: string): bigint
    isActivatedEIP(eip: number): boolean
    gteHardfork(hardfork: string): boolean
    hardfork(): string
  }

  /** What opcodes see of an account. */
  export type AccountView = {
    readonly codeHash: Bytes
    isEmpty(): boolean
  }

  /** The frame as opcodes see it. Words are bigints; keys and values of storage are bytes. */
  export interface Interpreter {
    readonly _evm: { readonly common: Common; readonly allowUnlimitedInitCodeSize: boolean }
    readonly journal: {
      isWarmedAddress(address: Bytes): boolean
      addWarmedAddress(address: Bytes): void
      isWarmedStorage(address: Bytes, key: Bytes): boolean
      addWarmedStorage(address: Bytes, key: Bytes): void
    }
    useGas(gas: bigint): void
    refundGas(gas: bigint): void
    subRefund(gas: bigint): void
    addStipend(gas: bigint): void
    getGasLeft(): bigint
    getExternalBalance(address: Address): bigint
    storageStore(key: Bytes, value: Bytes): void
    storageLoad(key: Bytes, original?: boolean): Bytes
    transientStorageStore(key: Bytes, value: Bytes): void
    transientStorageLoad(key: Bytes): Bytes
    finish(output: Bytes): never
    revert(output: Bytes): never
    getAddress(): Address
    getSelfBalance(): bigint
    getCallValue(): bigint
    getCallData(): Bytes
    getCallDataSize(): bigint
    getCaller(): bigint
    getCodeSize(): bigint
    getCode(): Bytes
    getReturnDataSize(): bigint
    getReturnData(): Bytes
    isStatic(): boolean
    getTxGasPrice(): bigint
    getTxOrigin(): bigint
    getBlockNumber(): bigint
    getBlockCoinbase(): bigint
    getBlockTimestamp(): bigint
    getBlockDifficulty(): bigint
    getBlockPrevRandao(): bigint
    getBlockGasLimit(): bigint
    getBlockBaseFee(): bigint
    getBlobBaseFee(): bigint
    getChainId(): bigint
    call(gasLimit: bigint, address: Address, value: bigint, data: Bytes): bigint
    callCode(gasLimit: bigint, address: Address, value: bigint, data: Bytes): bigint
    callDelegate(gasLimit: bigint, address: Address, value: bigint, data: Bytes): bigint
    callStatic(gasLimit: bigint, address: Address, value: bigint, data: Bytes): bigint
    create(gasLimit: bigint, value: bigint, initCode: Bytes): bigint
    create2(gasLimit: bigint, value: bigint, initCode: Bytes, salt: Bytes): bigint
    selfDestruct(beneficiary: Address): never
    log(data: Bytes, topicCount: number, topics: readonly Bytes[]): void
  }

  /** A frame's registers, read and written by opcodes. */
  export type RunState = {
    programCounter: number
    opCode: number
    readonly memory: Memory
    memoryWordCount: bigint
    highestMemCost: bigint
    readonly stack: Stack
    readonly code: Bytes
    /** 1 at each jump destination; empty until the first jump. */
    validJumps: Bytes
    /** The word of each PUSH by the offset of its data, once `shouldDoJumpAnalysis` is false. */
    cachedPushes: readonly (bigint | undefined)[]
    shouldDoJumpAnalysis: boolean
    returnBytes: Bytes
    /** Set by the price of a call or create, read and cleared by the opcode. */
    messageGasLimit: bigint | undefined
    readonly stateManager: {
      getAccount(address: Address): AccountView | undefined
      getCode(address: Address): Bytes
    }
    readonly blockchain: { getBlock(number: number): { hash(): Bytes } }
    readonly interpreter: Interpreter
    readonly env: { readonly blobVersionedHashes: readonly string[] }
  }

  export type Opcode = {
    readonly opcodeInfo: { readonly feeBigInt: bigint; readonly isInvalid: boolean }
    readonly opHandler: (state: RunState, common: Common) => void
    /** The whole price, `fee` included; also warms what the opcode touches. Undefined when the price is `fee`. */
    readonly gasHandler: ((state: RunState, fee: bigint, common: Common) => bigint) | undefined
  }
  /** 256 entries. */
  export function getOpcodesForHF(common: Common): { readonly opcodeMap: readonly Opcode[] }

  export class NobleBLS {}
  export class NobleBN254 {}
  export type PrecompileInput = {
    readonly data: Bytes
    readonly gasLimit: bigint
    readonly common: Common
    readonly _EVM: { readonly _bls: NobleBLS; readonly _bn254: NobleBN254 }
  }
  export type PrecompileOutput = {
    readonly executionGasUsed: bigint
    readonly returnValue: Bytes
    readonly exceptionError?: EVMError
  }
  /** Keys are 40 hex digits. */
  export function getActivePrecompiles(
    common: Common,
  ): ReadonlyMap<string, (input: PrecompileInput) => PrecompileOutput>

  /** The one curve object that both the precompiles and the KZG check use: loading it twice would cost 10 ms. */
  export const bls12_381: typeof import('@noble/curves/bls12-381.js').bls12_381
}
