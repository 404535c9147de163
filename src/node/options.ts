import type { ChainHardfork, MiningMode } from '../chain/index.ts'
import type { Address, Hash } from '../primitives/index.ts'
import type { RpcLimits } from '../rpc/index.ts'
import type { EvmEngineName } from './machines.ts'

/**
 * Ways to execute blocks, by the name that `--executor` gives them: `auto` puts a block on the workers when it is big enough,
 * `parallel` puts every block there, `sequential` none.
 */
export const EXECUTORS = ['auto', 'sequential', 'parallel'] as const

/** One of {@link EXECUTORS}. */
export type ExecutorName = (typeof EXECUTORS)[number]

/** Who executes a node's blocks: never a matter of the result. */
export type ExecutorOptions = {
  readonly executor: ExecutorName
  /** Threads that execute transactions: at least 1. */
  readonly workers: number
}

/**
 * How a node gets to where the others are: `blocks` executes every block, `state` begins with a recent state that others have, also
 * where there is a chain that is far behind.
 */
export const SYNC_MODES = ['state', 'blocks'] as const

/** One of {@link SYNC_MODES}, or what suits. */
export type SyncMode = (typeof SYNC_MODES)[number] | 'auto'

/** Whom a node's RPC answers besides this machine, and how much. `*` in a list means all. */
export type RpcAccess = {
  /** Origins of pages. */
  readonly corsOrigins: readonly string[]
  /** Names in the Host header. */
  readonly hosts?: readonly string[]
  readonly limits?: Partial<RpcLimits>
}

/** What a development node is to be. */
export type NodeOptions = ExecutorOptions & {
  readonly version: string
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Undefined keeps nothing after the node has stopped. */
  readonly dataDirectory: string | undefined
  readonly chainId: bigint
  readonly hardfork: ChainHardfork
  /** How EVM code is executed; never a matter of the result. */
  readonly evm: EvmEngineName
  /** A geth genesis file's content; undefined begins with the development genesis. */
  readonly genesis: unknown
  /** When the development genesis begins: below 2^52; undefined for now, or as a stored chain began. */
  readonly timestampSeconds: bigint | undefined
  /** Of the blocks that this node makes. */
  readonly gasLimit: bigint
  readonly mining: MiningMode
  readonly rpc: RpcAccess
  /** Where metrics are served, on loopback; 0 takes a free port, undefined measures nothing. */
  readonly metricsPort: number | undefined
  readonly onEvent: (event: NodeEvent) => void
}

/** What a person or a script wants to know of a node that has started. */
export type NodeInfo = {
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly chainId: bigint
  readonly hardfork: string
  readonly blockNumber: bigint
  readonly dataDirectory: string | undefined
  readonly metricsUrl: string | undefined
  readonly accounts: readonly { readonly address: Address; readonly privateKey: string }[]
}

/** What a running node tells. */
export type NodeEvent =
  | {
      readonly kind: 'block'
      readonly number: bigint
      readonly hash: Hash
      readonly transactions: number
      readonly gasUsed: bigint
    }
  | {
      readonly kind: 'transaction'
      readonly hash: Hash
      readonly gasUsed: bigint
      readonly contractAddress: Address | undefined
      /** Why it failed; undefined when it did not. */
      readonly error: string | undefined
    }
  /** Blocks without transactions that were made at once, both ends included. */
  | { readonly kind: 'idleBlocks'; readonly first: bigint; readonly last: bigint }
  | { readonly kind: 'dropped'; readonly hash: Hash; readonly reason: string }
  /** A connection with another node of the network began or ended; `reason` says why it ended. */
  | { readonly kind: 'peer'; readonly peer: string; readonly isConnected: boolean; readonly reason: string | undefined }
  /** The state at a block is fetched from others: how many of its nodes and codes, and how many bytes, so far. */
  | {
      readonly kind: 'stateSync'
      readonly blockNumber: bigint
      readonly parts: number
      readonly bytes: number
      readonly isDone: boolean
    }
  | { readonly kind: 'warning'; readonly message: string }

/** A node that serves. */
export type RunningNode = {
  readonly info: NodeInfo
  /** Rejects when the node can no longer go on. */
  readonly failed: Promise<never>
  /** Finishes what is under way, closes sockets and the store. */
  stop(): Promise<void>
}
