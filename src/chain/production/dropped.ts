import type { Hash } from '../../primitives/index.ts'
import type { ProducedBlock } from '../ledger.ts'

/**
 * What a block left out and must not stay in the pool: all but those that a later block may take as they are, because
 * this one was full or because an earlier one of their sender was left out.
 */
export function unwantedHashes({ block, dropped }: ProducedBlock): readonly Hash[] {
  const isBlockEmpty = block.transactions.length === 0
  const mayComeLater = (code: string) =>
    code === 'NONCE_MISMATCH_TOO_HIGH' || (code === 'GAS_ALLOWANCE_EXCEEDED' && !isBlockEmpty)
  return dropped.filter(({ rejection }) => !mayComeLater(rejection.code)).map(({ hash }) => hash)
}
