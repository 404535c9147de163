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

/** Headers of one question: as many as BLOCKHASH may ask for. */
export const MAX_HEADERS = 256

/** What a node asks whose state is to come from others. Each answer is a list of byte strings but the first's. */
export type StateQuestion =
  /** The newest block whose state can be had, proved. */
  | { readonly kind: 'pivot' }
  /** Trie nodes and codes by hash: the answer has those of the first ones that fit, in order, empty for what is not there. */
  | { readonly kind: 'parts'; readonly hashes: readonly Hash[] }
  /** Ethereum headers that end with block `number`, ascending. */
  | { readonly kind: 'headers'; readonly number: bigint; readonly count: number }
  /** The receipts of block `number`, as stored: a list of one. */
  | { readonly kind: 'receipts'; readonly number: bigint }

const KINDS = ['pivot', 'parts', 'headers', 'receipts'] as const

export function encodeQuestion(question: StateQuestion): Bytes {
  return rlpEncode([integerBytes(BigInt(KINDS.indexOf(question.kind)), 8, 'question kind'), ...fieldsOf(question)])
}

function fieldsOf(question: StateQuestion): readonly RlpItem[] {
  switch (question.kind) {
    case 'pivot':
      return []
    case 'parts':
      return [question.hashes.map((hash) => fromHex(hash))]
    case 'headers':
      return [numberBytes(question.number), integerBytes(BigInt(question.count), 16, 'question count')]
    case 'receipts':
      return [numberBytes(question.number)]
  }
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
        return { kind }
      case 'parts':
        return { kind, hashes: fields.list('hashes', rlpHash) }
      case 'headers':
        return { kind, number: fields.integer('number', 64), count: Number(fields.integer('count', 16)) }
      case 'receipts':
        return { kind, number: fields.integer('number', 64) }
      default:
        throw new BaseError('RLP_INVALID_VALUE', 'there is no such question')
    }
  }
  const question = read()
  fields.end()
  return question
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
