import { existsSync, readFileSync } from 'node:fs'
import { createMPT } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { describe, expect, test } from 'vitest'
import { type Bytes, EMPTY_TRIE_ROOT, fromHex, hashFromBytes } from '../../../src/primitives/index.ts'
import { orderedTrieRoot, secureTrieRoot } from '../../../src/state/index.ts'
import { trieRoot } from '../../../src/state/trie/root.ts'

const fixtures = new URL('../../../../shared/fixtures/ethereum-tests/TrieTests/', import.meta.url)

type Pair = readonly [key: string, value: string | null]
type TrieCase = { readonly in: readonly Pair[] | Readonly<Record<string, string | null>>; readonly root: string }

const bytesOf = (text: string): Bytes => (text.startsWith('0x') ? fromHex(text) : new TextEncoder().encode(text))

/** What is left after all the puts and deletes of a case. */
function entriesOf({ in: input }: TrieCase): [Bytes, Bytes][] {
  const pairs: readonly Pair[] = Array.isArray(input) ? input : Object.entries(input)
  const left = new Map<string, string>()
  for (const [key, value] of pairs) {
    if (value === null) left.delete(key)
    else left.set(key, value)
  }
  return [...left].map(([key, value]) => [bytesOf(key), bytesOf(value)])
}

describe.skipIf(!existsSync(fixtures))("Ethereum's own trie tests (skipped without ../shared/fixtures)", () => {
  const files = [
    ['trietest.json', trieRoot],
    ['trieanyorder.json', trieRoot],
    ['trietest_secureTrie.json', secureTrieRoot],
    ['trieanyorder_secureTrie.json', secureTrieRoot],
    ['hex_encoded_securetrie_test.json', secureTrieRoot],
  ] as const
  const cases = files.flatMap(([file, rootOf]) => {
    const url = new URL(file, fixtures)
    if (!existsSync(url)) return []
    const parsed: Record<string, TrieCase> = JSON.parse(readFileSync(url, 'utf8'))
    return Object.entries(parsed).map(([name, content]) => ({ file, name, content, rootOf }))
  })
  test.each(cases)('$file $name', ({ content, rootOf }) => {
    expect(rootOf(entriesOf(content))).toBe(content.root)
  })
})

describe('roots of nothing', () => {
  test('of a trie, of a list', () => {
    expect([trieRoot([]), orderedTrieRoot([])]).toEqual([EMPTY_TRIE_ROOT, EMPTY_TRIE_ROOT])
  })
})

test('a list is keyed by RLP of the index, in which 0 comes after 127', async () => {
  const items = Array.from({ length: 200 }, (_, index) => new Uint8Array(40).fill(index))
  const oracle = await createMPT()
  for (const [index, item] of items.entries()) await oracle.put(RLP.encode(index), item)
  expect(orderedTrieRoot(items)).toBe(hashFromBytes(oracle.root()))
})
