import type { Authorization } from '../primitives/index.ts'
import { MAX_NONCE, recoverAuthority } from '../primitives/index.ts'
import type { Journal } from '../state/index.ts'
import { delegationTarget, delegationTo } from '../vm/index.ts'
import { AUTHORIZATION_BASE_GAS, AUTHORIZATION_NEW_ACCOUNT_GAS } from './intrinsic.ts'

/**
 * Applies a transaction's authorisations, each on its own: one that does not hold is passed over. What they do outlives
 * a failure of the transaction. Source: EIP-7702, "Behavior".
 */
export function applyAuthorizations(journal: Journal, chainId: bigint, authorizations: readonly Authorization[]): void {
  for (const authorization of authorizations) applyAuthorization(journal, chainId, authorization)
}

function applyAuthorization(journal: Journal, chainId: bigint, authorization: Authorization): void {
  if (authorization.chainId !== 0n && authorization.chainId !== chainId) return
  if (authorization.nonce >= MAX_NONCE) return
  const authority = recoverAuthority(authorization)
  if (authority === undefined) return

  journal.touchAddress(authority)
  const code = journal.code(authority)
  if (code.length > 0 && delegationTarget(code) === undefined) return
  if (journal.nonce(authority) !== authorization.nonce) return

  if (journal.exists(authority)) journal.addRefund(AUTHORIZATION_NEW_ACCOUNT_GAS - AUTHORIZATION_BASE_GAS)
  journal.setCode(authority, delegationTo(authorization.address))
  journal.setNonce(authority, authorization.nonce + 1n)
}
