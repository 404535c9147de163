import type { Rejection, TransactionOutcome } from '../../router/index.ts'
import type { StateDiff } from '../../state/index.ts'
import type { BlockOutcome } from '../executor.ts'
import type { ByteReader } from './byteReader.ts'
import type { ByteWriter } from './byteWriter.ts'

const STATUSES = ['success', 'revert', 'halt'] as const

/** An outcome without its diff, which stands in the shared memory location by location. */
export type OutcomeBody = { readonly kind: 'rejected'; readonly rejection: Rejection } | ExecutedBody
type ExecutedBody = Omit<Extract<TransactionOutcome, { kind: 'executed' }>, 'diff' | 'access'>

/** Encodes an outcome for another thread. */
export function writeOutcome(out: ByteWriter, outcome: OutcomeBody): void {
  if (outcome.kind === 'rejected') {
    out.byte(STATUSES.length)
    out.text(outcome.rejection.code)
    out.text(outcome.rejection.message)
    return
  }
  out.byte(STATUSES.indexOf(outcome.status))
  out.bytes(outcome.output)
  out.maybe(outcome.haltReason, (reason) => out.text(reason))
  out.maybe(outcome.fault, (fault) => out.text(fault))
  out.number(outcome.gasUsed)
  out.number(outcome.gasRefunded)
  out.number(outcome.blobGasUsed)
  out.number(outcome.effectiveGasPriceWei)
  out.maybe(outcome.contractAddress, (address) => out.address(address))
  out.list(outcome.logs, ({ address, topics, data }) => {
    out.address(address)
    out.list(topics, (topic) => out.hash(topic))
    out.bytes(data)
  })
}

/** The inverse of {@link writeOutcome}; `diff` is what the transaction changed. */
export function readOutcome(from: ByteReader, diff: StateDiff): BlockOutcome {
  const status = STATUSES[from.byte()]
  if (status === undefined) {
    const rejection = { code: from.text() as Rejection['code'], message: from.text() }
    return { kind: 'rejected', rejection }
  }
  return {
    kind: 'executed',
    status,
    output: from.bytes(),
    haltReason: from.maybe(() => from.text()) as ExecutedBody['haltReason'],
    fault: from.maybe(() => from.text()),
    gasUsed: from.number(),
    gasRefunded: from.number(),
    blobGasUsed: from.number(),
    effectiveGasPriceWei: from.number(),
    contractAddress: from.maybe(() => from.address()),
    logs: from.list(() => ({ address: from.address(), topics: from.list(() => from.hash()), data: from.bytes() })),
    diff,
  }
}
