import {
  createMempool,
  createProducer,
  createSimulationCore,
  DEFAULT_POOL_LIMITS,
  type Genesis,
  type Producer,
  type SimulationCore,
  type Simulator,
} from '../../src/chain/index.ts'
import type { ExecutorParts } from '../../src/parallel/index.ts'
import { addressOfPrivateKey, decodeTransaction, rulesOf } from '../../src/primitives/index.ts'
import { createDevWallet, type RpcContext } from '../../src/rpc/index.ts'
import { createMemoryStore, nodeReader, type Store } from '../../src/state/index.ts'
import { HALTER, KEYS, openTestChain, referenceExecution, type TestChain, testGenesis } from './testChain.ts'
import { virtualClock } from './virtualClock.ts'

/** A development node in this thread, without sockets: its clock stands still. */
export type RealNode = { readonly chain: TestChain; readonly producer: Producer; readonly context: RpcContext }

/** Opens a node on a chain. A bug that a request meets goes to `onBug`; by default it is thrown. */
export async function openRealNode(
  parts: {
    readonly store?: Store
    readonly genesis?: Genesis
    readonly execution?: ExecutorParts
    readonly onBug?: (cause: unknown) => void
  } = {},
): Promise<RealNode> {
  const { store = createMemoryStore(), genesis = testGenesis(), execution = referenceExecution, onBug = raise } = parts
  const chain = await openTestChain(store, genesis, false, execution)
  const { archive, ledger } = chain
  const { chainId, hardfork, gasLimit } = genesis
  const rules = rulesOf(hardfork)
  const mempool = createMempool({ archive, rules, chainId, limits: DEFAULT_POOL_LIMITS })
  const producer = createProducer({
    archive,
    ledger,
    mempool,
    clock: virtualClock(2_000_000),
    mode: { kind: 'automine' },
    coinbase: HALTER,
    gasLimit,
    onFailure: onBug,
  })
  const context: RpcContext = {
    archive,
    mempool,
    producer,
    simulator: simulatorOn(createSimulationCore({ rules, chainId, ...execution }), chain),
    wallet: createDevWallet(KEYS.map((privateKey) => ({ address: addressOfPrivateKey(privateKey), privateKey }))),
    config: { chainId, rules, clientVersion: 'anvil/test', isDev: true },
    consensus: undefined,
    onRequest: undefined,
    network: () => ({ isListening: true, peerCount: 0 }),
    decodeTransaction: async (raw) => decodeTransaction(raw),
    reportBug: onBug,
    setLogging: () => undefined,
  }
  return { chain, producer, context }
}

function raise(cause: unknown): never {
  throw cause
}

/** The synchronous half on this thread: the worker is the node's affair. */
function simulatorOn(core: SimulationCore, { archive, trie, store }: TestChain): Simulator {
  return {
    call: async (simulation) => core.call(archive, simulation),
    estimateGas: async (simulation) => core.estimateGas(archive, simulation),
    createAccessList: async (simulation) => core.createAccessList(archive, simulation),
    schedule: async (query) => core.schedule(archive, query),
    pendingBlock: (query) => core.pendingBlock(archive, trie, query),
    pendingProof: (query) => core.pendingProof(archive, nodeReader(store), query),
    pendingAccount: async (query) => core.pendingAccount(archive, query),
  }
}
