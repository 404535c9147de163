import { assert, HARDFORKS, type Rules, rulesOf, WASM_RULES_VERSIONS } from '../../primitives/index.ts'
import type { BlockContext } from '../../vm/index.ts'
import type { ByteReader } from './byteReader.ts'
import type { ByteWriter } from './byteWriter.ts'

/** What all transactions of a block share, for another thread. */
export type SharedContext = { readonly rules: Rules; readonly block: BlockContext }

/** Encodes a context. */
export function writeContext(out: ByteWriter, { rules, block }: SharedContext): void {
  out.byte(HARDFORKS.indexOf(rules.hardfork))
  out.byte(rules.wasmRules)
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
  const version = from.byte()
  const wasmRules = WASM_RULES_VERSIONS.find((known) => known === version)
  assert(hardfork !== undefined && wasmRules !== undefined, 'a block has known rules')
  return {
    rules: rulesOf(hardfork, wasmRules),
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
