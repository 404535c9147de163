import { describe, expect, test } from 'vitest'
import type { Address, Hash } from '../../../src/primitives/index.ts'
import type {
  BlockCertificate,
  ConsensusStatus,
  ConsensusView,
  EvidenceStatus,
  ValidatorStatus,
} from '../../../src/rpc/index.ts'
import { createBench } from './call.ts'

const [one, two] = [`0x${'11'.repeat(20)}`, `0x${'22'.repeat(20)}`] as [Address, Address]
const certificate: BlockCertificate = {
  epoch: 1,
  round: 20,
  blockId: `0x${'ab'.repeat(32)}` as Hash,
  signers: [one, two],
  signature: new Uint8Array(96).fill(5),
  stakePercent: 75,
}
const status: ConsensusStatus = {
  self: one,
  isVoting: true,
  whyNotVoting: undefined,
  epoch: 1,
  round: 21,
  leader: two,
  highestCertificate: certificate,
  finalized: { id: `0x${'cd'.repeat(32)}` as Hash, height: 17, round: 19 },
  lagBlocks: 2,
  timeouts: 3,
  peers: 3,
}
const validator: ValidatorStatus = {
  id: one,
  publicKey: new Uint8Array(48).fill(6),
  stake: 100n,
  peerId: '12D3KooW',
  isConnected: true,
  isSelf: true,
}

const evidence: EvidenceStatus = {
  kind: 'doubleVote',
  validator: two,
  epoch: 1,
  round: 19,
  statements: ['01', '02'].map((byte) => ({
    blockId: `0x${byte.repeat(32)}` as Hash,
    message: new Uint8Array(3).fill(Number(byte)),
    signature: new Uint8Array(96).fill(Number(byte)),
  })),
}

const seen = {
  epoch: '0x1',
  round: '0x14',
  blockId: certificate.blockId,
  signers: [one, two],
  signature: `0x${'05'.repeat(96)}`,
  stakePercent: 75,
}

function view(changes: Partial<ConsensusStatus> = {}) {
  const consensus: ConsensusView = {
    status: () => ({ ...status, ...changes }),
    validators: (which) => (which === 'current' ? [validator] : [{ ...validator, id: two, isSelf: false }]),
    certificate: () => certificate,
    evidence: () => [evidence],
  }
  return createBench({ isDev: false, consensus })
}

describe('consensus over RPC', () => {
  test("a validator's place", async () => {
    expect(await view().result('evmpp_getConsensusState')).toEqual({
      self: one,
      isVoting: true,
      whyNotVoting: null,
      epoch: '0x1',
      round: '0x15',
      leader: two,
      highestCertificate: seen,
      finalized: { id: status.finalized.id, height: '0x11', round: '0x13' },
      lagBlocks: '0x2',
      timeouts: '0x3',
      peers: '0x3',
    })
  })

  test('one that does not vote says why', async () => {
    const bench = view({ self: undefined, isVoting: false, whyNotVoting: 'the record is lost' })
    expect(await bench.result('evmpp_getConsensusState')).toMatchObject({
      self: null,
      isVoting: false,
      whyNotVoting: 'the record is lost',
    })
  })

  test('the validators', async () => {
    expect(await view().result('evmpp_getValidators')).toEqual([
      {
        id: one,
        publicKey: `0x${'06'.repeat(48)}`,
        stake: '0x64',
        peerId: '12D3KooW',
        isConnected: true,
        isSelf: true,
      },
    ])
  })

  test('what is held against a validator: both statements, to be checked by anybody', async () => {
    const statement = (byte: string) => ({
      blockId: `0x${byte.repeat(32)}`,
      message: `0x${byte.repeat(3)}`,
      signature: `0x${byte.repeat(96)}`,
    })
    expect(await view().result('evmpp_getEvidence')).toEqual([
      {
        kind: 'doubleVote',
        validator: two,
        epoch: '0x1',
        round: '0x13',
        statements: [statement('01'), statement('02')],
      },
    ])
  })

  test('the validators of the next epoch', async () => {
    expect(await view().result('evmpp_getValidators', 'next')).toMatchObject([{ id: two }])
    expect(await view().call('evmpp_getValidators', 'last')).toMatchObject({ error: { code: -32602 } })
  })

  test("a block's certificate, if it has one", async () => {
    const bench = view()
    expect(await bench.result('evmpp_getQuorumCertificate')).toEqual(seen)
    expect(await bench.result('evmpp_getQuorumCertificate', '0x0')).toEqual(seen)
    expect(await bench.call('evmpp_getQuorumCertificate', '0x9')).toEqual({
      error: { code: -32000, message: 'header not found' },
    })
    const consensus = { status: () => status, validators: () => [], certificate: () => undefined, evidence: () => [] }
    expect(await createBench({ consensus }).result('evmpp_getQuorumCertificate', '0x0')).toBe(null)
  })

  test.each([
    ['evmpp_getConsensusState', []],
    ['evmpp_getValidators', []],
    ['evmpp_getEvidence', []],
    ['evmpp_getQuorumCertificate', ['latest']],
  ])('%s says that a development node has none', async (method, params) => {
    const { error } = await createBench().call(method, ...params)
    expect(error).toMatchObject({
      code: -32000,
      message: expect.stringMatching(/development node: .*without consensus/),
    })
  })
})

describe('whoever measures', () => {
  test('hears of each request: its method and code, and never a name that a client made up', async () => {
    const heard: [string, number][] = []
    const bench = createBench({
      onRequest: (method, code, durationMs) => {
        expect(durationMs).toBeGreaterThanOrEqual(0)
        heard.push([method, code])
      },
    })
    await bench.call('eth_chainId')
    await bench.call('eth_getBalance', 'x')
    await bench.call('made_up')
    await bench.handler.handle('[{"jsonrpc":"2.0","id":1,"method":"net_version"},7]')
    expect(heard.slice(3)).toEqual([
      ['net_version', 0],
      ['unknown', -32600],
    ])
    expect(heard.slice(0, 3)).toEqual([
      ['eth_chainId', 0],
      ['eth_getBalance', -32602],
      ['unknown', -32601],
    ])
  })
})
