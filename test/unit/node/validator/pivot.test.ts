import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Archive } from '../../../../src/chain/index.ts'
import { chainKeys } from '../../../../src/chain/records/keys.ts'
import { type Env, RULES, stakeWeightedLeader } from '../../../../src/consensus/index.ts'
import { MAX_RESPONSE_BYTES, type PeerName, type Transport } from '../../../../src/network/index.ts'
import {
  decodePivot,
  encodePivot,
  extendProof,
  firstProven,
  provePivot,
} from '../../../../src/node/validator/sync/pivot.ts'
import { serveState } from '../../../../src/node/validator/sync/stateServer.ts'
import {
  decodeList,
  decodeQuestion,
  encodeQuestion,
  MAX_KNOWN_EPOCHS,
  RECEIPTS_PIECE_BYTES,
} from '../../../../src/node/validator/sync/stateWire.ts'
import { BaseError, type Bytes, concatBytes, ZERO_ADDRESS } from '../../../../src/primitives/index.ts'
import { createMemoryStore, type Store } from '../../../../src/state/index.ts'
import { type FinalChain, finalChain, longScheme } from '../../../harness/validator/finalChain.ts'

const PEER = 'peer' as PeerName

/** A node that serves this chain, and what is in its store: its handler, and how many blocks it has read. */
function served(chain: FinalChain, store: Store = createMemoryStore()) {
  let reads = 0
  const blamed: PeerName[] = []
  let handler: ((from: PeerName, bytes: Bytes) => Promise<Bytes>) | undefined
  const transport = {
    serve(_protocol: string, serve: typeof handler) {
      handler = serve
    },
    blame: (peer: PeerName) => blamed.push(peer),
  } as unknown as Transport
  const at = (height: number) => {
    reads += 1
    return chain.at(height)
  }
  serveState({
    transport,
    reader: store,
    archive: { head: () => ({ blockNumber: BigInt(chain.headHeight) }), firstBlock: () => 0n } as unknown as Archive,
    consensus: chain.config,
    finalBlocks: { at, record: () => undefined as never },
    successions: { haveChanged: () => false } as never,
  })
  const ask = (bytes: Bytes): Promise<Bytes> => {
    if (handler === undefined) throw new Error('it serves')
    return handler(PEER, bytes)
  }
  const takeReads = (): number => {
    const taken = reads
    reads = 0
    return taken
  }
  return { ask, blamed, takeReads }
}

function envOf({ config }: FinalChain): Env {
  return {
    nowMs: 0,
    self: ZERO_ADDRESS,
    sign: () => new Uint8Array(),
    scheme: longScheme,
    leader: stakeWeightedLeader,
    config,
    rules: RULES,
  }
}

test('a chain of 7,200 epochs is proved in parts, each bounded in bytes and in blocks that are read', async () => {
  const chain = finalChain(43_200, 6)
  const { ask, blamed, takeReads } = served(chain)
  const env = envOf(chain)
  let proven = firstProven(env, chain.validators)
  let totalBytes = 0
  for (;;) {
    const bytes = await ask(encodeQuestion({ kind: 'pivot', known: proven.epochs.slice(-MAX_KNOWN_EPOCHS) }))
    expect(bytes.length).toBeLessThan(512 * 1024)
    expect(takeReads()).toBeLessThan(1_000)
    totalBytes += bytes.length
    const part = extendProof(proven, decodePivot(bytes), proven.epochs.length, env)
    if (part === undefined) throw new Error('each part proves something')
    proven = part.proven
    if (part.pivot === undefined) continue
    expect(part.pivot.height).toBeGreaterThan(chain.headHeight - 64)
    expect(part.pivot.epochs).toHaveLength(Math.floor(part.pivot.height / 6) + 1)
    break
  }
  // One answer for all of it, as it was once, would not fit into a message.
  expect(totalBytes).toBeGreaterThan(MAX_RESPONSE_BYTES.state)
  expect(blamed).toEqual([])
})

