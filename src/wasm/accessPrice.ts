import type { Address, Rules } from '../primitives/index.ts'
import type { Journal } from '../state/index.ts'
import { delegationTarget } from '../vm/index.ts'
import type { Gas } from './ink.ts'
import { gas } from './ink.ts'

const COLD_ACCOUNT_GAS = 2_600
const WARM_ACCOUNT_GAS = 100

/** What an access to an account costs; it is warm from then on. Source: EIP-2929. */
export function accessGas(journal: Journal, address: Address): Gas {
  return gas(journal.touchAddress(address) === 'cold' ? COLD_ACCOUNT_GAS : WARM_ACCOUNT_GAS)
}

/** What it costs that the account's code is another account's, if it is. Source: EIP-7702. */
export function delegationGas(journal: Journal, rules: Rules, address: Address): Gas {
  if (!rules.hasDelegation) return gas(0)
  const target = delegationTarget(journal.code(address))
  return target === undefined ? gas(0) : accessGas(journal, target)
}
