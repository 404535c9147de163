import { BaseError } from '../../primitives/index.ts'

/** What to do about a chain whose records are not what was written: nothing that loses more of it. */
export const DAMAGE_ADVICE: readonly string[] = [
  'Keep the data directory and restore it from a copy; a node of a network can fetch the chain again into a new one.',
]

/** `STORE_CORRUPT` of the store in `path`; `fault` says what is damaged, without a full stop. */
export function damagedStore(path: string, fault: string, cause?: unknown): BaseError {
  return new BaseError('STORE_CORRUPT', `The store in ${path} is damaged: ${fault}.`, { advice: DAMAGE_ADVICE, cause })
}
