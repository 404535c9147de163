import { type Message, type SignatureScheme, step } from '../../../src/consensus/index.ts'
import { refusalMessage, timeoutMessage, voteMessage } from '../../../src/consensus/signing.ts'
import { keccakHash } from '../../../src/primitives/index.ts'
import { CONFIG, type Instance } from './cluster.ts'
import { fakeScheme } from './fakeScheme.ts'
import type { Observed } from './network.ts'

/** Counts the checks that cost milliseconds with real signatures. */
export function countingScheme(): SignatureScheme & { readonly checks: number } {
  const counted = { checks: 0 }
  return {
    ...fakeScheme,
    get checks() {
      return counted.checks
    },
    verify(...args) {
      counted.checks += 1
      return fakeScheme.verify(...args)
    },
    verifyAggregate(...args) {
      counted.checks += 1
      return fakeScheme.verifyAggregate(...args)
    },
  }
}

/** Shows `victim` each message so many times and keeps what it learns. Returns how many signatures it checked. */
export function hearAll(victim: Instance, from: Instance, messages: readonly Message[], times: number): number {
  const scheme = countingScheme()
  const env = { ...victim.env, scheme }
  for (let count = 0; count < times; count += 1) {
    for (const message of messages) {
      victim.state = step(victim.state, { kind: 'message', from: from.id, message }, env).state
    }
  }
  return scheme.checks
}

/** All that `liar` has really sent by kind, in the order of sending: valid, and of use once. */
export function sentBy({ events }: Observed, liar: Instance): ReadonlyMap<Message['kind'], readonly Message[]> {
  const sent = new Map<Message['kind'], Message[]>()
  for (const { instance, output } of events) {
    if (instance !== liar || output.kind !== 'send') continue
    const { message } = output
    const known = sent.get(message.kind)
    if (known === undefined) sent.set(message.kind, [message])
    else known.push(message)
  }
  return sent
}

/** Messages that anybody can make as many of as they like, each signed as it should be and of no use to anybody. */
export function uselessMessages(liar: Instance, round: number, count: number): ReadonlyMap<string, readonly Message[]> {
  const { chainId, genesisId } = CONFIG
  const random = (index: number) => keccakHash(new TextEncoder().encode(`useless ${index}`))
  const sign = (message: Uint8Array) => fakeScheme.sign(liar.key, message)
  const signer = liar.validator
  const each = (make: (index: number) => Message) => Array.from({ length: count }, (_, index) => make(index))
  const qc = { epoch: 0, round: 0, blockId: genesisId, signers: [], signature: new Uint8Array() }
  const vote = (index: number, at: number, isForged: boolean): Message => {
    const ballot = { epoch: 0, round: at, blockId: random(index) }
    const signature = isForged ? new Uint8Array(8) : sign(voteMessage(chainId, ballot))
    return { kind: 'vote', vote: { ...ballot, signer, signature } }
  }
  return new Map<string, readonly Message[]>([
    ['votes of past rounds', each((index) => vote(index, 1 + (index % (round - 1)), false))],
    ['votes for rounds to come', each((index) => vote(index, round + 20 + index, false))],
    ['votes for other blocks, forged', each((index) => vote(index, round, true))],
    [
      'refusals of random tips',
      each((index) => {
        const refusal = { epoch: 0, round, tipId: random(index), tipQcRound: round - 2 }
        const signature = sign(refusalMessage(chainId, refusal))
        return { kind: 'noEndorsement', noEndorsement: { ...refusal, signer, signature } }
      }),
    ],
    [
      'timeouts of past rounds',
      each((index) => {
        const claim = { epoch: 0, round: 1 + (index % (round - 1)), qcRound: 0, tipRound: 0 }
        const signature = sign(timeoutMessage(chainId, claim))
        const extension = { kind: 'qc', qc } as const
        const certificate = { kind: 'qc', qc } as const
        return {
          kind: 'timeout',
          timeout: { ...claim, signer, signature, extension, voteSignature: undefined, certificate },
        }
      }),
    ],
    ['questions', each((index) => ({ kind: 'blockRequest', request: { targetId: random(index), afterHeight: 0 } }))],
    ['blocks that nobody asked for', each(() => ({ kind: 'blocks', blocks: [] }))],
  ])
}
