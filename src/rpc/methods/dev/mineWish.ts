import { type Codec, readMembers, required } from '../../codec/codec.ts'
import { integer, quantity64 } from '../../codec/scalars.ts'
import { isJsonObject } from '../../json.ts'

/** What `evm_mine` is asked for. */
export type MineWish = { readonly count: number; readonly timestampSeconds: bigint | undefined }

/** A timestamp, as Hardhat takes it, or `{blocks, timestamp}`, as anvil and Ganache do. */
export const mineWish: Codec<MineWish> = required('timestamp or {blocks, timestamp}', (json, path) => {
  if (!isJsonObject(json)) return { count: 1, timestampSeconds: quantity64.decode(json, path) }
  const read = readMembers(json, path)
  return { count: read('blocks', integer) ?? 1, timestampSeconds: read('timestamp', quantity64) }
})
