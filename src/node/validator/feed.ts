import type {
  AddOutcome,
  Archive,
  ChainEvent,
  ChainFeed,
  Genesis,
  Mempool,
  NextBlock,
  OrderedChain,
  ProducedBlock,
} from '../../chain/index.ts'
import { checkOrderable } from '../../chain/index.ts'
import { type Address, assert, type SignedTransaction, ZERO_HASH } from '../../primitives/index.ts'

/**
 * The least fee cap that may ever be in a block: EIP-1559's step does not go below 7 wei. What offers less would wait
 * for ever, and free transactions are free to flood with.
 */
const MIN_FEE_CAP_WEI = 7n

/** What a network's feed is made of. */
export type FeedParts = {
  readonly genesis: Genesis
  readonly archive: Archive
  readonly mempool: Mempool
  readonly chain: Pick<OrderedChain, 'nextBaseFeeWei' | 'pending'>
  readonly nowMs: () => number
  /** The coinbase of the pending block: whoever leads it chooses, so each node shows its own, as geth does. */
  readonly feeRecipient: Address
  /** Passes on what a client sent. */
  readonly forward: (transaction: SignedTransaction) => void
  readonly onFailure: (error: unknown) => void
}

/** A {@link ChainFeed} of blocks that a network agrees on. */
export interface NetworkFeed extends ChainFeed {
  /** Takes a transaction that another node has passed on. */
  receive(transaction: SignedTransaction): AddOutcome
  /** A block was stored. */
  announce(produced: ProducedBlock): void
}

export function createNetworkFeed(parts: FeedParts): NetworkFeed {
  const { genesis, archive, mempool, chain } = parts
  const listeners = new Set<(event: ChainEvent) => void>()

  function emit(event: ChainEvent): void {
    for (const listener of listeners) {
      try {
        listener(event)
      } catch (error) {
        parts.onFailure(error)
      }
    }
  }

  function receive(transaction: SignedTransaction): AddOutcome {
    const rejection = checkOrderable(transaction)
    if (rejection !== undefined) return { kind: 'rejected', rejection }
    const { gasLimit } = genesis
    const balanceFeeWei = chain.nextBaseFeeWei()
    const outcome = mempool.add(transaction, { gasLimit, minFeeCapWei: minFeeCap(genesis), balanceFeeWei })
    if (outcome.kind !== 'rejected') emit({ kind: 'pendingTransaction', transaction })
    return outcome
  }

  function next(): NextBlock {
    const header = archive.header(archive.head().blockHash)
    assert(header !== undefined, "the head's header is there")
    const nowSeconds = BigInt(Math.floor(parts.nowMs() / 1000))
    const { timestampSeconds } = header
    return {
      number: header.number + 1n,
      timestampSeconds: nowSeconds > timestampSeconds ? nowSeconds : timestampSeconds,
      baseFeeWei: chain.nextBaseFeeWei(),
      gasLimit: genesis.gasLimit,
      coinbase: parts.feeRecipient,
      // Drawn by a certificate that does not exist yet.
      prevRandao: ZERO_HASH,
    }
  }

  return {
    mode: { kind: 'consensus' },
    receive,
    next,
    pending: () => chain.pending(),
    async submit(transaction) {
      const outcome = receive(transaction)
      if (outcome.kind !== 'rejected') parts.forward(transaction)
      return outcome
    },
    announce: (produced) => emit({ kind: 'block', produced }),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The least fee cap that a network's pool takes, in wei per gas. */
export function minFeeCap({ minBaseFeeWei = 0n }: Genesis): bigint {
  return minBaseFeeWei > MIN_FEE_CAP_WEI ? minBaseFeeWei : MIN_FEE_CAP_WEI
}
