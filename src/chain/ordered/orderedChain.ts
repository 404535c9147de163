import type { Address, Bytes, Hash, Rules } from '../../primitives/index.ts'
import { assert, rulesOf, ZERO_ADDRESS, ZERO_HASH } from '../../primitives/index.ts'
import type { Archive } from '../archive.ts'
import { nextBaseFee } from '../fees.ts'
import type { Genesis } from '../genesis/genesis.ts'
import type { BlockRequest, ProducedBlock } from '../ledger.ts'
import type { Mempool, Selection } from '../mempool.ts'
import { discardBroken } from '../pool/discardBroken.ts'
import type { PendingBlock } from '../producer.ts'
import { createJobQueue } from '../production/jobQueue.ts'
import { type Admission, createAdmission, type SenderState } from './admission.ts'
import type { BranchLedger, BranchResult } from './branchLedger.ts'
import {
  ancestorAt,
  type Changes,
  type Content,
  EXECUTION_LAG,
  type Executed,
  type Node,
  secondsAfter,
  senderState,
  storedBlocks,
  transactionsBetween,
} from './branchNode.ts'
import { createExecutedAhead } from './executedAhead.ts'
import { executionBudgetGas } from './executionBudget.ts'
import { createGasUse } from './gasUse.ts'
import { createPace, type Pace } from './pace.ts'
import { decodePayload, encodePayload } from './payload.ts'
import type { TransactionReader } from './transactionReader.ts'

/** Bytes of a payload that a leader makes: half a round's time on a slow link (notes/consensus.md 5, "Blocks"). */
const MAX_PAYLOAD_BYTES = 1024 * 1024

/** What any transaction costs. Source: Yellow Paper, appendix G, `G_transaction`. */
const LEAST_TRANSACTION_GAS = 21_000n

/** Final blocks that are remembered with what they changed. Further back the trie is asked. */
const REMEMBERED_BLOCKS = 2 * EXECUTION_LAG + 2

/** A block as consensus ordered it. Its height is its number. */
export type OrderedBlock = {
  readonly id: Hash
  readonly parentId: Hash
  readonly height: number
  readonly timestampMs: number
  readonly prevRandao: Hash
  /** The Ethereum hash of the block `EXECUTION_LAG` before it; zero when there is none. */
  readonly executionHash: Hash
  readonly body: Bytes
}

/** What a leader proposes: {@link OrderedBlock}'s fields of the same names. */
export type Payload = { readonly body: Bytes; readonly executionHash: Hash }

/** What an ordered chain is made of. */
export type OrderedChainParts = {
  readonly genesis: Genesis
  readonly ledger: BranchLedger
  readonly archive: Archive
  readonly mempool: Mempool
  readonly transactionReader: TransactionReader
  /** Who gets the priority fees of the blocks that this node builds. */
  readonly feeRecipient: Address
  /** The id of the block at the ledger's head: the genesis id, or what consensus called it. */
  readonly headId: Hash
  /** Blocks that are further apart than this took long to execute, or the network stood still. */
  readonly slowBlockSeconds: number
  /** The time of a stored block of this height, 1 or more: that of a block without a body, too. */
  secondsAt(height: number): number
  /** Milliseconds of any clock that goes on. */
  nowMs(): number
  /** What consensus wants to be kept with a final block. */
  orderOf(id: Hash): Bytes
  onBlock(produced: ProducedBlock, id: Hash): void
  /** A final block can not be executed, or its author found another state than this node. Nothing is final after it. */
  onDivergence(reason: string): void
}

/**
 * The chain under consensus: judges bodies before they are ordered, executes what is, and stores what is final.
 *
 *   proposed  --judge: state n-3, less what is in flight-->  valid  --certified: execute-->  held  --final: commit-->  stored
 *
 * - O1 *Ordered is payable*: a transaction of a valid block can pay for its gas, whatever ran before it (admission.ts).
 * - O2 *One result*: a block is valid only if it names this node's own result of the block `EXECUTION_LAG` before it.
 * - O4 *Blocks shrink while they take long to execute*, by a rule that voters check (executionBudget.ts).
 * - O3 *Nothing waits for a disk or a state to be voted on* but that older result: execution runs behind the order.
 */
