import type { Address, Bytes } from '../primitives/index.ts'
import { addressFromBytes, concatBytes, EMPTY_BYTES, fromHex, hasPrefix, ZERO_ADDRESS } from '../primitives/index.ts'

const DELEGATION_PREFIX = fromHex('0xef0100')
const DELEGATION_BYTES = 23

/** The account whose code an account with this code runs, if this is a delegation indicator. Source: EIP-7702. */
export function delegationTarget(code: Bytes): Address | undefined {
  if (code.length !== DELEGATION_BYTES || !hasPrefix(code, DELEGATION_PREFIX)) return undefined
  return addressFromBytes(code.subarray(DELEGATION_PREFIX.length))
}

/** The code of an account that runs `target`'s: 23 bytes, or none for the zero address, which takes a delegation back. */
export function delegationTo(target: Address): Bytes {
  return target === ZERO_ADDRESS ? EMPTY_BYTES : concatBytes(DELEGATION_PREFIX, fromHex(target))
}
