import { epochAt, startAfter } from '../schedule.ts'
import type { Epoch, ValidatorSet } from '../types.ts'
import { beginRound } from './certificates.ts'
import type { BlockNode, Turn } from './turn.ts'
import { currentRound, updateRecord } from './turn.ts'

/**
 * A final block at a multiple of the epoch's length decides who validates some rounds later. Source: notes 2.1, Epoch.
 * `path` has just become final. When an epoch could have begun before, its first round begins now.
 */
export function scheduleEpochs(turn: Turn, path: readonly BlockNode[]): void {
  const round = currentRound(turn.state)
  for (const node of path) {
    if (!isBoundary(turn, node)) continue
    const { epochs, root } = turn.state.record
    const last = epochs.at(-1) ?? { epoch: 0, startRound: 0 }
    const epoch = last.epoch + 1
    const startRound = startAfter(turn.env.config, last, node.block.header)
    const oldest = (epochAt(epochs, root.round)?.epoch ?? 0) - 1
    const kept = epochs.filter((one) => one.epoch >= oldest)
    updateRecord(turn, { epochs: [...kept, { epoch, boundaryId: node.id, startRound, validators: undefined }] })
    turn.outputs.push({ kind: 'requestValidators', epoch, blockId: node.id, startRound })
  }
  if (currentRound(turn.state) !== round) beginRound(turn)
}

/** The answer to `requestValidators`. Changes nothing when it was not asked for or is known. */
export function onValidators(turn: Turn, set: ValidatorSet): void {
  const complete = (one: Epoch) =>
    one.epoch === set.epoch && one.validators === undefined ? { ...one, validators: set } : one
  const { epochs } = turn.state.record
  if (epochs.some((one) => complete(one) !== one)) updateRecord(turn, { epochs: epochs.map(complete) })
}

function isBoundary({ env }: Turn, { block }: BlockNode): boolean {
  return block.header.height % env.config.epochLength === 0
}