export interface OrderedChain {
  /** Whether a block may be voted for. Its parent was found valid, or is the block of `headId`. Waits for execution. */
  validate(block: OrderedBlock): Promise<boolean>
  /** A payload on a valid block, from the pool. Undefined when the branch is lost meanwhile. */
  build(parentId: Hash, height: number): Promise<Payload | undefined>
  /** It will probably be final: executes it ahead of that. */
  prepare(id: Hash): void
  /** It is final. Height by height. True once it is executed and stored; false after a divergence, and after `stop`. */
  finalize(block: OrderedBlock): Promise<boolean>
  /** Resolves once all that was final when it was called is stored. False after a divergence, and after `stop`. */
  settled(): Promise<boolean>
  /** The base fee of the block after the newest stored one. */
  nextBaseFeeWei(): bigint
  /** The block that was executed last, if it is above the newest stored one; it may still lose against another. */
  pending(): PendingBlock | undefined
  /** Stores nothing more. Resolves once what is under way is done. */
  stop(): Promise<void>
}

/** Continues the chain of `ledger` from its head. */
export function createOrderedChain(parts: OrderedChainParts): OrderedChain {
  return new LaggingChain(parts)
}

class LaggingChain implements OrderedChain {
  readonly #parts: OrderedChainParts
  readonly #rules: Rules
  readonly #nodes = new Map<Hash, Node>()
  readonly #jobs = createJobQueue()
  readonly #pace: Pace
  readonly #ahead = createExecutedAhead()
  readonly #gasUse = createGasUse()
  /** Final blocks, ascending, stored or about to be. Their changes tell old values from the newest state's. */
  #final: readonly { readonly node: Node; readonly executed: Executed }[]
  /** It diverged, or was stopped. */
  #isOver = false

