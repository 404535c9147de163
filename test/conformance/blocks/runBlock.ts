import { basename } from 'node:path'
import type { Receipt } from '../../../src/chain/index.ts'
import { bloomOf, encodeReceipt, mergeBlooms } from '../../../src/chain/index.ts'
import type { BlockResult } from '../../../src/parallel/index.ts'
import { createSequentialExecutor } from '../../../src/parallel/index.ts'
import type { Hash, SignedTransaction } from '../../../src/primitives/index.ts'
import { equalBytes, isAtLeast } from '../../../src/primitives/index.ts'
import { orderedTrieRoot, viewOf } from '../../../src/state/index.ts'
import type { Engine } from '../../harness/engines.ts'
import { differencesBetween, observeIncluded } from '../../harness/observation.ts'
import type { Engines, Verdict } from '../verdict.ts'
import { teamsDifferences, verdictOf } from '../verdict.ts'
import type { BlockCase } from './fixture.ts'
import { loadBlock } from './fixture.ts'
import { DAO_FORK_BLOCK } from './mainnet.ts'

/**
 * Executes a mainnet block and compares what its header tells of its transactions. What comes after them (rewards,
 * uncles, withdrawals) changes balances only and nothing that can be compared without the whole state.
 */
export function runBlock({ engine, oracle, teams }: Engines, folder: string): readonly Verdict[] {
  const blockCase = loadBlock(folder)
  const { input, trustedSenders } = blockCase
  const { rules, context } = input
  const name = `${basename(folder)} ${rules.hardfork}, ${input.transactions.length} transactions`
  if (context.number === DAO_FORK_BLOCK) {
    return [
      { status: 'skipped', name, detail: 'its state begins with a decree (the DAO), which no node of ours makes' },
    ]
  }
  const result = execute(engine, blockCase)
  const differences = differencesOf(blockCase, result)
  const verdict = verdictOf(name, [
    ...differences,
    ...(oracle === undefined ? [] : unlike(oracle, blockCase, result)),
    ...teamsDifferences(teams, result, input, viewOf(blockCase.pre)),
  ])
  if (verdict.status === 'failed') return [verdict]
  const notes = [
    ...(hasReceiptStatus(blockCase) ? [] : ['receipts root not compared: receipts held state roots until Byzantium']),
    ...(trustedSenders === 0 ? [] : [`${trustedSenders} senders from the file: high s, valid until Homestead`]),
  ]
  return [{ ...verdict, detail: notes.join('; ') }]
}

function execute({ machinesOf, journal }: Engine, { input, pre }: BlockCase): BlockResult {
  return createSequentialExecutor({ machinesOf, createJournal: () => journal }).execute(input, viewOf(pre))
}

/** What another engine does differently. */
function unlike(oracle: Engine, blockCase: BlockCase, { outcomes }: BlockResult): readonly string[] {
  return execute(oracle, blockCase).outcomes.flatMap((expected, index) => {
    const actual = outcomes[index]
    if (actual === undefined) return [`transaction ${index} has no outcome`]
    return differencesBetween(
      `transaction ${index}, ${oracle.name}`,
      observeIncluded(expected),
      observeIncluded(actual),
    )
  })
}

function hasReceiptStatus({ input }: BlockCase): boolean {
  return isAtLeast(input.rules.hardfork, 'byzantium')
}

function differencesOf(blockCase: BlockCase, { outcomes, gasUsed }: BlockResult): readonly string[] {
  const differences = outcomes.flatMap((outcome, index) =>
    outcome.kind === 'rejected' ? [`transaction ${index} was rejected: ${outcome.rejection.message}`] : [],
  )
  const receipts = receiptsOf(blockCase.transactions, outcomes)
  if (gasUsed !== blockCase.gasUsed) differences.push(`gas used is ${gasUsed}, expected ${blockCase.gasUsed}`)
  const bloom = mergeBlooms(receipts.map(({ logsBloom }) => logsBloom))
  if (!equalBytes(bloom, blockCase.logsBloom)) differences.push('logs bloom differs')
  if (hasReceiptStatus(blockCase)) {
    compareRoots(differences, 'receipts', orderedTrieRoot(receipts.map(encodeReceipt)), blockCase.receiptsRoot)
  }
  const transactionsRoot = orderedTrieRoot(blockCase.transactions.map(({ raw }) => raw))
  compareRoots(differences, 'transactions', transactionsRoot, blockCase.transactionsRoot)
  return differences
}

function compareRoots(differences: string[], what: string, actual: Hash, expected: Hash): void {
  if (actual !== expected) differences.push(`${what} root differs`)
}

/** The receipts of the transactions that were executed. */
function receiptsOf(transactions: readonly SignedTransaction[], outcomes: BlockResult['outcomes']): readonly Receipt[] {
  const receipts: Receipt[] = []
  let cumulativeGasUsed = 0n
  transactions.forEach(({ type }, index) => {
    const outcome = outcomes[index]
    if (outcome?.kind !== 'executed') return
    const { status, gasUsed, effectiveGasPriceWei, contractAddress, logs } = outcome
    cumulativeGasUsed += gasUsed
    receipts.push({
      type,
      succeeded: status === 'success',
      gasUsed,
      cumulativeGasUsed,
      effectiveGasPriceWei,
      contractAddress,
      logs,
      logsBloom: bloomOf(logs),
    })
  })
  return receipts
}
