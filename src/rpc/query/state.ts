import type { PendingAccount } from '../../chain/index.ts'
import type { Address, Word } from '../../primitives/index.ts'
import { EMPTY_CODE_HASH } from '../../primitives/index.ts'
import type { BlockReference } from '../codec/block.ts'
import type { Services } from '../scope.ts'
import { isPending, requireState } from './blocks.ts'
import { waitingQuery } from './pool.ts'

/** An account and slots of it after a block; at `pending` of a development node after what waits in the pool. */
export async function accountAt(
  services: Services,
  at: BlockReference,
  address: Address,
  slots: readonly Word[] = [],
): Promise<PendingAccount> {
  const query = isPending(at) ? waitingQuery(services) : undefined
  if (query !== undefined) return services.simulator.pendingAccount({ ...query, address, slots })
  const { state } = requireState(services.archive, at)
  const account = state.account(address)
  const code = state.code(account?.codeHash ?? EMPTY_CODE_HASH)
  return { account, code, storage: slots.map((slot) => state.storage(address, slot)) }
}
