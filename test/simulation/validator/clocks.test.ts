import { describe, expect, test } from 'vitest'
import { type ClockWatch, createClockWatch } from '../../../src/node/validator/clockWatch.ts'
import type { Instance } from '../../harness/consensus/cluster.ts'
import { CONFIG } from '../../harness/consensus/cluster.ts'
import { lowestRoot, observed, verdict } from '../../harness/consensus/network.ts'

/** Four validators, each with a watch on its own clock; `skewsMs` by validator. */
function watched(skewsMs: readonly number[]) {
  const warnings = new Map<number, string[]>()
  const watches = new Map<Instance, ClockWatch>()
  const run = observed({ validators: 4 })
  const { cluster } = run
  for (const [index, instance] of cluster.instances.entries()) {
    instance.clockSkewMs = skewsMs[index] ?? 0
    watches.set(
      instance,
      createClockWatch(CONFIG.maxClockDriftMs, () => 3),
    )
    warnings.set(index, [])
  }
  const calm = cluster.network
  cluster.network = (from, to, message, nowMs) => {
    const delays = calm(from, to, message, nowMs)
    for (const delayMs of delays) {
      cluster.after(delayMs, () => {
        const heard = watches.get(to)?.hear({ kind: 'message', from: from.id, message }, to.env.nowMs) ?? []
        warnings.get(to.validator)?.push(...heard)
      })
    }
    return delays
  }
  cluster.run(4_000)
  return { run, warnings, watches: [...watches.values()] }
}

describe('row 15: a clock that is wrong by seconds', () => {
  test.each([10_000, -10_000])('%i ms: the others go on, and both ends are told once', (skewMs) => {
    const { run, warnings, watches } = watched([0, 0, skewMs, 0])
    expect(verdict(run)).toEqual([])
    // A quarter of the rounds is lost, with a failed round for each.
    expect(lowestRoot(run.cluster.instances)).toBeGreaterThan(60)
    const word = skewMs > 0 ? 'ahead' : 'behind'
    expect(warnings.get(2)).toEqual([expect.stringMatching(`this machine's clock is 10.0 s ${word}`)])
    expect(Math.abs((watches[2]?.ownMs() ?? 0) - skewMs)).toBeLessThan(50)
    if (skewMs < 0) return
    for (const index of [0, 1, 3]) {
      expect(warnings.get(index)).toEqual([expect.stringMatching(/clock of validator 0x0+3 is (10.0|9.9) s ahead/)])
      expect(Math.abs(watches[index]?.ownMs() ?? 1)).toBeLessThan(50)
    }
  })

  test('clocks within the drift: nobody is told', () => {
    const { warnings } = watched([0, 200, -200, 50])
    expect([...warnings.values()].flat()).toEqual([])
  })
})
