import { describe, expect, test } from 'vitest'
import { ATTEMPTS, HIDDEN_BROKEN, playHidden } from '../../harness/consensus/hiddenBlock.ts'
import { verdict } from '../../harness/consensus/network.ts'

describe('row 12: a block whose certificate only one has seen stays', () => {
  test.each(ATTEMPTS)('$name', (script) => {
    const { run, hidden } = playHidden(script)
    expect(hidden).toBeDefined()
    expect(verdict(run)).toEqual([])
    expect([...run.monitor.finalizedAt.values()]).toContain(hidden)
  })
})

describe('row 12: and goes with each rule that holds it broken: 10 no tail fork', () => {
  test.each(HIDDEN_BROKEN)('$name', (script) => {
    const { run } = playHidden(script)
    expect(verdict(run).map(({ invariant }) => invariant)).toContain('10 no tail fork')
  })
})
