import { assert, type Bytes, EMPTY_BYTES, EMPTY_CODE_HASH, type Hash } from '../../primitives/index.ts'
import { stateKeys } from '../store/keys.ts'
import type { StoreReader } from '../store/store.ts'

/** A committed code. Codes are kept for good, so that old states can be asked for theirs. */
export function readCode(reader: StoreReader, codeHash: Hash): Bytes {
  if (codeHash === EMPTY_CODE_HASH) return EMPTY_BYTES
  const code = reader.get(stateKeys.code(codeHash))
  assert(code !== undefined, 'a code hash in the state has its code in the store')
  return code
}
