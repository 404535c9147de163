import type { Address, Rules } from '../primitives/index.ts'
import { addressFromBytes, fromHex, hasPrefix } from '../primitives/index.ts'
import type { Journal } from '../state/index.ts'
import type { Gas } from './ink.ts'
import { gas } from './ink.ts'

const COLD_ACCOUNT_GAS = 2_600n
const WARM_ACCOUNT_GAS = 100n

const DELEGATION_PREFIX = fromHex('0xef0100')
const DELEGATION_BYTES = 23

/** What an access to an account costs; it is warm from then on. Source: EIP-2929. */
export function accessGas(journal: Journal, address: Address): Gas {
  return gas(journal.touchAddress(address) === 'cold' ? COLD_ACCOUNT_GAS : WARM_ACCOUNT_GAS)
}

/** What it costs that the account's code is another account's, if it is. Source: EIP-7702. */
export function delegationGas(journal: Journal, rules: Rules, address: Address): Gas {
  if (!rules.hasDelegation) return gas(0)
  const code = journal.code(address)
  if (code.length !== DELEGATION_BYTES || !hasPrefix(code, DELEGATION_PREFIX)) return gas(0)
  return accessGas(journal, addressFromBytes(code.subarray(DELEGATION_PREFIX.length)))
}
