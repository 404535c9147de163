import { expect, test } from 'vitest'
import { decodePayload, encodePayload } from '../../../src/chain/ordered/payload.ts'
import { rlpEncode } from '../../../src/primitives/index.ts'
import { signed } from '../../harness/testChain.ts'

const transactions = [signed(0, 0n), signed(0, 1n), signed(1, 0n)]
const reading = { maxTransactions: 3, known: () => undefined, pause: async () => undefined }

test('what was encoded is read back, senders included', async () => {
  expect(await decodePayload(encodePayload(transactions), reading)).toEqual(transactions)
  expect(await decodePayload(encodePayload([]), reading)).toEqual([])
})

test('known transactions are taken as they are', async () => {
  const [first] = transactions
  const read = await decodePayload(encodePayload(transactions), { ...reading, known: () => first })
  expect(read?.every((transaction) => transaction === first)).toBe(true)
})

test('bytes that are no list of transactions, and too many of them, are none', async () => {
  const refused = [
    Uint8Array.of(0x01),
    rlpEncode(new Uint8Array(3)),
    rlpEncode([[]]),
    rlpEncode([Uint8Array.of(0x02, 0xc0)]),
    encodePayload([...transactions, signed(2, 0n)]),
  ]
  for (const body of refused) expect(await decodePayload(body, reading)).toBeUndefined()
})
