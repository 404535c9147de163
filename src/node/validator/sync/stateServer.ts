import { type Archive, readHeaderBytes, readReceiptBytes } from '../../../chain/index.ts'
import type { ConsensusConfig } from '../../../consensus/index.ts'
import { MAX_RESPONSE_BYTES, type Transport } from '../../../network/index.ts'
import { BaseError, type Bytes, EMPTY_BYTES, type Hash } from '../../../primitives/index.ts'
import { readNamed, type StoreReader } from '../../../state/index.ts'
import type { FinalBlocks } from '../finalBlocks.ts'
import type { Successions } from '../succession.ts'
import { encodePivot, provePivot } from './pivot.ts'
import {
  decodeQuestion,
  encodeList,
  MAX_HASHES,
  MAX_HEADERS,
  RECEIPTS_PIECE_BYTES,
  type StateQuestion,
} from './stateWire.ts'

/** Bytes of trie nodes in one answer, above which no further one is added. */
const MAX_PARTS_BYTES = 1024 * 1024

export type StateServerParts = {
  readonly transport: Transport
  readonly reader: StoreReader
  readonly archive: Archive
  readonly consensus: ConsensusConfig
  readonly finalBlocks: FinalBlocks
  readonly successions: Successions
}

/**
 * Answers those whose state is to come from others. Trie nodes are kept for good, so every state since this node's first block can
 * be had here; how much of it at a time is the transport's limit of questions per peer.
 */
export function serveState(parts: StateServerParts): void {
  const { transport } = parts
  transport.serve('state', async (from, bytes) => {
    try {
      const question = decodeQuestion(bytes)
      const found = answer(parts, question)
      // Codes and headers of a genesis file may be of any length.
      if (found.length > MAX_RESPONSE_BYTES.state)
        throw notHere(`answer about ${question.kind} that fits into a message`)
      return found
    } catch (thrown) {
      if (thrown instanceof BaseError && thrown.code !== 'STATE_NOT_HERE') transport.blame(from)
      throw thrown
    }
  })
}

function answer(
  { reader, archive, consensus, finalBlocks, successions }: StateServerParts,
  question: StateQuestion,
): Bytes {
  switch (question.kind) {
    case 'pivot': {
      const head = Number(archive.head().blockNumber)
      // Whoever begins knows the first validators only, and what they have signed.
      if (successions.haveChanged()) throw notHere('a state that epoch 0 could prove: the validators have changed')
      const firstHeight = Number(archive.firstBlock())
      const chain = { at: finalBlocks.at, config: consensus, firstHeight, headHeight: head }
      const proof = provePivot(chain, question.known)
      if (proof === undefined) throw notHere('a state that could be proved')
      return encodePivot(proof)
    }
    case 'parts':
      return encodeList(partsOf(reader, question.hashes))
    case 'headers':
      return encodeList(headersOf(reader, question.number, question.count))
    case 'receipts': {
      const receipts = readReceiptBytes(reader, question.number)
      if (receipts === undefined) throw notHere(`receipts of block ${question.number}`)
      return encodeList([receipts.subarray(question.offset, question.offset + RECEIPTS_PIECE_BYTES)])
    }
  }
}

function partsOf(reader: StoreReader, hashes: readonly Hash[]): readonly Bytes[] {
  if (hashes.length > MAX_HASHES) throw new BaseError('RLP_INVALID_VALUE', `more than ${MAX_HASHES} hashes`)
  const parts: Bytes[] = []
  let size = 0
  for (const hash of hashes) {
    if (size > MAX_PARTS_BYTES) break
    const part = readNamed(reader, hash) ?? EMPTY_BYTES
    parts.push(part)
    size += part.length
  }
  return parts
}

function headersOf(reader: StoreReader, number: bigint, count: number): readonly Bytes[] {
  const headers: Bytes[] = []
  for (let at = number; at >= 0n && headers.length < Math.min(count, MAX_HEADERS); at -= 1n) {
    const header = readHeaderBytes(reader, at)
    if (header === undefined) break
    headers.push(header)
  }
  return headers.reverse()
}

function notHere(what: string): BaseError {
  return new BaseError('STATE_NOT_HERE', `this node has no ${what}`)
}
