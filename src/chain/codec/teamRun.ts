import type { BlockOutcome, TeamRun, TransactionRun } from '../../parallel/index.ts'
import type { Bytes, RlpItem } from '../../primitives/index.ts'
import { integerBytes, readFields, rlpDecode, rlpEncode } from '../../primitives/index.ts'

/** How this node's team executed a block. Other nodes have other records of it, or none. */
export function encodeTeamRun({ workers, elapsedMs, transactions }: TeamRun): Bytes {
  const microseconds = BigInt(Math.round(elapsedMs * 1_000))
  const runs = transactions.map(({ worker, executions }) => [
    numberBytes(worker, 'worker'),
    numberBytes(executions, 'executions'),
  ])
  return rlpEncode([numberBytes(workers, 'workers'), integerBytes(microseconds, 53, 'run microseconds'), runs])
}

/** The inverse of {@link encodeTeamRun}, but for fractions of a microsecond. Throws `INVALID_RLP` or `RLP_INVALID_VALUE`. */
export function decodeTeamRun(bytes: Bytes): TeamRun {
  const fields = readFields(rlpDecode(bytes), 'run')
  const workers = Number(fields.integer('workers', 32))
  const elapsedMs = Number(fields.integer('microseconds', 53)) / 1_000
  const transactions = fields.list('transactions', readTransactionRun)
  fields.end()
  return { workers, elapsedMs, transactions }
}

/** The run without the transactions that were rejected, as they stand in a block that leaves them out. */
export function runOfIncluded(run: TeamRun, outcomes: readonly BlockOutcome[]): TeamRun {
  return { ...run, transactions: run.transactions.filter((_, index) => outcomes[index]?.kind === 'executed') }
}

function readTransactionRun(item: RlpItem, what: string): TransactionRun {
  const fields = readFields(item, what)
  const run = { worker: Number(fields.integer('worker', 32)), executions: Number(fields.integer('executions', 32)) }
  fields.end()
  return run
}

function numberBytes(value: number, name: string): Bytes {
  return integerBytes(BigInt(value), 32, `run ${name}`)
}
