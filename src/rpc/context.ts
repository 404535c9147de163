import type { Archive, ChainFeed, Mempool, Simulator } from '../chain/index.ts'
import type { Bytes, Rules, SignedTransaction } from '../primitives/index.ts'
import type { ConsensusView } from './consensus.ts'
import type { HeavyReads } from './heavyReads.ts'
import type { DevWallet } from './wallet.ts'

/** What this node is, as far as clients ask. */
export type RpcConfig = {
  readonly chainId: bigint
  readonly rules: Rules
  /** `web3_clientVersion`. Hardhat's helpers only work when it begins with `anvil` or `hardhat`. */
  readonly clientVersion: string
  /** False hides everything that signs, mines or cheats. */
  readonly isDev: boolean
}

/** This node's place among others. */
export type NetworkStatus = { readonly isListening: boolean; readonly peerCount: number }

/** Hears of an answer: the method (`unknown` for one that does not exist), the error's code or 0, and how long it took. */
export type RequestObserver = (method: string, code: number, durationMs: number) => void

/**
 * The name of a chain among all that were ever made, 32 random bytes in hex: kept with the chain, another one after a reset.
 * Tools that remember deployments (Hardhat Ignition) tell by it that theirs are gone.
 */
export interface ChainInstance {
  id(): string
  renew(): void
}

/** All that the RPC sees of the node. */
export type RpcContext = {
  readonly archive: Archive
  readonly mempool: Mempool
  /** A `Producer` where `config.isDev` is true. */
  readonly producer: ChainFeed
  readonly simulator: Simulator
  /** Without accounts on a testnet. */
  readonly wallet: DevWallet
  readonly config: RpcConfig
  /** Undefined where nothing keeps it: then it is the name of this run. */
  readonly instance?: ChainInstance
  /** Undefined on a development node, which makes its blocks alone. */
  readonly consensus: ConsensusView | undefined
  /** Undefined runs heavy reads where all others run. */
  readonly heavyReads?: HeavyReads
  network(): NetworkStatus
  /**
   * Decodes a transaction and recovers its sender, on whichever thread the node likes: a recovery takes 70 us. Rejects
   * with what primitives' `decodeTransaction` throws.
   */
  decodeTransaction(raw: Bytes): Promise<SignedTransaction>
  /** Told of every request once it is answered; undefined when nobody measures. Called often: it must cost little. */
  readonly onRequest: RequestObserver | undefined
  /** Called for every answer that is our own fault (-32603). */
  reportBug(cause: unknown, method: string): void
  /** `hardhat_setLoggingEnabled`: whether the node may write log lines. */
  setLogging(isEnabled: boolean): void
}
