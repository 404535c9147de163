import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StateEdit } from '../../../src/chain/index.ts'
import {
  type Bytes,
  fromHex,
  type Hash,
  hashFromBytes,
  type RlpItem,
  rlpDecode,
  rlpEncode,
  type SignedTransaction,
  toAddress,
} from '../../../src/primitives/index.ts'
import { createMemoryStore, KEY_PREFIX, type Store } from '../../../src/state/index.ts'
import { trieRoot } from '../../../src/state/trie/root.ts'
import {
  dump,
  KEEPER,
  keep,
  openTestChain,
  REVERTER,
  SENDERS,
  signed,
  type TestChain,
} from '../../harness/testChain.ts'

/** What a transaction of a random block does. */
type Wish = { readonly sender: number; readonly kind: 'send' | 'keep' | 'revert' | 'create'; readonly word: bigint }
type Block = { readonly kind: 'block'; readonly wishes: readonly Wish[] }
type Edit = { readonly kind: 'edit'; readonly edits: readonly StateEdit[] }
/** `back` is how many commits, modulo how many there are. */
type Rewind = { readonly kind: 'rewind'; readonly back: number }
type Step = Block | Edit | Rewind

const record = <value>(model: { [key in keyof value]: fc.Arbitrary<value[key]> }) =>
  fc.record<value>(model, { noNullPrototype: true })
const word = fc.bigInt({ min: 0n, max: 4n })
const wish = record<Wish>({ sender: fc.nat(2), kind: fc.constantFrom('send', 'keep', 'revert', 'create'), word })
const stranger = toAddress(`0x${'57'.repeat(20)}`)
const address = fc.constantFrom(...SENDERS, KEEPER, stranger)
const edit: fc.Arbitrary<StateEdit> = fc.oneof(
  record({ kind: fc.constant('balance' as const), address, balanceWei: fc.constantFrom(0n, 10n ** 20n) }),
  record({ kind: fc.constant('nonce' as const), address, nonce: word }),
  record({ kind: fc.constant('code' as const), address: fc.constant(stranger), code: fc.uint8Array({ maxLength: 3 }) }),
  record({ kind: fc.constant('storage' as const), address, slot: word, value: word }),
)
const block = record<Block>({ kind: fc.constant('block'), wishes: fc.array(wish, { maxLength: 4 }) })
const stateEdit = record<Edit>({ kind: fc.constant('edit'), edits: fc.array(edit, { maxLength: 3 }) })
const rewind = record<Rewind>({ kind: fc.constant('rewind'), back: fc.nat(9) })
const step: fc.Arbitrary<Step> = fc.oneof({ weight: 2, arbitrary: block }, stateEdit, rewind)

function transactionsOf(chain: TestChain, wishes: readonly Wish[]): readonly SignedTransaction[] {
  const state = chain.archive.stateAt(chain.archive.head().blockHash)
  const nonces = SENDERS.map((sender) => state?.account(sender)?.nonce ?? 0n)
  return wishes.map(({ sender, kind, word: value }) => {
    const nonce = nonces[sender] ?? 0n
    nonces[sender] = nonce + 1n
    if (kind === 'send') return signed(sender, nonce, { to: stranger, valueWei: value })
    if (kind === 'keep') return signed(sender, nonce, { to: KEEPER, data: keep(value, value * value) })
    if (kind === 'revert') return signed(sender, nonce, { to: REVERTER })
    return signed(sender, nonce, { to: undefined, data: fromHex('0x60fe5f5360015ff3') })
  })
}

/** What may change of a store: all but what its content names. */
async function mutable(store: Store): Promise<Record<string, string>> {
  const named = [KEY_PREFIX.code, KEY_PREFIX.trieNode].map((prefix) => prefix.toString(16))
  return Object.fromEntries([...(await dump(store))].filter(([key]) => !named.includes(key.slice(0, 2))))
}

/** The root of the flat state, computed from what it says. */
async function flatRoot(store: Store): Promise<Hash> {
  const accounts: (readonly [Bytes, Bytes])[] = []
  const slots = new Map<string, (readonly [Bytes, Bytes])[]>()
  for (const [hex, value] of await dump(store)) {
    const key = fromHex(`0x${hex}`)
    if (key[0] === KEY_PREFIX.account) accounts.push([key.subarray(1), fromHex(`0x${value}`)])
    if (key[0] !== KEY_PREFIX.slot) continue
    const owner = hex.slice(2, 66)
    slots.set(owner, [...(slots.get(owner) ?? []), [key.subarray(33), rlpEncode(fromHex(`0x${value}`))]])
  }
  for (const [key, value] of accounts) {
    const [, , storageRoot] = rlpDecode(value) as readonly RlpItem[]
    const own = slots.get(Buffer.from(key).toString('hex')) ?? []
    expect(hashFromBytes(storageRoot as Bytes)).toBe(trieRoot(own))
  }
  return trieRoot(accounts)
}

async function perform(chain: TestChain, step: Step): Promise<void> {
  const { version } = chain.archive.head()
  if (step.kind === 'rewind') await chain.ledger.rewind(version - (BigInt(step.back) % (version + 1n)))
  else if (step.kind === 'edit') await chain.ledger.edit(step.edits)
  else await chain.produce(...transactionsOf(chain, step.wishes))
}

test('whatever happens, the head has the root of the flat state, and rewinding restores every key', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const chain = await openTestChain(createMemoryStore())
      const history = [await mutable(chain.store)]
      for (const each of steps) {
        await perform(chain, each)
        const version = Number(chain.archive.head().version)
        const now = await mutable(chain.store)
        if (each.kind === 'rewind') expect(now).toEqual(history[version])
        else history[version] = now
        expect(await flatRoot(chain.store)).toBe(chain.archive.head().stateRoot)
      }
      await chain.ledger.rewind(0n)
      expect(await mutable(chain.store)).toEqual(history[0])
    }),
    { numRuns: 25 },
  )
})

test('an archive answers what was produced', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(wish, { maxLength: 4 }), { minLength: 1, maxLength: 4 }), async (blocks) => {
      const chain = await openTestChain()
      const produced = []
      for (const wishes of blocks) produced.push(await chain.produce(...transactionsOf(chain, wishes)))
      const { archive } = await openTestChain(chain.store)
      for (const { block: made, receipts } of produced) {
        expect(archive.block(made.hash)).toStrictEqual(made)
        expect(archive.receipts(made.hash)).toStrictEqual(receipts)
      }
      const found = archive.logs({ fromBlock: 0n, toBlock: 9n, addresses: [], topics: [] })
      const logged = produced.flatMap(({ receipts }) => receipts.flatMap(({ logs }) => logs))
      expect(found.map(({ address: at, topics, data }) => ({ address: at, topics, data }))).toEqual(logged)
      for (const { topics } of logged) {
        const same = archive.logs({ fromBlock: 0n, toBlock: 9n, addresses: [KEEPER], topics: [topics] })
        expect(same).toEqual(found.filter((log) => log.topics[0] === topics[0]))
      }
    }),
    { numRuns: 25 },
  )
})
