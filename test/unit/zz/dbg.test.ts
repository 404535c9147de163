import { test } from 'vitest'
import { runScenario } from '../../harness/consensus/scenario.ts'
import { roundOf } from '../../../src/consensus/check.ts'
test('dbg', () => {
  for (const n of (process.env.RUNS ?? '160').split(',').map(Number)) {
  const { monitor, cluster } = runScenario(Number(process.env.SEED ?? 77), n)
  console.log(n, JSON.stringify(cluster.config), monitor.violations)
  for (const i of cluster.instances) {
    const r = i.state.record
    console.log(i.name, i.behaviour?.name, 'skew', i.clockSkewMs, 'root', r.root.height, r.root.round, 'cert', r.highCertificate.kind, roundOf(r.highCertificate), 'highQc', r.highQc.epoch, r.highQc.round, 'tree', i.state.tree.size, [...i.state.tree.values()].slice(0,6).map(n=>`${n.block.header.height}:${n.block.header.epoch}/${n.block.header.round}:${n.validity}`).join(' '), 'wanted', JSON.stringify([...i.state.wanted].map(([k,w])=>[k.slice(0,8),w.attempts,w.isHearsay,w.peers.length])), 'epochs', r.epochs.slice(-3).map(e=>`${e.epoch}@${e.startRound}${e.validators?'':'?'}`).join(' '))
  }
  console.log([...monitor.rejected])
  }
})
