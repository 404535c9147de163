import { epochAt } from '../check.ts'
import type { Epoch, ValidatorSet } from '../types.ts'
import type { BlockNode, Turn } from './turn.ts'
import { updateRecord } from './turn.ts'

/**
 * A final block at a multiple of the epoch's length decides who validates some rounds later. Source: notes 2.1, Epoch.
 * `path` has just become final.
 */
export function scheduleEpochs(turn: Turn, path: readonly BlockNode[]): void {
  for (const node of path) {
    if (!isBoundary(turn, node)) continue
    const { epochs, root } = turn.state.record
    const epoch = (epochs.at(-1)?.epoch ?? 0) + 1
    const startRound = node.block.header.round + turn.env.config.epochDelayRounds
    const oldest = (epochAt(epochs, root.round)?.epoch ?? 0) - 1
    const kept = epochs.filter((one) => one.epoch >= oldest)
    updateRecord(turn, { epochs: [...kept, { epoch, boundaryId: node.id, startRound, validators: undefined }] })
    turn.outputs.push({ kind: 'requestValidators', epoch, blockId: node.id, startRound })
  }
}

/** The answer to `requestValidators`. Changes nothing when it was not asked for or is known. */
export function onValidators(turn: Turn, set: ValidatorSet): void {
  const complete = (one: Epoch) =>
    one.epoch === set.epoch && one.validators === undefined ? { ...one, validators: set } : one
  const { epochs } = turn.state.record
  if (epochs.some((one) => complete(one) !== one)) updateRecord(turn, { epochs: epochs.map(complete) })
}

/**
 * True when a block on `path`, not final yet, would have ended the epoch before `round`: whoever has seen it final is in the
 * next epoch, so nobody votes in this one. Source: notes 2.1, Epoch ("stops voting and syncs").
 */
export function isEpochOverdue(turn: Turn, path: readonly BlockNode[], round: number): boolean {
  const { epochDelayRounds } = turn.env.config
  return path.some((node) => isBoundary(turn, node) && node.block.header.round + epochDelayRounds <= round)
}

function isBoundary({ env }: Turn, { block }: BlockNode): boolean {
  return block.header.height % env.config.epochLength === 0
}
