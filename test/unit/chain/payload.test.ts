import { expect, test } from 'vitest'
import type { Mempool } from '../../../src/chain/index.ts'
import { decodePayload, encodePayload, rawTransactionsOf } from '../../../src/chain/ordered/payload.ts'
import { createTransactionReader, decodeInTurns } from '../../../src/chain/ordered/transactionReader.ts'
import { type Bytes, fromHex, rlpEncode, toAddress } from '../../../src/primitives/index.ts'
import { signed } from '../../harness/testChain.ts'

const transactions = [signed(0, 0n), signed(0, 1n), signed(1, 0n)]
const feeRecipient = toAddress(`0x${'fe'.repeat(20)}`)
const content = { feeRecipient, transactions }
const decodeAll = decodeInTurns(async () => undefined)
const emptyPool = { get: () => undefined }
const readingWith = (pool: Pick<Mempool, 'get'>) => ({
  maxTransactions: 3,
  reader: createTransactionReader(pool, decodeAll),
})
const reading = readingWith(emptyPool)

test('what was encoded is read back, senders included', async () => {
  expect(await decodePayload(encodePayload(content), reading)).toEqual(content)
  const empty = { feeRecipient, transactions: [] }
  expect(await decodePayload(encodePayload(empty), reading)).toEqual(empty)
  expect(rawTransactionsOf(encodePayload(content))).toEqual(transactions.map(({ raw }) => raw))
})

test('known transactions are taken as they are', async () => {
  const [first] = transactions
  const read = await decodePayload(encodePayload(content), readingWith({ get: () => first }))
  expect(read?.transactions.every((transaction) => transaction === first)).toBe(true)
})

test('a transaction that was decoded is known, until many others were', async () => {
  const asked: Bytes[] = []
  const reader = createTransactionReader(emptyPool, (raws) => {
    asked.push(...raws)
    return decodeAll(raws)
  })
  const [first = signed(0, 0n), second = signed(0, 1n)] = transactions
  expect(await reader.read([first.raw, Uint8Array.of(0x02, 0xc0), second.raw])).toEqual([first, undefined, second])
  // Each has 2 MiB of data: four make a generation, and the second generation after it forgets the first.
  const large = (nonce: bigint) => signed(1, nonce, { data: new Uint8Array(2 * 1024 * 1024) })
  for (let nonce = 0n; nonce < 4n; nonce += 1n) await reader.read([large(nonce).raw])
  asked.length = 0
  expect(await reader.read([second.raw, first.raw])).toEqual([second, first])
  expect(asked).toEqual([])
  for (let nonce = 4n; nonce < 8n; nonce += 1n) await reader.read([large(nonce).raw])
  asked.length = 0
  expect(await reader.read([first.raw])).toEqual([first])
  expect(asked).toEqual([first.raw])
})

test('bytes that are no fee recipient and list of transactions, and too many of them, are none', async () => {
  const refused = [
    Uint8Array.of(0x01),
    rlpEncode(new Uint8Array(3)),
    rlpEncode([]),
    rlpEncode([[]]),
    rlpEncode([Uint8Array.of(0x02, 0xc0)]),
    rlpEncode(transactions.map(({ raw }) => raw)),
    rlpEncode([fromHex(feeRecipient)]),
    rlpEncode([fromHex(feeRecipient).subarray(1), []]),
    rlpEncode([fromHex(feeRecipient), fromHex(feeRecipient)]),
    rlpEncode([fromHex(feeRecipient), [[]]]),
    rlpEncode([fromHex(feeRecipient), [Uint8Array.of(0x02, 0xc0)]]),
    rlpEncode([fromHex(feeRecipient), [], []]),
    encodePayload({ feeRecipient, transactions: [...transactions, signed(2, 0n)] }),
  ]
  for (const body of refused) expect(await decodePayload(body, reading)).toBeUndefined()
})
