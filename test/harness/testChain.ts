import type { Archive, BlockRequest, Ledger } from '../../src/chain/index.ts'
import { createArchive, devGenesis, type Genesis, openLedger } from '../../src/chain/index.ts'
import { createReferenceEvm, referencePrecompiles } from '../../src/evm/index.ts'
import { createSequentialExecutor, type ExecutorParts } from '../../src/parallel/index.ts'
import {
  type Address,
  addressOfPrivateKey,
  type Bytes,
  concatBytes,
  EMPTY_BYTES,
  fromHex,
  type SignedTransaction,
  signTransaction,
  toAddress,
  type UnsignedTransaction,
  wordToBytes,
  ZERO_HASH,
} from '../../src/primitives/index.ts'
import {
  createJournal,
  createMemoryStore,
  createMptTrie,
  nodeReader,
  type StateTrie,
  type Store,
} from '../../src/state/index.ts'
import { refusing } from './world.ts'

/** Three funded keys. */
export const KEYS: readonly Bytes[] = [1, 2, 3].map((last) => concatBytes(new Uint8Array(31), Uint8Array.of(last)))
/** Their addresses. */
export const SENDERS: readonly Address[] = KEYS.map(addressOfPrivateKey)

/** A contract that stores its second word in the slot of its first, and logs that slot as a topic. */
export const KEEPER = toAddress(`0x${'c1'.repeat(20)}`)
const KEEPER_CODE = fromHex('0x6020355f35555f3560205fa100')
/** A contract that reverts with what it is called with. */
export const REVERTER = toAddress(`0x${'c2'.repeat(20)}`)
const REVERTER_CODE = fromHex('0x365f5f37365ffd')
/** A contract of an invalid opcode. */
export const HALTER = toAddress(`0x${'c3'.repeat(20)}`)

/** The genesis of a test chain: Osaka, the funded keys, the contracts above. */
export function testGenesis(parts: Partial<Genesis> = {}): Genesis {
  const genesis = devGenesis({
    chainId: 31_337n,
    hardfork: 'osaka',
    gasLimit: 30_000_000n,
    accounts: SENDERS,
    balanceWei: 10n ** 20n,
    timestampSeconds: 1_000n,
  })
  const contracts = [
    { address: KEEPER, code: KEEPER_CODE },
    { address: REVERTER, code: REVERTER_CODE },
    { address: HALTER, code: fromHex('0xfe') },
  ].map((contract) => ({ ...contract, nonce: 1n, balanceWei: 0n, storage: new Map() }))
  return { ...genesis, accounts: [...genesis.accounts, ...contracts], ...parts }
}

/** A chain in memory, run by the reference EVM. */
export type TestChain = {
  readonly store: Store
  readonly trie: StateTrie
  readonly ledger: Ledger
  readonly archive: Archive
  /** A block of these transactions, one second after the head. */
  produce(...transactions: readonly SignedTransaction[]): ReturnType<Ledger['produce']>
}

const machines = { evm: createReferenceEvm('osaka'), wasm: refusing, precompiles: referencePrecompiles('osaka') }
/** The reference EVM under Osaka's rules, and no WebAssembly. */
export const referenceExecution: ExecutorParts = { machinesOf: () => machines, createJournal }

/** Opens (or begins) the chain of `genesis` in `store`. */
export async function openTestChain(
  store: Store = createMemoryStore(),
  genesis = testGenesis(),
  acceptsAnyStart = false,
  execution: ExecutorParts = referenceExecution,
): Promise<TestChain> {
  const trie = createMptTrie(nodeReader(store))
  const executor = createSequentialExecutor(execution)
  const ledger = await openLedger({ store, trie, executor, genesis, acceptsAnyStart })
  const archive = createArchive(store, trie)
  return { store, trie, ledger, archive, produce: (...it) => ledger.produce(nextRequest(archive, it)) }
}

/** What asks for the next block, one second after the head. */
export function nextRequest(archive: Archive, transactions: readonly SignedTransaction[]): BlockRequest {
  const { timestampSeconds, gasLimit } = archive.headBlock().header
  return {
    timestampSeconds: timestampSeconds + 1n,
    coinbase: toAddress(`0x${'fe'.repeat(20)}`),
    prevRandao: ZERO_HASH,
    gasLimit,
    baseFeeWei: undefined,
    transactions,
  }
}

/** A signed transaction of type 2 of one of {@link KEYS}; by default it sends nothing to itself. */
export function signed(sender: number, nonce: bigint, parts: Partial<UnsignedTransaction> = {}): SignedTransaction {
  const key = KEYS[sender]
  if (key === undefined) throw new Error(`no key ${sender}`)
  const transaction: UnsignedTransaction = {
    type: 2,
    chainId: 31_337n,
    nonce,
    gasLimit: 100_000n,
    to: SENDERS[sender],
    valueWei: 0n,
    data: EMPTY_BYTES,
    maxFeePerGasWei: 2_000_000_000n,
    maxPriorityFeePerGasWei: 1n,
    accessList: [],
    maxFeePerBlobGasWei: 0n,
    blobVersionedHashes: [],
    authorizations: [],
  }
  return signTransaction({ ...transaction, ...parts }, key)
}

/** Call data of {@link KEEPER}. */
export function keep(slot: bigint, value: bigint): Bytes {
  return concatBytes(wordToBytes(slot), wordToBytes(value))
}

/** Everything a store holds, as hex, in order. */
export async function dump(store: Store): Promise<ReadonlyMap<string, string>> {
  const entries = new Map<string, string>()
  for await (const [key, value] of store.entries(Uint8Array.of(0), Uint8Array.of(0xff))) {
    entries.set(Buffer.from(key).toString('hex'), Buffer.from(value).toString('hex'))
  }
  return entries
}
