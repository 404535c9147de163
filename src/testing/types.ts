import type { Abi, ContractFunctionArgs, ContractFunctionName, ContractFunctionReturnType, Hex } from 'viem'

/** Who sends, what comes along, how much gas it may take. */
export type CallOptions = {
  /** Any address, contracts included; nobody signs. Default: the chain's first account. */
  readonly from?: Hex
  /** In wei. Default: 0. */
  readonly value?: bigint
  /** Default: 16,777,216, the most that a transaction may have (EIP-7825). */
  readonly gas?: bigint
}

/** A log, decoded with the ABI of its contract; `eventName` is undefined when no known contract declares it. */
export type TestEvent = {
  readonly address: Hex
  readonly eventName: string | undefined
  /** By name, or by position when the event's fields have no names. */
  readonly args: Readonly<Record<string, unknown>>
  readonly topics: readonly Hex[]
  readonly data: Hex
}

/** What a transaction gave. One that fails gives none: it throws a `ContractError`. */
export type TestReceipt<result = unknown> = {
  /** What the function returned, decoded. */
  readonly result: result
  /** All that the transaction costs, its 21,000 included, refund deducted: what a node's receipt says. */
  readonly gasUsed: bigint
  readonly events: readonly TestEvent[]
}

type Args<abi extends Abi, mutability extends Mutability, name extends ContractFunctionName<abi, mutability>> =
  // A function without arguments may be called without a list of them.
  ContractFunctionArgs<abi, mutability, name> extends readonly []
    ? readonly [args?: readonly [], options?: CallOptions]
    : readonly [] extends ContractFunctionArgs<abi, mutability, name>
      ? readonly [args?: ContractFunctionArgs<abi, mutability, name>, options?: CallOptions]
      : readonly [args: ContractFunctionArgs<abi, mutability, name>, options?: CallOptions]

type Mutability = 'pure' | 'view' | 'nonpayable' | 'payable'

/** A contract on a test chain, with viem's manners: `token.read.balanceOf([alice])`, `token.write.transfer([bob, 5n], { from: alice })`. */
export type TestContract<abi extends Abi = Abi> = {
  readonly address: Hex
  readonly abi: abi
  /** Functions that change nothing: what they return. */
  readonly read: {
    readonly [name in ContractFunctionName<abi, 'pure' | 'view'>]: (
      ...args: Args<abi, 'pure' | 'view', name>
    ) => Promise<ContractFunctionReturnType<abi, 'pure' | 'view', name>>
  }
  /** A transaction, in a block of its own. */
  readonly write: {
    readonly [name in ContractFunctionName<abi, 'nonpayable' | 'payable'>]: (
      ...args: Args<abi, 'nonpayable' | 'payable', name>
    ) => Promise<TestReceipt<ContractFunctionReturnType<abi, 'nonpayable' | 'payable', name>>>
  }
  /** Any function: what a transaction would give, of which nothing stays. */
  readonly simulate: {
    readonly [name in ContractFunctionName<abi, Mutability>]: (
      ...args: Args<abi, Mutability, name>
    ) => Promise<TestReceipt<ContractFunctionReturnType<abi, Mutability, name>>>
  }
}

/** A contract that was deployed here, and the receipt of that; its `result` is the contract's address. */
export type DeployedContract<abi extends Abi = Abi> = TestContract<abi> & { readonly deployment: TestReceipt<Hex> }

/**
 * A contract to deploy or to speak to: a source file relative to the project, as in `contracts/Token.ts`, with the contract's
 * name if the file has several, `contracts/Tokens.sol:Gold`; or what a compiler made.
 */
export type ContractSource<abi extends Abi = Abi> =
  | string
  | { readonly contractName?: string; readonly abi: abi; readonly bytecode: Hex }

/** The block that the next call or transaction is part of. Each transaction closes one; the next is a second later. */
export type TestBlock = { readonly number: bigint; readonly timestamp: bigint }

/** A moment to go back to, any number of times. */
export type Snapshot = { revert(): void }

/** A chain in memory, for tests of contracts. Addresses that it gives have EIP-55's letters, as viem's have. */
export interface TestChain {
  /** Ten accounts with 10,000 ether each: those of a development node, with the same keys. */
  readonly accounts: readonly Hex[]
  /** Compiles (unless it is built), deploys with the constructor's arguments. Throws what the compiler says, and `ContractError`. */
  deploy<const abi extends Abi>(
    source: ContractSource<abi>,
    args?: readonly unknown[],
    options?: CallOptions,
  ): Promise<DeployedContract<abi>>
  /** A contract that is already there: one that another contract created, for instance. */
  at<const abi extends Abi>(source: ContractSource<abi>, address: Hex): Promise<TestContract<abi>>
  /** A transaction of raw data; `result` is what came back. */
  send(transaction: CallOptions & { readonly to: Hex; readonly data?: Hex }): Promise<TestReceipt<Hex>>
  /** In wei. */
  balance(address: Hex): bigint
  setBalance(address: Hex, wei: bigint): void
  /** A word of a contract's storage. */
  storage(address: Hex, slot: bigint): Hex
  /** The root of a contract's storage trie: equal storage, equal root. */
  storageRoot(address: Hex): Hex
  block(): TestBlock
  /** Sets the time of the block that is being made, in seconds; it may also go back. */
  setTime(timestamp: bigint): void
  /** Lets blocks pass, one second each. Default: one. */
  mine(blocks?: bigint): void
  /** Remembers state, block and time. */
  snapshot(): Snapshot
}
