import type { AccessListEntry, Address, Transaction } from '../../primitives/index.ts'
import { recoverAuthority, wordToHash } from '../../primitives/index.ts'
import type { Executed } from '../../router/index.ts'
import type { AccessSet } from '../../state/index.ts'
import type { AccessListOutcome } from '../simulator.ts'
import type { Stage } from './stage.ts'

/**
 * The EIP-2930 list of what a transaction touches. A list changes what gas costs and so, perhaps, what is touched:
 * tries again with each list until it stays the same. From the second try on a list contains the one before, so this
 * ends, at the latest when the gas limit cannot pay for the list. Source: geth's `AccessList`.
 */
export function createAccessList(stage: Stage, transaction: Transaction): AccessListOutcome {
  let accessList = transaction.accessList
  for (;;) {
    const outcome = stage.run({ ...transaction, accessList })
    if (outcome.kind === 'rejected') return { accessList, gasUsed: 0n, error: outcome.rejection.message }
    const touched = toAccessList(outcome.access, warmAnyway(stage, transaction, outcome))
    if (isSameList(touched, accessList)) return { accessList, gasUsed: outcome.gasUsed, ...errorOf(outcome) }
    accessList = touched
  }
}

/** Addresses that a transaction finds warm without any list. */
function warmAnyway({ environment }: Stage, transaction: Transaction, outcome: Executed): ReadonlySet<Address> {
  const { machines, rules, block } = environment
  const { sender, authorizations } = transaction
  const target = transaction.to ?? outcome.contractAddress
  const authorities = authorizations.map(recoverAuthority)
  const coinbase = rules.coinbaseIsWarm ? block.coinbase : undefined
  const known = [sender, target, coinbase, ...authorities, ...(machines.warmAddresses ?? machines.precompiles).keys()]
  return new Set(known.filter((address) => address !== undefined))
}

/** Sorted, so that equal lists are equal item by item. An address that is warm anyway is listed only for its slots. */
function toAccessList({ touched }: AccessSet, warm: ReadonlySet<Address>): readonly AccessListEntry[] {
  return [...touched]
    .filter(([address, slots]) => slots.size > 0 || !warm.has(address))
    .map(([address, slots]) => ({ address, storageKeys: [...slots].map(wordToHash).sort() }))
    .sort((a, b) => (a.address < b.address ? -1 : 1))
}

function isSameList(a: readonly AccessListEntry[], b: readonly AccessListEntry[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function errorOf({ status, haltReason, fault }: Executed): { readonly error?: string } {
  if (status === 'success') return {}
  if (status === 'revert') return { error: 'execution reverted' }
  return { error: fault ?? haltReason?.replaceAll('-', ' ') ?? 'execution failed' }
}
