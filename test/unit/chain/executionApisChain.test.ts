import { existsSync, readFileSync } from 'node:fs'
import { RLP } from '@ethereumjs/rlp'
import { describe, expect, test } from 'vitest'
import {
  decodeHeader,
  encodeBlock,
  encodeHeader,
  hashHeader,
  nextBaseFee,
  nextExcessBlobGas,
  sealBlock,
} from '../../../src/chain/index.ts'
import {
  type Bytes,
  decodeTransaction,
  type RlpItem,
  rlpEncode,
  rulesOf,
  toHex,
} from '../../../src/primitives/index.ts'
import { orderedTrieRoot } from '../../../src/state/index.ts'

/** A chain that go-ethereum wrote: from Frontier to Osaka in 54 blocks. */
const FIXTURE = new URL('../../../../shared/fixtures/execution-apis/tests/chain.rlp', import.meta.url)
const isPresent = existsSync(FIXTURE)
if (!isPresent) console.log(`skipped: ${FIXTURE.pathname} is absent`)

type RawBlock = {
  readonly header: Bytes
  readonly transactions: readonly Bytes[]
  readonly bytes: Bytes
  readonly fields: number
  readonly withdrawals: number
}

function readChain(): readonly RawBlock[] {
  const blocks: RawBlock[] = []
  let rest: Bytes = Uint8Array.from(readFileSync(FIXTURE))
  while (rest.length > 0) {
    const { data, remainder } = RLP.decode(rest, true)
    const [header, transactions, , withdrawals] = data as unknown as [RlpItem[], RlpItem[], RlpItem[], RlpItem[]?]
    blocks.push({
      header: rlpEncode(header),
      transactions: transactions.map((item) => (item instanceof Uint8Array ? item : rlpEncode(item))),
      bytes: rest.subarray(0, rest.length - remainder.length),
      fields: header.length,
      withdrawals: withdrawals?.length ?? 0,
    })
    rest = remainder
  }
  return blocks
}

describe.skipIf(!isPresent)("go-ethereum's chain", () => {
  const chain = isPresent ? readChain() : []
  const ours = chain.filter(({ fields }) => fields >= 20)

  test('has blocks of Cancun and of Prague and later', () => {
    expect(new Set(ours.map(({ fields }) => fields))).toEqual(new Set([20, 21]))
  })

  test('every transaction decodes, and its bytes give the transactions root', () => {
    const all = chain.flatMap(({ transactions }) => transactions)
    const types = all.map((raw) => decodeTransaction(raw)).map(({ type }) => type)
    expect(new Set(types)).toEqual(new Set([0, 1, 2, 3, 4]))
    for (const { header, transactions } of ours) {
      expect(decodeHeader(header).transactionsRoot).toBe(orderedTrieRoot(transactions))
    }
  })

  test('headers name each other by the hash that we compute', () => {
    for (const [index, { header }] of ours.entries()) {
      expect(toHex(encodeHeader(decodeHeader(header)))).toBe(toHex(header))
      const next = ours[index + 1]
      if (next !== undefined) expect(decodeHeader(next.header).parentHash).toBe(hashHeader(decodeHeader(header)))
    }
  })

  test('blocks without withdrawals have the bytes and the size that it wrote', () => {
    const plain = ours.filter(({ withdrawals }) => withdrawals === 0)
    expect(plain.length).toBeGreaterThan(5)
    for (const { header, transactions, bytes } of plain) {
      const block = sealBlock(decodeHeader(header), transactions.map(decodeTransaction))
      expect(toHex(encodeBlock(block))).toBe(toHex(bytes))
      expect(block.sizeBytes).toBe(bytes.length)
    }
  })

  test('base fee and excess blob gas follow from the parent', () => {
    for (const [index, { header }] of ours.entries()) {
      const next = ours[index + 1]
      if (next === undefined) continue
      const [parent, child] = [decodeHeader(header), decodeHeader(next.header)]
      expect(nextBaseFee(parent)).toBe(child.baseFeeWei)
      if (child.timestampSeconds >= 510n) continue // Blob parameters of later forks are not ours.
      const rules = rulesOf(
        child.timestampSeconds >= 480n ? 'osaka' : child.timestampSeconds >= 450n ? 'prague' : 'cancun',
      )
      expect(nextExcessBlobGas(rules, parent)).toBe(child.excessBlobGas)
    }
  })
})
