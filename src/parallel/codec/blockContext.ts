import { assert, HARDFORKS, type Hardfork } from '../../primitives/index.ts'
import type { BlockContext } from '../../vm/index.ts'
import type { ByteReader } from './byteReader.ts'
import type { ByteWriter } from './byteWriter.ts'

/** What all transactions of a block share, for another thread. */
export type SharedContext = { readonly hardfork: Hardfork; readonly block: BlockContext }

/** Encodes a context. */
export function writeContext(out: ByteWriter, { hardfork, block }: SharedContext): void {
  out.byte(HARDFORKS.indexOf(hardfork))
  out.number(block.number)
  out.number(block.timestampSeconds)
  out.number(block.gasLimit)
  out.number(block.baseFeeWei)
  out.number(block.blobBaseFeeWei)
  out.address(block.coinbase)
  out.hash(block.prevRandao)
  out.number(block.chainId)
}

/** The inverse of {@link writeContext}. */
export function readContext(from: ByteReader): SharedContext {
  const hardfork = HARDFORKS[from.byte()]
  assert(hardfork !== undefined, 'a block has the rules of a known fork')
  return {
    hardfork,
    block: {
      number: from.number(),
      timestampSeconds: from.number(),
      gasLimit: from.number(),
      baseFeeWei: from.number(),
      blobBaseFeeWei: from.number(),
      coinbase: from.address(),
      prevRandao: from.hash(),
      chainId: from.number(),
    },
  }
}
