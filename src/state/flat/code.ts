import { BaseError, type Bytes, EMPTY_BYTES, EMPTY_CODE_HASH, type Hash } from '../../primitives/index.ts'
import { DAMAGE_ADVICE } from '../store/damage.ts'
import { stateKeys } from '../store/keys.ts'
import type { StoreReader } from '../store/store.ts'

/**
 * A committed code. Codes are kept for good, so that old states can be asked for theirs. Throws `STORE_CORRUPT` when it is
 * gone.
 */
export function readCode(reader: StoreReader, codeHash: Hash): Bytes {
  if (codeHash === EMPTY_CODE_HASH) return EMPTY_BYTES
  const code = reader.get(stateKeys.code(codeHash))
  if (code === undefined) {
    throw new BaseError('STORE_CORRUPT', `The store has lost the code ${codeHash}.`, { advice: DAMAGE_ADVICE })
  }
  return code
}
