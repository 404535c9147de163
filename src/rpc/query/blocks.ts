import type { Archive, Block } from '../../chain/index.ts'
import type { Hash } from '../../primitives/index.ts'
import type { StateView } from '../../state/index.ts'
import type { BlockReference } from '../codec/block.ts'
import { refused } from '../error.ts'

/** True for `pending`. */
export function isPending(reference: BlockReference): boolean {
  return reference.kind === 'tag' && reference.tag === 'pending'
}

/** The hash that a reference stands for; undefined when it is a number that no block has. `pending` is the head. */
function hashOf(archive: Archive, reference: BlockReference): Hash | undefined {
  switch (reference.kind) {
    case 'hash':
      return reference.hash
    case 'number':
      return archive.blockHash(reference.number)
    case 'tag':
      return reference.tag === 'earliest' ? archive.blockHash(0n) : archive.head().blockHash
  }
}

/** The block that is meant, if there is one. */
export function findBlock(archive: Archive, reference: BlockReference): Block | undefined {
  const hash = hashOf(archive, reference)
  return hash === undefined ? undefined : archive.block(hash)
}

/** The block that is meant. Throws geth's text. */
export function requireBlock(archive: Archive, reference: BlockReference): Block {
  const block = findBlock(archive, reference)
  if (block === undefined) throw refused('header not found')
  return block
}

/** The hash of a block whose state is known, and that state. Throws geth's text. */
export function requireState(
  archive: Archive,
  reference: BlockReference,
): { readonly blockHash: Hash; readonly state: StateView } {
  const blockHash = hashOf(archive, reference)
  const state = blockHash === undefined ? undefined : archive.stateAt(blockHash)
  if (blockHash === undefined) throw refused('header not found')
  if (state === undefined) {
    const isKnown = archive.header(blockHash) !== undefined
    throw refused(isKnown ? `historical state of block ${blockHash} is not available` : 'header not found')
  }
  return { blockHash, state }
}

/** The number that an end of a range means; an end that was left out, and `pending`, mean the head. */
export function numberOf(archive: Archive, reference: BlockReference | undefined): bigint {
  if (reference === undefined) return archive.head().blockNumber
  switch (reference.kind) {
    case 'number':
      return reference.number
    case 'hash':
      return requireBlock(archive, reference).header.number
    case 'tag':
      return reference.tag === 'earliest' ? 0n : archive.head().blockNumber
  }
}
