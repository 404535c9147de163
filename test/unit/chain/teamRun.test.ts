import { expect, test } from 'vitest'
import { decodeTeamRun, encodeTeamRun, runOfIncluded } from '../../../src/chain/codec/teamRun.ts'
import type { TeamRun } from '../../../src/parallel/index.ts'

const run: TeamRun = {
  workers: 2,
  elapsedMs: 12.345,
  transactions: [
    { worker: 0, executions: 1 },
    { worker: 1, executions: 3 },
  ],
}

test('a run is what was decoded from its bytes', () => {
  expect(decodeTeamRun(encodeTeamRun(run))).toEqual(run)
  const none: TeamRun = { workers: 1, elapsedMs: 0, transactions: [] }
  expect(decodeTeamRun(encodeTeamRun(none))).toEqual(none)
})

test('bytes that are no run are refused', () => {
  expect(() => decodeTeamRun(Uint8Array.of(0xc1, 0x80))).toThrow('run microseconds is missing')
})

test('who was rejected is not in the run of the block', () => {
  const rejected = { kind: 'rejected', rejection: { code: 'NONCE_IS_MAX', message: '' } } as const
  expect(runOfIncluded(run, [rejected]).transactions).toEqual([])
})
