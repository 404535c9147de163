import type { Archive, ChainEvent, Mempool } from '../../chain/index.ts'
import type { Contact, PeerStatus } from '../../network/index.ts'
import type { Address } from '../../primitives/index.ts'
import type { ConsensusView, WebSocketLoad } from '../../rpc/index.ts'
import type { EvmEngineName } from '../machines.ts'
import type { NodeObserver } from '../metrics/metrics.ts'
import type { ExecutorOptions, NodeEvent, NodeInfo, RpcAccess, RunningNode, SyncMode } from '../options.ts'
import type { NodeKeys } from '../setup/keys.ts'
import type { NetworkGenesis } from '../setup/networkGenesis.ts'
import type { StepListener } from './driver.ts'

/** What a node of a network is to be. */
export type ValidatorNodeOptions = ExecutorOptions & {
  readonly version: string
  readonly network: NetworkGenesis
  /** Without a consensus key the node follows, serves, and does not vote. */
  readonly keys: NodeKeys
  /** Who gets the priority fees of the blocks that it builds; undefined: its validator id, for which nobody has a key. */
  readonly feeRecipient: Address | undefined
  /** Where the chain is kept. */
  readonly dataDirectory: string
  /** Where signatures are remembered: beside the key, outside the chain's data. */
  readonly safetyDirectory: string
  readonly evm: EvmEngineName
  readonly rpc: RpcAccess & { readonly host: string; readonly port: number }
  /** Port 0 takes a free one. */
  readonly p2p: { readonly host: string; readonly port: number }
  /** Whom to connect to besides the validators. */
  readonly peers: readonly Contact[]
  /** `auto`: a new data directory begins with a state of others when the network is far ahead. */
  readonly sync: SyncMode
  /** The operator's word after a lost or stale record: the first round in which the key may sign again. */
  readonly signFrom: number | undefined
  readonly onEvent: (event: NodeEvent) => void
  /** Undefined when nothing is measured. */
  readonly observer: NodeObserver | undefined
}

/** A node of a network that serves. */
export type RunningValidatorNode = RunningNode & {
  readonly info: NodeInfo & {
    /** `<peer id>@<host>:<port>`. */
    readonly p2pAddress: string
    /** Undefined for a node without a consensus key, or with one that is of no validator. */
    readonly validatorId: Address | undefined
  }
  readonly consensus: ConsensusView
  readonly archive: Archive
  readonly mempool: Mempool
  readonly storePath: string
  /** Everything that happens on the chain. Returns how to stop it. */
  subscribe(listener: (event: ChainEvent) => void): () => void
  /** Every step of consensus. Returns how to stop it. */
  onStep(listener: StepListener): () => void
  peers(): readonly PeerStatus[]
  webSockets(): WebSocketLoad
}
