/**
 * `npm run bench -- trie [--slots 20000]`: slots of one account written into a state trie, in batches as blocks do it, against
 * @ethereumjs/mpt in the same run. Processor time; both must come to the same root after every batch.
 */
import { parseArgs } from 'node:util'
import { createMPT } from '@ethereumjs/mpt'
import {
  type Address,
  type Bytes,
  EMPTY_CODE_HASH,
  EMPTY_TRIE_ROOT,
  fromHex,
  type Hash,
  hashFromBytes,
  keccak256,
  keccakHash,
  toHex,
  type Word,
  wordFromBytes,
  wordToBytes,
} from '../../../src/primitives/index.ts'
import { createMptTrie } from '../../../src/state/index.ts'
import { encodeAccount, encodeSlotValue } from '../../../src/state/trie/account.ts'
import { startClocks } from '../evm/clocks.ts'

const { values } = parseArgs({ options: { slots: { type: 'string', default: '20000' } } })
const slotCount = Number(values.slots)
const ADDRESS: Address = `0x${'0f'.repeat(20)}` as Address
const account = { nonce: 1n, balanceWei: 0n, codeHash: EMPTY_CODE_HASH }

const number = (seed: number): Word => wordFromBytes(keccak256(wordToBytes(BigInt(seed))))
type Write = readonly [slot: Word, value: Word]
const fresh = Array.from({ length: slotCount }, (_, index): Write => [number(index), number(-1 - index + 2 ** 40)])
const bySlot = (writes: readonly Write[]): readonly Write[] => [...writes].sort(([a], [b]) => (a < b ? -1 : 1))

/** Every `step`-th slot gets another value, every `step * 4`-th goes. */
function rewrite(step: number, salt: number): readonly Write[] {
  return fresh
    .filter((_, index) => index % step === 0)
    .map(([slot], index): Write => [slot, index % 4 === 3 ? 0n : number(salt + index)])
}

const nodes = new Map<Hash, Bytes>()
const ours = createMptTrie((hash) => nodes.get(hash))
const theirs = await createMPT({ useKeyHashing: true, useKeyHashingFunction: keccak256 })
let root: Hash = EMPTY_TRIE_ROOT

console.log(`microseconds of processor time a slot, ${slotCount} slots of one account`)
console.log('batch'.padEnd(28) + ['evmpp', 'ethereumjs', 'ratio'].map((cell) => cell.padStart(12)).join(''))
await batch(`${slotCount} new slots`, fresh)
// Twice: the first time V8 makes up its mind.
for (const salt of [1, 2]) {
  for (const step of [1_000, 100, 10])
    await batch(`1 in ${step}, 3 of 4 rewritten`, rewrite(step, (step + salt) * 2 ** 41))
}

async function batch(name: string, writes: readonly Write[]): Promise<void> {
  const storage = bySlot(writes)
  const ourClock = startClocks()
  const update = await ours.apply(root, [{ address: ADDRESS, account, code: undefined, storageReset: false, storage }])
  const our = ourClock().cpuMs
  const theirClock = startClocks()
  for (const [slot, value] of storage) {
    if (value === 0n) await theirs.del(wordToBytes(slot))
    else await theirs.put(wordToBytes(slot), encodeSlotValue(value))
  }
  const their = theirClock().cpuMs
  for (const { hash, bytes } of update.nodes) nodes.set(hash, bytes)
  root = update.root
  check(hashFromBytes(theirs.root()))
  const cells = [our, their].map((ms) => ((ms / writes.length) * 1_000).toFixed(1))
  console.log(name.padEnd(28) + [...cells, (their / our).toFixed(1)].map((cell) => cell.padStart(12)).join(''))
}

/** The account's trie holds one leaf, whose storage root is theirs. */
function check(storageRoot: Hash): void {
  const path = Uint8Array.of(0x20, ...keccak256(fromHex(ADDRESS)))
  const record = encodeAccount({ account, storageRoot })
  const leaf = Uint8Array.of(
    0xf8,
    path.length + record.length + 3,
    0x80 + path.length,
    ...path,
    0xb8,
    record.length,
    ...record,
  )
  const expected = keccakHash(leaf)
  if (root !== expected) throw new Error(`the root is ${root}, expected ${expected}: ${toHex(leaf)}`)
}
