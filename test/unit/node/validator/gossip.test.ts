import { describe, expect, test } from 'vitest'
import { createTransactionReader, decodeInTurns, MAX_CREATION_BYTES } from '../../../../src/chain/index.ts'
import { MAX_MESSAGE_BYTES, type PeerName, type Transport } from '../../../../src/network/index.ts'
import { createForwarder } from '../../../../src/node/validator/forwarder.ts'
import { createIntake } from '../../../../src/node/validator/intake.ts'
import {
  decodeTransactionMessage,
  encodeAcknowledged,
  encodeForwarded,
} from '../../../../src/node/validator/transactionWire.ts'
import type { Address, Bytes, Hash, SignedTransaction } from '../../../../src/primitives/index.ts'
import { EventClock } from '../../../harness/network/eventClock.ts'
import { signed } from '../../../harness/testChain.ts'
import { addr } from '../../../harness/world.ts'

const [alpha, beta] = [addr(0xa), addr(0xb)]

function forwarding(leaders: readonly Address[] = [alpha, beta]) {
  const clock = new EventClock()
  const sends: { atMs: number; to: PeerName; hashes: readonly Hash[]; byteLength: number }[] = []
  const startMs = clock.nowMs()
  const transport: Pick<Transport, 'send' | 'peers'> = {
    send(to, _channel, bytes) {
      const message = decodeTransactionMessage(bytes)
      const raws = message?.kind === 'transactions' ? message.raws : []
      const hashes = raws.map((raw) => all.find((one) => Buffer.compare(one.raw, raw) === 0)?.hash ?? '0x')
      sends.push({ atMs: clock.nowMs() - startMs, to, hashes: hashes as Hash[], byteLength: bytes.length })
    },
    peers: () => [alpha, beta].map((peer) => ({ peer })) as unknown as ReturnType<Transport['peers']>,
  }
  const all: SignedTransaction[] = []
  const gone = new Set<Hash>()
  const forwarder = createForwarder({
    transport: transport as Transport,
    clock,
    nextLeaders: () => leaders,
    isWaiting: (hash) => !gone.has(hash),
  })
  const forward = (transaction: SignedTransaction): void => {
    all.push(transaction)
    forwarder.forward(transaction)
  }
  return { clock, sends, forwarder, forward, gone }
}

describe('a transaction that is passed on', () => {
  test('goes to the next leaders, and again at growing intervals while nobody says that it has it', async () => {
    const { clock, sends, forward } = forwarding([alpha])
    forward(signed(0, 0n))
    await clock.advance(40_000)
    const times = sends.map(({ atMs }) => atMs)
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    expect(times.length).toBeGreaterThan(4)
    expect(times.length).toBeLessThan(12)
    expect(Math.max(...gaps)).toBeLessThan(9_000)
    expect(gaps[0]).toBeLessThan(gaps.at(-1) ?? 0)
  })

  test('fits into a message when it is as large as the pool takes', async () => {
    const creation = (byteLength: number) => signed(0, 0n, { to: undefined, data: new Uint8Array(byteLength) })
    const overheadBytes = creation(200_000).raw.length - 200_000
    for (const byteLength of [MAX_CREATION_BYTES, MAX_CREATION_BYTES - 3]) {
      const transaction = creation(byteLength - overheadBytes)
      expect(transaction.raw.length).toBe(byteLength)
      const { clock, sends, forward } = forwarding([alpha])
      forward(transaction)
      await clock.advance(100)
      expect(sends).toMatchObject([{ to: alpha, hashes: [transaction.hash] }])
      expect(sends[0]?.byteLength).toBeLessThanOrEqual(MAX_MESSAGE_BYTES.transactions)
      // Whoever has no vote may pass it on as well.
      const taken: SignedTransaction[] = []
      const intake = createIntake({
        reader: createTransactionReader(
          { get: () => undefined },
          decodeInTurns(async () => undefined),
        ),
        clock,
        receive: (one) => {
          taken.push(one)
          return { kind: 'rejected', rejection: { code: 'POOL_FULL', message: '' } }
        },
        isKnown: () => false,
        blame: () => undefined,
        acknowledge: () => undefined,
        onFailure: () => undefined,
      })
      intake.take('stranger' as PeerName, [transaction.raw])
      await clock.advance(100)
      expect(taken.map(({ hash }) => hash)).toEqual([transaction.hash])
    }
  })

  test('is not sent again to whom has acknowledged it, nor once it is mined', async () => {
    const { clock, sends, forwarder, forward, gone } = forwarding()
    const transaction = signed(0, 0n)
    forward(transaction)
    await clock.advance(100)
    forwarder.acknowledged(alpha, [transaction.hash])
    await clock.advance(10_000)
    expect(sends.filter(({ to }) => to === alpha).length).toBe(1)
    expect(sends.filter(({ to }) => to === beta).length).toBeGreaterThan(2)
    gone.add(transaction.hash)
    await clock.advance(1_000)
    const before = sends.length
    await clock.advance(20_000)
    expect(sends.length).toBe(before)
  })
})

