import { describe, expect, it } from 'vitest'
import {
  type BlockRequest,
  type BranchLedger,
  type BranchResult,
  devGenesis,
  type Genesis,
  genesisBlock,
  openBranchLedger,
} from '../../../src/chain/index.ts'
import { createExecution } from '../../../src/node/machines.ts'
import { createSequentialExecutor } from '../../../src/parallel/index.ts'
import {
  type Address,
  addressOfPrivateKey,
  assert,
  EMPTY_BYTES,
  type Hash,
  keccak256,
  signTransaction,
  ZERO_HASH,
} from '../../../src/primitives/index.ts'
import { createMemoryStore, createMptTrie, openLevelStore } from '../../../src/state/index.ts'
import { Random } from '../../fuzz/random.ts'
import { temporaryDirectory } from '../../harness/nodeProcess.ts'
import { genesisAccounts, randomTransaction } from '../../harness/parallel/randomBlock.ts'
import { createThreadedExecutor } from '../../harness/parallel/threads.ts'
import { buildTreeContracts } from '../../harness/wasm/treeContracts.ts'
import { addr } from '../../harness/world.ts'

const STEPS = 80
const KEYS = Array.from({ length: 6 }, (_, index) => keccak256(Buffer.from(`branches ${index}`)))
const SENDERS = KEYS.map(addressOfPrivateKey)

/** A block that is held, or the head: what may be built on. */
type Known = { readonly hash: Hash; readonly parent: Hash; readonly nonces: ReadonlyMap<Address, bigint> }

describe('a branch ledger whose blocks workers execute', async () => {
  const codes = await buildTreeContracts()

  it('has the roots of one that executes in order, on whatever branch and however much is stored', async () => {
    const random = new Random(31, 0)
    const genesis = genesisOf(random)
    const directory = temporaryDirectory()
    const store = await openLevelStore(directory.path, { create: true, durable: false })
    const threads = await createThreadedExecutor(2, 'interpreter', directory.path)
    const sequential = createSequentialExecutor(createExecution('interpreter'))
    const chain = { trieOf: createMptTrie, genesis }
    const oracle = await openBranchLedger({ ...chain, store: createMemoryStore(), executor: sequential })
    const ledger = await openBranchLedger({ ...chain, store, executor: threads })
    try {
      await compareBranches(random, genesis, oracle, ledger)
      expect(threads.failures).toEqual([])
    } finally {
      await threads.close()
      await Promise.all([oracle.close(), ledger.close()])
      directory.remove()
    }
  })

  function genesisOf(random: Random): Genesis {
    const base = devGenesis({
      chainId: 31_337n,
      hardfork: 'osaka',
      gasLimit: 60_000_000n,
      accounts: SENDERS,
      balanceWei: 10n ** 24n,
      timestampSeconds: 1_000n,
    })
    return { ...base, accounts: [...base.accounts, ...genesisAccounts(random, codes)] }
  }
})

/** Grows branches at random, stores a block now and then, and executes some again. */
async function compareBranches(
  random: Random,
  genesis: Genesis,
  oracle: BranchLedger,
  ledger: BranchLedger,
): Promise<void> {
  let head: Known = { hash: genesisBlock(genesis).block.hash, parent: ZERO_HASH, nonces: new Map() }
  let held: Known[] = []
  let [stored, lost] = [0, 0]
  for (let step = 0; step < STEPS; step += 1) {
    const children = held.filter(({ parent }) => parent === head.hash)
    if (children.length > 0 && random.oneIn(3)) {
      head = random.pick(children)
      const heads = await Promise.all([oracle, ledger].map((one) => one.commit(head.hash, EMPTY_BYTES)))
      expect(heads[1]).toEqual(heads[0])
      const before = held.length
      held = descendantsOf(head, held)
      stored += 1
      lost += before - 1 - held.length
      continue
    }
    const parent = random.oneIn(4) ? head : random.pick([head, ...held.slice(-3)])
    const request = requestOn(parent, random)
    const [expected, actual] = await executeOnBoth(oracle, ledger, parent, request)
    expect([step, actual.block.hash, actual.receipts]).toEqual([step, expected.block.hash, expected.receipts])
    if (random.oneIn(4)) expect((await ledger.execute(parent.hash, request))?.block).toEqual(actual.block)
    held.push({ hash: actual.block.hash, parent: parent.hash, nonces: noncesAfter(parent, actual) })
  }
  // Blocks were stored under others that waited, and branches lost.
  expect(Math.min(stored, lost)).toBeGreaterThan(3)
}

async function executeOnBoth(
  oracle: BranchLedger,
  ledger: BranchLedger,
  { hash }: Known,
  request: BlockRequest,
): Promise<readonly [BranchResult, BranchResult]> {
  const [expected, actual] = await Promise.all([oracle.execute(hash, request), ledger.execute(hash, request)])
  assert(expected !== undefined && actual !== undefined, 'a held block can be built on')
  return [expected, actual]
}

function requestOn({ nonces }: Known, random: Random): BlockRequest {
  const next = new Map(nonces)
  const coinbase = addr(0xc0 + random.below(2))
  const transactions = Array.from({ length: random.between(1, 12) }, () => {
    const sender = random.below(KEYS.length)
    const address = SENDERS[sender] ?? coinbase
    const nonce = next.get(address) ?? 0n
    next.set(address, nonce + 1n)
    const any = randomTransaction(random, SENDERS, coinbase)
    const unsigned = { ...any, nonce, maxFeePerGasWei: 10n ** 12n, maxPriorityFeePerGasWei: BigInt(random.below(3)) }
    return signTransaction(unsigned, KEYS[sender] ?? EMPTY_BYTES)
  })
  return {
    timestampSeconds: 2_000n,
    coinbase,
    prevRandao: ZERO_HASH,
    gasLimit: 60_000_000n,
    baseFeeWei: undefined,
    transactions,
  }
}

function noncesAfter({ nonces }: Known, { accounts }: BranchResult): Known['nonces'] {
  return new Map([...nonces, ...accounts.map(({ address, after }) => [address, after?.nonce ?? 0n] as const)])
}

/** Parents stand before their children. */
function descendantsOf(head: Known, held: readonly Known[]): Known[] {
  const kept = new Set([head.hash])
  return held.filter(({ hash, parent }) => kept.has(parent) && kept.add(hash))
}
