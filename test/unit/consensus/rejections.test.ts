import { describe, expect, test } from 'vitest'
import { type Header, type Proposal, step, type TimeoutCertificate } from '../../../src/consensus/index.ts'
import { blockMessage } from '../../../src/consensus/signing.ts'
import type { Instance } from '../../harness/consensus/cluster.ts'
import { fakeScheme } from '../../harness/consensus/fakeScheme.ts'
import { observed } from '../../harness/consensus/network.ts'

/** A proposal after a failed round, just as it is sent, its leader, and a validator that has not heard it. */
function proposalAfterFailure() {
  const run = observed({ validators: 4 })
  const { cluster, events } = run
  const [victim, dead] = cluster.instances
  if (victim === undefined || dead === undefined) throw new Error('a cluster has instances')
  cluster.run(50)
  cluster.crash(dead)
  const find = () =>
    events.flatMap(({ instance, output }) => {
      const isIt =
        output.kind === 'send' && output.message.kind === 'proposal' && output.message.proposal.tc !== undefined
      return isIt && output.message.kind === 'proposal' ? [{ leader: instance, proposal: output.message.proposal }] : []
    })[0]
  cluster.run(1_000, () => find() !== undefined)
  const found = find()
  if (found?.proposal.tc === undefined) throw new Error('no proposal followed the failed round')
  return { ...found, tc: found.proposal.tc, victim }
}

const { leader, proposal, tc, victim } = proposalAfterFailure()

/** With another header, which the leader has signed. */
function withHeader(change: Partial<Header>): Proposal {
  const header = { ...proposal.tip.header, ...change }
  const signature = fakeScheme.sign(leader.key, blockMessage(victim.env.config.chainId, header))
  return { ...proposal, tip: { ...proposal.tip, header, signature } }
}

function withGroup(change: Partial<TimeoutCertificate['groups'][number]>): Proposal {
  return { ...proposal, tc: { ...tc, groups: tc.groups.map((group) => ({ ...group, ...change })) } }
}

const spoilt = (bytes: Uint8Array) => bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte))
const { highQc: oldQc } = victim.disk.record
const genesisQc = { ...oldQc, round: 0, signers: [], signature: new Uint8Array(), blockId: victim.env.config.genesisId }
const { qc } = proposal.tip.header

const hear = (from: Instance, message: Proposal) =>
  step(victim.state, { kind: 'message', from: from.id, message: { kind: 'proposal', proposal: message } }, victim.env)

describe('row 11: a proposal after a failed round', () => {
  test('as it is: taken', () => {
    const { outputs } = hear(leader, proposal)
    expect(outputs.filter(({ kind }) => kind === 'reject')).toEqual([])
  })

  test('from somebody who does not lead', () => {
    expect(hear(victim, proposal)).toMatchObject({ outputs: [{ kind: 'reject', fault: 'wrongLeader' }] })
  })

  test.each<[string, string, Proposal]>([
    ['another body', 'bodyMismatch', { ...proposal, body: Uint8Array.of(1) }],
    ['on an old certificate, with the TC', 'wrongExtension', withHeader({ qc: genesisQc, height: 1 })],
    [
      'on an old certificate, without it',
      'missingCertificate',
      { ...withHeader({ qc: genesisQc, height: 1 }), tc: undefined },
    ],
    ['without its TC', 'missingCertificate', { ...proposal, tc: undefined }],
    ['with a TC of another round', 'wrongRound', { ...proposal, tc: { ...tc, round: tc.round - 1 } }],
    [
      'with a block that does not say why it is fresh',
      'wrongExtension',
      { ...proposal, tip: { ...proposal.tip, fresh: undefined } },
    ],
    [
      'with a TC whose signature is forged',
      'signature',
      withGroup({ signature: spoilt(tc.groups[0]?.signature ?? oldQc.signature) }),
    ],
    [
      'with a TC that counts its signers twice',
      'duplicateSigner',
      { ...proposal, tc: { ...tc, groups: [...tc.groups, ...tc.groups] } },
    ],
    ['with a TC of two', 'noQuorum', withGroup({ signers: [0, 2] })],
    ['with a TC of nobody', 'emptyGroup', withGroup({ signers: [] })],
    ['with a TC whose claims are above what it leaves', 'notBestExtension', withGroup({ tipRound: tc.round })],
    [
      'not signed by its author',
      'signature',
      { ...proposal, tip: { ...proposal.tip, signature: spoilt(proposal.tip.signature) } },
    ],
    ['on a forged certificate', 'signature', withHeader({ qc: { ...qc, signature: spoilt(qc.signature) } })],
    ['on a certificate of two', 'noQuorum', withHeader({ qc: { ...qc, signers: qc.signers.slice(0, 2) } })],
  ])('%s: %s, and nothing changes', (_, fault, changed) => {
    const { state, outputs } = hear(leader, changed)
    expect(outputs).toEqual([{ kind: 'reject', from: leader.id, fault }])
    expect(state).toEqual(victim.state)
  })
})
