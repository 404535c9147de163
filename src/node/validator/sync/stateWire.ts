import type { EpochStart } from '../../../consensus/index.ts'
import {
  BaseError,
  type Bytes,
  fromHex,
  type Hash,
  integerBytes,
  type RlpItem,
  readFields,
  rlpBytes,
  rlpDecode,
  rlpEncode,
  rlpHash,
} from '../../../primitives/index.ts'

/** Hashes of one question. Their frame fits into the protocol's. */
export const MAX_HASHES = 256

/** Epochs that a question names. Those of one run of blocks are two, or a few more where epochs are shorter than the delay. */
export const MAX_KNOWN_EPOCHS = 32

/** Bytes of receipts in one answer. */
export const RECEIPTS_PIECE_BYTES = 1024 * 1024

/** Headers of one question: as many as BLOCKHASH may ask for. */
export const MAX_HEADERS = 256

/** What a node asks whose state is to come from others. Each answer is a list of byte strings but the first's. */
export type StateQuestion =
  /**
   * The next part of the proof of the newest block whose state can be had. `known` ends with the newest epoch that is proved
   * already, after those before it that its rounds may be told from; ascending, from 1 to {@link MAX_KNOWN_EPOCHS}.
   */
  | { readonly kind: 'pivot'; readonly known: readonly EpochStart[] }
  /** Trie nodes and codes by hash: the answer has those of the first ones that fit, in order, empty for what is not there. */
  | { readonly kind: 'parts'; readonly hashes: readonly Hash[] }
  /** Ethereum headers that end with block `number`, ascending. */
  | { readonly kind: 'headers'; readonly number: bigint; readonly count: number }
  /** The receipts of block `number`, as stored, from byte `offset` on: a list of one piece, shorter than
   *  {@link RECEIPTS_PIECE_BYTES} when it is the last. */
  | { readonly kind: 'receipts'; readonly number: bigint; readonly offset: number }

const KINDS = ['pivot', 'parts', 'headers', 'receipts'] as const

export function encodeQuestion(question: StateQuestion): Bytes {
  return rlpEncode([integerBytes(BigInt(KINDS.indexOf(question.kind)), 8, 'question kind'), ...fieldsOf(question)])
}

function fieldsOf(question: StateQuestion): readonly RlpItem[] {
  switch (question.kind) {
    case 'pivot':
      return [question.known.map(({ epoch, startRound }) => [roundBytes(epoch), roundBytes(startRound)])]
    case 'parts':
      return [question.hashes.map((hash) => fromHex(hash))]
    case 'headers':
      return [numberBytes(question.number), integerBytes(BigInt(question.count), 16, 'question count')]
    case 'receipts':
      return [numberBytes(question.number), integerBytes(BigInt(question.offset), 32, 'question offset')]
  }
}

/** Rounds and epochs are numbers that JavaScript holds exactly. */
function roundBytes(round: number): Bytes {
  return integerBytes(BigInt(round), 53, 'question round')
}

function numberBytes(number: bigint): Bytes {
  return integerBytes(number, 64, 'question number')
}

/** The inverse of {@link encodeQuestion}. Throws a `BaseError`. */
export function decodeQuestion(bytes: Bytes): StateQuestion {
  const fields = readFields(rlpDecode(bytes), 'question')
  const kind = KINDS[Number(fields.integer('kind', 8))]
  const read = (): StateQuestion => {
    switch (kind) {
      case 'pivot':
        return { kind, known: knownEpochs(fields.list('known', (item) => item)) }
      case 'parts':
        return { kind, hashes: fields.list('hashes', rlpHash) }
      case 'headers':
        return { kind, number: fields.integer('number', 64), count: Number(fields.integer('count', 16)) }
      case 'receipts':
        return { kind, number: fields.integer('number', 64), offset: Number(fields.integer('offset', 32)) }
      default:
        throw new BaseError('RLP_INVALID_VALUE', 'there is no such question')
    }
  }
  const question = read()
  fields.end()
  return question
}

function knownEpochs(items: readonly RlpItem[]): readonly EpochStart[] {
  const known = items.map((item) => {
    const fields = readFields(item, 'epoch')
    const [epoch, startRound] = [fields.integer('number', 53), fields.integer('start', 53)]
    fields.end()
    return { epoch: Number(epoch), startRound: Number(startRound) }
  })
  const follow = known.every(({ epoch }, index) => epoch === (known[0]?.epoch ?? 0) + index)
  if (known.length < 1 || known.length > MAX_KNOWN_EPOCHS || !follow) {
    throw new BaseError('RLP_INVALID_VALUE', `the known epochs are not 1 to ${MAX_KNOWN_EPOCHS} that follow each other`)
  }
  return known
}

export function encodeList(items: readonly Bytes[]): Bytes {
  return rlpEncode(items)
}

/** The inverse of {@link encodeList}. Throws a `BaseError`. */
export function decodeList(bytes: Bytes): readonly Bytes[] {
  const items = rlpDecode(bytes)
  if (items instanceof Uint8Array) throw new BaseError('RLP_INVALID_VALUE', 'the answer is not a list')
  return items.map((item) => rlpBytes(item, 'item'))
}
