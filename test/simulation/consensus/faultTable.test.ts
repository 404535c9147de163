import { describe, expect, test } from 'vitest'
import { Cluster } from '../../harness/consensus/cluster.ts'
import { Monitor } from '../../harness/consensus/monitor.ts'

describe('row 1: no faults', () => {
  test.each([1, 4, 7, 10])('%i validators: a block every round', (validators) => {
    const monitor = new Monitor()
    const cluster = new Cluster({ validators, seed: 1, monitor })
    cluster.start()
    cluster.run(2_000)
    monitor.finish()
    expect(monitor.violations).toEqual([])
    expect(monitor.timeoutCertificates.size).toBe(0)
    expect(monitor.finalizedAt.size).toBeGreaterThan(monitor.maxRound - 4)
  })
})
