import type { ProducedBlock } from '../ledger.ts'

/**
 * A block without those of its `dropped` that a later one may take as they are, because this one was full or because an
 * earlier one of their sender was left out: they stay in the pool, and nobody need hear of them.
 */
export function withoutDeferred(produced: ProducedBlock): ProducedBlock {
  const isBlockEmpty = produced.block.transactions.length === 0
  const mayComeLater = (code: string) =>
    code === 'NONCE_MISMATCH_TOO_HIGH' || (code === 'GAS_ALLOWANCE_EXCEEDED' && !isBlockEmpty)
  return { ...produced, dropped: produced.dropped.filter(({ rejection }) => !mayComeLater(rejection.code)) }
}