  constructor(parts: OrderedChainParts) {
    this.#parts = parts
    this.#rules = rulesOf(parts.genesis.hardfork, parts.genesis.wasmRules)
    const { gasLimit } = parts.genesis
    this.#pace = createPace({ leastGas: this.#rules.maxTransactionGas ?? gasLimit, mostGas: gasLimit })
    this.#final = storedBlocks(parts.archive, parts.headId, parts.secondsAt)
    for (const { node } of this.#final) this.#nodes.set(node.id, node)
  }

  async validate(block: OrderedBlock): Promise<boolean> {
    const content = await this.#nodeOf(block)?.content
    return content !== undefined && content.fault === undefined
  }

  async build(parentId: Hash, height: number): Promise<Payload | undefined> {
    const parent = this.#nodes.get(parentId)
    if (parent === undefined) return undefined
    const place = await this.#placeAfter(parent, height)
    if (place === undefined) return undefined
    const { admission, baseFeeWei, executionHash } = place
    let bytesLeft = MAX_PAYLOAD_BYTES
    const selection: Selection = {
      expectedGas: (transaction, minGas) => this.#gasUse.expectedGas(transaction, minGas),
      nextNonce: (sender) => admission.nextNonce(sender),
      admits(transaction) {
        if (transaction.raw.length > bytesLeft || admission.admit(transaction) !== undefined) return false
        bytesLeft -= transaction.raw.length
        return true
      },
    }
    const budgetGas = smaller(this.#pace.budgetGas(), admission.budgetGas)
    const withinBudget = this.#parts.mempool.select(baseFeeWei, budgetGas, selection)
    // A transaction that no budget has room for is a block of its own, when there is no other.
    const transactions =
      withinBudget.length > 0
        ? withinBudget
        : this.#parts.mempool.select(baseFeeWei, this.#parts.genesis.gasLimit, selection)
    return { body: encodePayload({ feeRecipient: this.#parts.feeRecipient, transactions }), executionHash }
  }

  prepare(id: Hash): void {
    // Whatever goes wrong is heard of when the block becomes final.
    this.#nodes
      .get(id)
      ?.execute()
      .catch(() => undefined)
  }

  finalize(block: OrderedBlock): Promise<boolean> {
    const node = this.#nodeOf(block)
    assert(node !== undefined, 'blocks become final after their parents')
    this.prepare(node.id)
    return this.#jobs.run(() => this.#store(node))
  }

  settled(): Promise<boolean> {
    return this.#jobs.run(async () => !this.#isOver)
  }

  nextBaseFeeWei(): bigint {
    // The newest one may be on its way to the store still.
    const headNumber = this.#parts.archive.head().blockNumber
    const stored = this.#final.filter(({ executed }) => executed.header.number <= headNumber)
    const head = stored.at(-1)
    assert(head !== undefined, 'genesis is final')
    const lagged = stored.at(-EXECUTION_LAG) ?? stored[0]
    const { baseFeeWei } = head.executed.header
    return this.#baseFeeAfter(baseFeeWei, lagged?.executed.header.gasUsed ?? 0n)
  }

  pending(): PendingBlock | undefined {
    return this.#ahead.pending(this.#parts.archive.head())
  }

  stop(): Promise<void> {
    this.#isOver = true
    return this.#jobs.idle()
  }

  /** Undefined for a block whose parent is not remembered: its branch is lost. */
  #nodeOf(block: OrderedBlock): Node | undefined {
    const known = this.#nodes.get(block.id)
    if (known !== undefined) return known
    const parent = this.#nodes.get(block.parentId)
    if (parent === undefined) return undefined
    let executed: Promise<Executed | undefined> | undefined
    const node: Node = {
      id: block.id,
      height: block.height,
      parent,
      seconds: secondsAfter(parent.seconds, Math.floor(block.timestampMs / 1000)),
      content: this.#judge(parent, block),
      execute: () => {
        executed ??= this.#execute(node, block)
        return executed
      },
    }
    this.#nodes.set(block.id, node)
    return node
  }

  async #judge(parent: Node, block: OrderedBlock): Promise<Content> {
    const refuse = (fault: string): Content => ({
      feeRecipient: ZERO_ADDRESS,
      transactions: [],
      baseFeeWei: 0n,
      fault,
    })
    const { genesis, transactionReader } = this.#parts
    // The body last: of a long line of final blocks that wait for their execution only the first few are held decoded.
    const place = await this.#placeAfter(parent, block.height)
    if (place === undefined) return refuse('its branch is lost')
    // More can not have room: each pays for its existence at least.
    const maxTransactions = Number(genesis.gasLimit / LEAST_TRANSACTION_GAS)
    const content = await decodePayload(block.body, { maxTransactions, reader: transactionReader })
    const { admission, baseFeeWei, executionHash } = place
    if (executionHash !== block.executionHash) {
      return refuse(`it names ${block.executionHash} as result of an earlier block; this node has ${executionHash}`)
    }
    if (content === undefined) return refuse('its body is not a fee recipient and a list of transactions')
    for (const [index, transaction] of content.transactions.entries()) {
      const rejection = admission.admit(transaction)
      if (rejection !== undefined) return refuse(`transaction ${index}: ${rejection.message}`)
    }
    return { ...content, baseFeeWei, fault: undefined }
  }

  /** What a block on `parent` may hold and must say. Undefined when the branch is lost. */
  async #placeAfter(parent: Node, height: number): Promise<Place | undefined> {
    const { fault, baseFeeWei: parentFeeWei } = await parent.content
    const lagged = ancestorAt(parent, Math.max(0, height - EXECUTION_LAG))
    if (fault !== undefined || lagged === undefined) return undefined
    const executed = await lagged.execute()
    if (executed === undefined) return undefined
    const baseFeeWei = this.#baseFeeAfter(parentFeeWei, executed.header.gasUsed)
    const { genesis } = this.#parts
    const admission = createAdmission({
      rules: this.#rules,
      chainId: genesis.chainId,
      gasLimit: genesis.gasLimit,
      budgetGas: executionBudgetGas(genesis.gasLimit, this.#parts.slowBlockSeconds, parent.seconds),
      baseFeeWei,
      sender: await this.#senders(lagged, executed),
      inFlight: await transactionsBetween(lagged, parent),
    })
    return { admission, baseFeeWei, executionHash: height < EXECUTION_LAG ? ZERO_HASH : executed.hash }
  }

  #baseFeeAfter(parentFeeWei: bigint, laggedGasUsed: bigint): bigint {
    const { gasLimit, minBaseFeeWei = 0n } = this.#parts.genesis
    return nextBaseFee({ gasLimit, gasUsed: laggedGasUsed, baseFeeWei: parentFeeWei }, minBaseFeeWei)
  }

  /**
   * Accounts in the state after `node`, which was executed. The newest stored state may be older or newer than that, and may
   * move while it is read: what was changed since is known from the changes of each block, forwards or backwards.
   */
  async #senders(node: Node, executed: Executed): Promise<(address: Address) => SenderState> {
    const { archive } = this.#parts
    const upTo: Executed[] = []
    for (let at: Node | undefined = node; at !== undefined; at = at.parent) {
      const one = at === node ? executed : await at.execute()
      if (one?.changes === undefined) break
      upTo.push(one)
    }
    return (address) => {
      const earlier = upTo.find(({ changes }) => changes?.has(address))
      if (earlier !== undefined) return senderState(earlier.changes?.get(address)?.after)
      // Looked at anew at each call: a block may have been stored since the one before.
      const since = this.#changedSince(node.height)
      const state = since === undefined ? archive.stateAt(executed.hash) : archive.headState()
      assert(state !== undefined, 'the state of a stored block is there')
      const later = since?.find((changes) => changes.has(address))
      return senderState(later === undefined ? state.account(address) : later.get(address)?.before)
    }
  }

  /** What each final block above `height` changed, ascending; undefined when not all of it is remembered. */
  #changedSince(height: number): readonly Changes[] | undefined {
    const oldest = this.#final[0]?.node.height ?? 0
    const since = this.#final.filter(({ node }) => node.height > height).map(({ executed }) => executed.changes)
    const known = since.filter((changes) => changes !== undefined)
    return oldest <= height + 1 && known.length === since.length ? known : undefined
  }