test('a part that was asked for before others proved more adds what is new, or nothing', () => {
  const chain = finalChain(900, 6)
  const env = envOf(chain)
  const provable = { ...chain, firstHeight: 0 }
  const none = firstProven(env, chain.validators)
  const first = provePivot(provable, none.epochs)
  if (first === undefined) throw new Error('it can be proved')
  expect(first.newest).toBeUndefined()
  const proven = extendProof(none, first, 1, env)?.proven
  if (proven === undefined) throw new Error('it proves')
  expect(proven.epochs).toHaveLength(65)
  expect(extendProof(proven, first, 1, env)?.proven).toBe(proven)
  const half = { epochs: first.epochs.slice(0, 20), newest: undefined }
  const some = extendProof(none, half, 1, env)?.proven
  if (some === undefined) throw new Error('it proves')
  expect(extendProof(some, first, 1, env)?.proven).toEqual(proven)
  const last = [2, 3].reduce((known) => {
    const part = provePivot(provable, known.epochs.slice(-MAX_KNOWN_EPOCHS))
    if (part === undefined) throw new Error('it can be proved')
    return extendProof(known, part, known.epochs.length, env)?.proven ?? known
  }, proven)
  expect(last.epochs.length).toBeGreaterThan(140)
  // The pivot of somebody who is behind is one of the epochs that are known.
  const short = provePivot({ ...provable, headHeight: 300 }, none.epochs)
  const pivot = short && extendProof(last, short, 1, env)?.pivot
  expect(pivot?.epochs).toHaveLength(Math.floor((pivot?.height ?? 0) / 6) + 1)
  // Nothing at all is no part.
  expect(extendProof(none, { epochs: [], newest: undefined }, 1, env)).toBeUndefined()
  expect(decodePivot(encodePivot(first))).toEqual(first)
})

test('receipts of a block come in pieces that fit into a message, however long they are', async () => {
  const receipts = new Uint8Array(MAX_RESPONSE_BYTES.state + 5_000).map((_, index) => index)
  const store = createMemoryStore()
  await store.write([{ key: chainKeys.receipts(7n), value: receipts }])
  const { ask } = served(finalChain(20, 6), store)
  const pieces: Bytes[] = []
  for (let offset = 0; pieces.at(-1)?.length === RECEIPTS_PIECE_BYTES || offset === 0; offset += RECEIPTS_PIECE_BYTES) {
    const answer = await ask(encodeQuestion({ kind: 'receipts', number: 7n, offset }))
    expect(answer.length).toBeLessThanOrEqual(MAX_RESPONSE_BYTES.state)
    pieces.push(decodeList(answer)[0] ?? new Uint8Array())
  }
  expect(Buffer.compare(concatBytes(...pieces), receipts)).toBe(0)
})

test('a header or a code too long for a message is refused, and nobody is blamed', async () => {
  const store = createMemoryStore()
  await store.write([{ key: chainKeys.header(0n), value: new Uint8Array(MAX_RESPONSE_BYTES.state) }])
  const { ask, blamed } = served(finalChain(20, 6), store)
  await expect(ask(encodeQuestion({ kind: 'headers', number: 0n, count: 1 }))).rejects.toMatchObject({
    code: 'STATE_NOT_HERE',
  })
  expect(blamed).toEqual([])
})

test('no question about a state, whatever is in it, meets an assertion or an answer that fits nowhere', async () => {
  const { ask } = served(finalChain(120, 6))
  const number = fc.oneof(fc.nat(130), fc.maxSafeNat())
  const question = fc.oneof(
    fc.tuple(number, fc.array(number, { minLength: 1, maxLength: MAX_KNOWN_EPOCHS })).map(([first, rounds]) =>
      encodeQuestion({
        kind: 'pivot',
        known: rounds
          .map((startRound, index) => ({ epoch: first + index, startRound }))
          .filter(({ epoch }) => Number.isSafeInteger(epoch)),
      }),
    ),
    fc
      .tuple(fc.bigInt(0n, 2n ** 64n - 1n), fc.nat(65_535))
      .map(([at, count]) => encodeQuestion({ kind: 'headers', number: at, count })),
    fc
      .tuple(fc.bigInt(0n, 2n ** 64n - 1n), fc.nat(2 ** 32 - 1))
      .map(([at, offset]) => encodeQuestion({ kind: 'receipts', number: at, offset })),
    fc.uint8Array({ maxLength: 64 }),
  )
  await fc.assert(
    fc.asyncProperty(question, async (bytes) => {
      try {
        expect((await ask(bytes)).length).toBeLessThanOrEqual(MAX_RESPONSE_BYTES.state)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(BaseError)
      }
    }),
    { numRuns: 500 },
  )
})

test('epochs that are asked from are some that follow each other', () => {
  const epochs = (...numbers: number[]) => numbers.map((epoch) => ({ epoch, startRound: 9 * epoch }))
  const known = epochs(3, 4, 5)
  expect(decodeQuestion(encodeQuestion({ kind: 'pivot', known }))).toEqual({ kind: 'pivot', known })
  for (const wrong of [[], epochs(1, 3), epochs(2, 1), epochs(...Array(MAX_KNOWN_EPOCHS + 1).keys())]) {
    expect(() => decodeQuestion(encodeQuestion({ kind: 'pivot', known: wrong }))).toThrow(/known epochs/)
  }
})
