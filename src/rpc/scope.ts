import type { Producer } from '../chain/index.ts'
import type { ChainInstance, RpcContext } from './context.ts'
import type { RpcLimits } from './limits.ts'
import type { FanOut } from './live/fanOut.ts'
import type { Filters } from './live/filters.ts'
import type { Impersonation } from './transaction/impersonation.ts'

/** What a developer changed of how this node answers. */
export type DevSettings = {
  /** Whether the error of a call that halted has `data`, as one that reverted does. */
  haltsHaveData: boolean
}

/** What the handlers of one server share: the node, and what the RPC itself remembers. */
export type Services = Omit<RpcContext, 'instance'> & {
  readonly limits: RpcLimits
  readonly filters: Filters
  readonly fanOut: FanOut
  readonly instance: ChainInstance
  readonly impersonation: Impersonation
  /** The namespaces that have a method here, for `rpc_modules`. */
  readonly namespaces: readonly string[]
  readonly devSettings: DevSettings
}

/** What a client can be told of. */
export const SUBSCRIPTION_KINDS = [
  'newHeads',
  'logs',
  'newPendingTransactions',
  'transactionReceipts',
  'syncing',
] as const

/** One of {@link SUBSCRIPTION_KINDS}. */
export type SubscriptionKind = (typeof SUBSCRIPTION_KINDS)[number]

/** What a client is told of; `end` ends it. */
export type Subscription = { readonly kind: SubscriptionKind; end(): void }

/** A client that can be told things later: a WebSocket. */
export interface Connection {
  /** Sends one message; the connection drops itself when the client does not keep up. */
  send(text: string): void
  /** Ends the connection, and tells the client why. */
  drop(reason: string): void
  /** Live subscriptions by id. */
  readonly subscriptions: Map<string, Subscription>
}

/** What one request sees. */
export type Scope = Services & {
  /** Undefined over HTTP. */
  readonly connection: Connection | undefined
  /** Whether nobody is left to hear the answer. */
  isGone(): boolean
  /** Runs `action` once the request's answer is on its way. */
  afterAnswer(action: () => void): void
}

/** What a request of a development method sees: its producer does as it is told. */
export type DevScope = Omit<Scope, 'producer'> & { readonly producer: Producer }
