import {
  assert,
  BaseError,
  EMPTY_TRIE_ROOT,
  messageOf,
  NEWEST_WASM_RULES,
  ZERO_ADDRESS,
} from '../../primitives/index.ts'
import { type StateTrie, type Store, type StoreReader, stateWrites, type Write } from '../../state/index.ts'
import type { Block, Header } from '../block.ts'
import { type Genesis, genesisBlock } from '../genesis/genesis.ts'
import type { Head } from '../ledger.ts'
import {
  blockWrites,
  type ChainIdentity,
  corrupt,
  headWrite,
  identityWrite,
  readBlockHash,
  readBody,
  readHead,
  readHeader,
  readIdentity,
  readReceipts,
} from '../records/records.ts'

/** Counts up when stored records change their form. */
const FORMAT = 2n

/** Every key of ours begins with a letter. */
const ALL_KEYS = [Uint8Array.of(0), Uint8Array.of(0xff)] as const

/**
 * Begins the chain in an empty store; checks that any other store holds this very chain, whole. With `acceptsAnyStart` it
 * may have begun at another time than `genesis` says. Returns its genesis as {@link storedGenesis} does.
 */
export async function openChain(
  store: Store,
  trie: StateTrie,
  genesis: Genesis,
  acceptsAnyStart = false,
): Promise<Genesis> {
  if (await isNewStore(store)) await store.write(await beginChain(store, trie, genesis))
  else await checkChain(store, trie, acceptsAnyStart ? startedAsStored(store, genesis) : genesis)
  return storedGenesis(store, genesis)
}

/** The genesis of the chain in the store, with the version of its WebAssembly rules. */
export function storedGenesis(store: StoreReader, genesis: Genesis): Genesis {
  return { ...genesis, wasmRules: readIdentity(store)?.wasmRules }
}

/** The genesis, with the timestamp of the stored first block. */
function startedAsStored(store: StoreReader, genesis: Genesis): Genesis {
  const timestampSeconds = readHeader(store, 0n)?.timestampSeconds
  return timestampSeconds === undefined ? genesis : { ...genesis, timestampSeconds }
}

/** True when the store holds nothing at all. */
async function isNewStore(store: StoreReader): Promise<boolean> {
  for await (const _entry of store.entries(...ALL_KEYS)) return false
  return true
}

/** The batch that begins a chain in an empty store. No commit can be undone past it, so it has no undo record. */
async function beginChain(store: StoreReader, trie: StateTrie, genesis: Genesis): Promise<readonly Write[]> {
  const { block, diff } = genesisBlock(genesis)
  const update = await trie.apply(EMPTY_TRIE_ROOT, diff)
  assert(update.root === block.header.stateRoot, 'the trie has the root that its definition gives')
  return [
    identityWrite(identityOf(genesis)),
    ...(await stateWrites(store, diff, update)),
    ...blockWrites({ block, receipts: [] }),
    headWrite({ version: 0n, blockHash: block.hash, blockNumber: 0n, stateRoot: update.root }),
  ]
}

/** Checks that the store holds this very chain and that its newest block and state are whole. */
async function checkChain(store: StoreReader, trie: StateTrie, genesis: Genesis): Promise<void> {
  const identity = readIdentity(store)
  if (identity?.format !== FORMAT) throw wrongFormat(identity)
  const expected = identityOf({ ...genesis, wasmRules: genesis.wasmRules ?? identity.wasmRules })
  for (const name of ['chainId', 'hardfork', 'genesisHash', 'wasmRules'] as const) {
    if (identity[name] !== expected[name]) throw mismatch(name, identity, expected)
  }
  const { head } = headOf(store)
  const { blockNumber, stateRoot } = head
  if (readBody(store, blockNumber) === undefined) throw corrupt(`the transactions of block ${blockNumber} are missing`)
  if (readReceipts(store, blockNumber) === undefined) throw corrupt(`the receipts of block ${blockNumber} are missing`)
  await trie.prove(stateRoot, ZERO_ADDRESS, []).catch((cause: unknown) => {
    throw corrupt(`the state ${stateRoot} cannot be read: ${messageOf(cause)}`, cause)
  })
}

/** The head and the header that it stands on. Throws `STORE_CORRUPT` unless they agree. */
export function headOf(store: StoreReader): { readonly head: Head; readonly block: Pick<Block, 'hash' | 'header'> } {
  const head = readHead(store)
  if (head === undefined) throw corrupt('the head is missing')
  const header: Header | undefined = readHeader(store, head.blockNumber)
  if (header === undefined) throw corrupt(`header ${head.blockNumber} is missing`)
  const hash = readBlockHash(store, head.blockNumber)
  if (hash !== head.blockHash) throw corrupt(`block ${head.blockNumber} is ${hash}, not the head ${head.blockHash}`)
  return { head, block: { hash, header } }
}

/** Which chain begins with `genesis`. */
export function identityOf(genesis: Genesis): ChainIdentity {
  const { chainId, hardfork, wasmRules = NEWEST_WASM_RULES } = genesis
  return { format: FORMAT, genesisHash: genesisBlock(genesis).block.hash, chainId, hardfork, wasmRules }
}

function wrongFormat(identity: ChainIdentity | undefined): BaseError {
  const found = identity === undefined ? 'something that is not a chain' : `a chain in format ${identity.format}`
  return new BaseError('DATADIR_FORMAT', `the data directory holds ${found}; this version reads format ${FORMAT}`, {
    advice: ['Choose another directory with --datadir.'],
  })
}

const IDENTITY_TITLES = {
  chainId: 'chain id',
  hardfork: 'hardfork',
  genesisHash: 'genesis block',
  wasmRules: 'WebAssembly rules',
} as const

function mismatch(name: keyof typeof IDENTITY_TITLES, found: ChainIdentity, expected: ChainIdentity): BaseError {
  const title = IDENTITY_TITLES[name]
  const summary = `the data directory holds a chain with ${title} ${found[name]}, not ${expected[name]}`
  return new BaseError('GENESIS_MISMATCH', summary, {
    advice: [
      'Start with the genesis, chain id and hardfork that the chain began with.',
      'Or choose another directory with --datadir.',
    ],
  })
}