  async #execute(node: Node, block: OrderedBlock): Promise<Executed | undefined> {
    const content = await node.content
    const parent = await node.parent?.execute()
    if (content.fault !== undefined || parent === undefined) return undefined
    const { genesis, nowMs } = this.#parts
    const beginMs = nowMs()
    const result = await this.#run(parent.hash, {
      timestampSeconds: BigInt(Math.floor(block.timestampMs / 1000)),
      coinbase: content.feeRecipient,
      prevRandao: block.prevRandao,
      gasLimit: genesis.gasLimit,
      baseFeeWei: content.baseFeeWei,
      transactions: content.transactions,
    })
    if (result === undefined) return undefined
    const { hash, header } = result.block
    this.#pace.executed(header.gasUsed, nowMs() - beginMs)
    this.#ahead.add(result)
    const changes = new Map(result.accounts.map((change) => [change.address, change]))
    return { hash, header, result, changes }
  }

  async #run(parentHash: Hash, request: BlockRequest): Promise<BranchResult | undefined> {
    const { ledger, mempool } = this.#parts
    try {
      return await ledger.execute(parentHash, request)
    } catch (error) {
      discardBroken(mempool, request.transactions, error)
      throw error
    }
  }

  /** Runs as a job: final blocks one after the other. */
  async #store(node: Node): Promise<boolean> {
    if (this.#isOver) return false
    const { ledger, mempool, orderOf, onBlock } = this.#parts
    const executed = await node.execute()
    if (executed?.result === undefined) {
      this.#isOver = true
      const { fault } = await node.content
      this.#parts.onDivergence(
        `block ${node.height} (${node.id}) is final, and not valid here: ${fault ?? 'it can not be executed'}`,
      )
      return false
    }
    // From here on its changes tell the state before it from the one after, whichever the store shows.
    this.#final = [...this.#final, { node, executed }]
    await ledger.commit(executed.hash, orderOf(node.id))
    this.#forget(node.height)
    this.#ahead.forget(this.#parts.archive.head())
    const { block } = executed.result
    this.#gasUse.learn(executed.result)
    mempool.refresh(block.transactions.map(({ sender }) => sender))
    for (const { hash } of block.transactions) mempool.remove(hash)
    mempool.removeExpired()
    onBlock(executed.result, node.id)
    return true
  }

  /** Lets go of losers and of what is old. */
  #forget(height: number): void {
    this.#final = this.#final.slice(-REMEMBERED_BLOCKS)
    const kept = new Set(this.#final.map(({ node }) => node.id))
    for (const [id, node] of this.#nodes) if (node.height <= height && !kept.has(id)) this.#nodes.delete(id)
    const oldest = this.#final[0]
    if (oldest !== undefined) oldest.node.parent = undefined
  }
}

type Place = { readonly admission: Admission; readonly baseFeeWei: bigint; readonly executionHash: Hash }

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
