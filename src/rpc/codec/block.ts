import type { Hash } from '../../primitives/index.ts'
import { inspect, toHash } from '../../primitives/index.ts'
import { isJsonObject } from '../json.ts'
import { type Codec, readMembers, refuse, required, withDefault } from './codec.ts'
import { boolean, hash, quantity64 } from './scalars.ts'

const TAGS = ['latest', 'pending', 'safe', 'finalized', 'earliest'] as const

/** A block's role. Blocks are final at once, so `safe` and `finalized` are `latest`. */
export type BlockTag = (typeof TAGS)[number]

/** Which block is meant. */
export type BlockReference =
  | { readonly kind: 'tag'; readonly tag: BlockTag }
  | { readonly kind: 'number'; readonly number: bigint }
  | { readonly kind: 'hash'; readonly hash: Hash }

/** A tag or a number: what the methods ByNumber take. */
export const blockNumber: Codec<BlockReference> = required('block number', (json, path) => {
  const tag = TAGS.find((known) => known === json)
  if (tag !== undefined) return { kind: 'tag', tag }
  return { kind: 'number', number: quantity64.decode(json, path) }
})

/** A hash: what the methods ByHash take. */
export const blockByHash: Codec<BlockReference> = required('block hash', (json, path) => ({
  kind: 'hash',
  hash: hash.decode(json, path),
}))

/** A tag, a number, a hash, or an object with one of the latter two. Source: EIP-1898. */
export const anyBlock: Codec<BlockReference> = required('block', (json, path) => {
  if (isJsonObject(json)) return fromObject(json, path)
  // A hash has 32 bytes written out, which no number of a block has.
  if (typeof json === 'string' && /^0x[0-9a-f]{64}$/i.test(json)) return { kind: 'hash', hash: toHash(json) }
  return blockNumber.decode(json, path)
})

/** {@link anyBlock}; missing means latest. */
export const block: Codec<BlockReference> = withDefault(anyBlock, { kind: 'tag', tag: 'latest' } as const)

function fromObject(json: Readonly<Record<string, unknown>>, path: string): BlockReference {
  const read = readMembers(json, path)
  const byHash = read('blockHash', hash)
  const byNumber = read('blockNumber', blockNumber)
  // There are no forks, so every block that is known is canonical.
  read('requireCanonical', boolean)
  if (byHash !== undefined && byNumber !== undefined) {
    return refuse(path, 'cannot specify both blockHash and blockNumber, choose one or the other')
  }
  if (byHash !== undefined) return { kind: 'hash', hash: byHash }
  return byNumber ?? refuse(path, `${inspect(json)} has neither blockHash nor blockNumber`)
}
