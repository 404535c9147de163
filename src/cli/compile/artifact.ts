import type { Hex } from '../../primitives/index.ts'

/** A parameter or a returned value, as ABI JSON has it. */
export type AbiParameter = {
  readonly name: string
  readonly type: string
  readonly indexed?: boolean
  readonly internalType?: string
  readonly components?: readonly AbiParameter[]
}

/** One entry of a contract's ABI JSON. Source: the Solidity documentation, "Contract ABI Specification". */
export type AbiItem = {
  readonly type: 'function' | 'constructor' | 'receive' | 'fallback' | 'event' | 'error'
  readonly name?: string
  readonly inputs?: readonly AbiParameter[]
  readonly outputs?: readonly AbiParameter[]
  readonly stateMutability?: 'pure' | 'view' | 'nonpayable' | 'payable'
  readonly anonymous?: boolean
}

/** Where in the bytecode the addresses of libraries go: by source, by library, offsets in bytes. */
export type LinkReferences = Readonly<
  Record<string, Readonly<Record<string, readonly { readonly start: number; readonly length: number }[]>>>
>

/** Where immutable variables go in the deployed bytecode, by AST id. */
export type ImmutableReferences = Readonly<
  Record<string, readonly { readonly start: number; readonly length: number }[]>
>

/** A state variable's place: `offset` bytes from the low end of `slot` (decimal). */
export type StorageVariable = {
  readonly label: string
  readonly slot: string
  readonly offset: number
  readonly type: string
}

/** How a type lies in storage; keys, values, elements and a struct's members name other types. */
export type StorageType = {
  readonly encoding: string
  readonly label: string
  readonly numberOfBytes: string
  readonly key?: string
  readonly value?: string
  readonly base?: string
  readonly members?: readonly StorageVariable[]
}

/** solc's `storageLayout`, which AssemblyScript contracts have too. */
export type StorageLayout = {
  readonly storage: readonly StorageVariable[]
  readonly types: Readonly<Record<string, StorageType>> | null
}

/** One compiled contract, whatever its language. */
export type Artifact = {
  readonly contractName: string
  /** Path of its source, relative to the project, with forward slashes. */
  readonly sourceName: string
  readonly language: 'solidity' | 'assemblyscript'
  readonly abi: readonly AbiItem[]
  /** What a creating transaction sends before the encoded constructor arguments. `0x` for what cannot be deployed. */
  readonly bytecode: Hex
  /** What `eth_getCode` answers after deployment, immutable variables aside. */
  readonly deployedBytecode: Hex
  /** Signature to selector, eight digits without `0x`. */
  readonly methodIdentifiers: Readonly<Record<string, string>>
  readonly storageLayout: StorageLayout
  readonly linkReferences: LinkReferences
  readonly deployedLinkReferences: LinkReferences
  readonly immutableReferences: ImmutableReferences
}