describe('messages', () => {
  test('are read as they were written; others are refused', () => {
    const { raw, hash } = signed(0, 0n)
    expect(decodeTransactionMessage(encodeForwarded([raw, raw]))).toEqual({ kind: 'transactions', raws: [raw, raw] })
    expect(decodeTransactionMessage(encodeAcknowledged([hash]))).toEqual({ kind: 'acknowledged', hashes: [hash] })
    expect(decodeTransactionMessage(encodeAcknowledged(['0x00' as Hash]))).toBeUndefined()
    expect(decodeTransactionMessage(new Uint8Array([1]))).toBeUndefined()
    expect(decodeTransactionMessage(new Uint8Array([0xc3, 0xc0, 0xc0, 0xc0]))).toBeUndefined()
  })
})

describe('what peers send', () => {
  function taking() {
    const clock = new EventClock()
    const order: Address[] = []
    const acknowledged: { peer: PeerName; count: number }[] = []
    const blamed: PeerName[] = []
    const intake = createIntake({
      reader: createTransactionReader(
        { get: () => undefined },
        decodeInTurns(async () => undefined),
      ),
      clock,
      receive(transaction) {
        order.push(transaction.sender)
        return transaction.nonce === 999n
          ? { kind: 'rejected', rejection: { code: 'POOL_FULL', message: 'full' } }
          : { kind: 'ready', replaced: undefined }
      },
      isKnown: () => false,
      blame: (peer) => blamed.push(peer),
      acknowledge: (peer, hashes) => acknowledged.push({ peer, count: hashes.length }),
      onFailure: (error) => {
        throw error
      },
    })
    return { clock, intake, order, acknowledged, blamed }
  }
  const stranger = '12D3KooWstranger' as PeerName
  const raws = (sender: number, count: number): readonly Bytes[] =>
    Array.from({ length: count }, (_, nonce) => signed(sender, BigInt(nonce)).raw)

  test('is taken in turns: a flood of one does not keep another waiting', async () => {
    const { clock, intake, order } = taking()
    intake.take(alpha, raws(0, 300))
    intake.take(beta, raws(1, 3))
    await clock.advance(10)
    const last = order.lastIndexOf(signed(1, 0n).sender)
    expect(order.length).toBe(303)
    expect(last).toBeLessThan(200)
  })

  test('is acknowledged when the pool has it, and only then', async () => {
    const { clock, intake, acknowledged } = taking()
    intake.take(alpha, [signed(0, 0n).raw, signed(0, 999n).raw])
    await clock.advance(10)
    expect(acknowledged).toEqual([{ peer: alpha, count: 1 }])
  })

  test('by a stranger is bounded in memory and in time; a validator is served meanwhile', async () => {
    const { clock, intake, order } = taking()
    const flood = raws(0, 200)
    for (let round = 0; round < 40; round += 1) intake.take(stranger, flood)
    await clock.advance(1)
    expect(order.length).toBe(64)
    intake.take(alpha, raws(1, 10))
    await clock.advance(1)
    expect(order.length).toBe(74)
    await clock.advance(60_000)
    // 256 KiB of about 110 bytes each, not 8,000.
    expect(order.length).toBeLessThan(3_000)
  })

  test('that is no transaction is blamed, and the rest of it is not looked at', async () => {
    const { clock, intake, order, blamed } = taking()
    intake.take(alpha, [signed(0, 0n).raw, new Uint8Array([2, 1]), ...raws(1, 100)])
    await clock.advance(10)
    expect(blamed).toEqual([alpha])
    expect(order.length).toBeLessThan(70)
  })
})
