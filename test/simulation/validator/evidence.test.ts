import { expect, test } from 'vitest'
import { encodeMessage, type Vote } from '../../../src/consensus/index.ts'
import { voteMessage } from '../../../src/consensus/signing.ts'
import { createConsensusView } from '../../../src/node/validator/consensusView.ts'
import { keccakHash } from '../../../src/primitives/index.ts'
import { fakeKey, fakeScheme } from '../../harness/consensus/fakeScheme.ts'
import { TestNetwork } from '../../harness/validator/testNetwork.ts'

const LIAR = 3

test('row 13: two votes of one validator are kept as proof, served, and still there after a restart', async () => {
  const network = new TestNetwork(4)
  await network.start()
  const [witness, liar] = [network.nodes[0], network.nodes[LIAR]]
  if (witness === undefined || liar === undefined) throw new Error('there are four')
  await network.clock.advance(1_000)
  const { chainId } = network.config
  for (let turn = 1; turn <= 3; turn += 1) {
    const round = witness.validator.driver.state.record.highQc.round + 4
    for (const word of ['one', 'other']) {
      const ballot = { epoch: 0, round, blockId: keccakHash(new TextEncoder().encode(word)) }
      const signature = fakeScheme.sign(fakeKey(LIAR), voteMessage(chainId, ballot))
      const vote: Vote = { ...ballot, signer: LIAR, signature }
      for (const { id } of network.set.validators) {
        if (id !== liar.id) liar.transport.send(id, 'consensus', encodeMessage({ kind: 'vote', vote }))
      }
    }
    await network.clock.advance(1_000)
  }

  await network.crash(witness)
  await network.restart(witness)
  await network.clock.advance(1_000)
  const view = createConsensusView({
    ...witness,
    self: witness.id,
    refusal: undefined,
    network: { genesis: network.genesis, consensus: network.config, validators: network.set, members: [] },
    evidence: () => witness.disk.evidence,
  })
  const [proof, ...others] = view.evidence()
  expect(others).toEqual([])
  expect(proof).toMatchObject({ kind: 'doubleVote', validator: liar.id, epoch: 0 })
  const isSigned = proof?.statements.map(({ message, signature }) =>
    fakeScheme.verify(fakeScheme.publicKey(fakeKey(LIAR)), message, signature),
  )
  expect(isSigned).toEqual([true, true])
  expect(new Set(proof?.statements.map(({ blockId }) => blockId)).size).toBe(2)
  expect(network.failures).toEqual([])
  expect(Math.min(...network.heights())).toBeGreaterThan(10)
})
