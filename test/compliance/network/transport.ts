import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type Contact,
  isValidatorName,
  MAX_MESSAGE_BYTES,
  MAX_REQUESTS_IN_FLIGHT,
  PeerError,
  type PeerEvent,
  type PeerName,
  type Transport,
} from '../../../src/network/index.ts'
import { type Address, BaseError, type Bytes, toAddress } from '../../../src/primitives/index.ts'

/** A network under test. */
export type TestNetwork = {
  /** A node that is not started: validator `index` of the roster, or a node with a key of its own. */
  join(index: number, role: 'validator' | 'other'): Promise<Transport>
  /** Whom nodes know as validators: those that join with an index below `count`. */
  roster(count: number): ReadonlyMap<Address, Contact>
  /** Lets things happen until `isDone`; false when they never do. */
  until(isDone: () => boolean): Promise<boolean>
  /** Lets whatever is on its way arrive. */
  settle(): Promise<void>
  close(): Promise<void>
}

export const addressOf = (index: number): Address => toAddress(`0x${(index + 1).toString(16).padStart(40, '0')}`)

const text = (bytes: Bytes): string => new TextDecoder().decode(bytes)
const bytes = (words: string): Bytes => new TextEncoder().encode(words)

/** One node and what it saw. */
type Seen = {
  readonly transport: Transport
  readonly messages: { readonly from: PeerName; readonly channel: string; readonly bytes: Bytes }[]
  readonly events: PeerEvent[]
}

/** What every {@link Transport} promises on a network that loses nothing. */
export function transportSuite(name: string, createNetwork: (validators: number) => Promise<TestNetwork>): void {
  describe(`transport: ${name}`, () => {
    const VALIDATORS = 3
    let network: TestNetwork
    let nodes: Seen[]

    beforeEach(async () => {
      network = await createNetwork(VALIDATORS)
      nodes = []
    })
    afterEach(async () => {
      for (const { transport } of nodes) await transport.close()
      await network.close()
    })

    async function add(index: number, role: 'validator' | 'other' = 'validator'): Promise<Seen> {
      const transport = await network.join(index, role)
      const node: Seen = { transport, messages: [], events: [] }
      for (const channel of ['consensus', 'bodies', 'transactions'] as const) {
        transport.on(channel, (from, bytes) => node.messages.push({ from, channel, bytes }))
      }
      transport.serve('blocks', async (from, bytes) => {
        if (text(bytes) === 'no') throw new BaseError('NO_SUCH_BLOCK', 'there is no such block')
        if (text(bytes) === 'never') return new Promise(() => {})
        return new TextEncoder().encode(`${from} asked ${text(bytes)}`)
      })
      transport.onPeer((event) => {
        // A transport that dials may say that it does not reach who has not started yet.
        if (event.kind !== 'unreachable') node.events.push(event)
      })
      nodes.push(node)
      await transport.start()
      return node
    }

    /** That many validators, all connected. */
    async function mesh(count: number): Promise<Seen[]> {
      for (let index = 0; index < count; index += 1) await add(index)
      const isMesh = () => nodes.every(({ transport }) => transport.peers().length === count - 1)
      expect(await network.until(isMesh)).toBe(true)
      return nodes
    }

    /** Both sides know that they are connected: one may a moment before the other. */
    async function connect(...pair: readonly Seen[]): Promise<void> {
      expect(await network.until(() => pair.every(({ transport }) => transport.peers().length === 1))).toBe(true)
    }

    const received = (node: Seen | undefined, channel: string): readonly (readonly [PeerName, string])[] =>
      (node?.messages ?? []).filter((one) => one.channel === channel).map(({ from, bytes }) => [from, text(bytes)])

    test('validators find each other and are called by their addresses', async () => {
      const all = await mesh(3)
      for (const [index, { transport, events }] of all.entries()) {
        const others = [0, 1, 2].filter((other) => other !== index).map(addressOf)
        expect(transport.self).toBe(addressOf(index))
        expect(
          transport
            .peers()
            .map(({ peer }) => peer)
            .sort(),
        ).toEqual(others)
        expect(events.map(({ kind, peer }) => `${kind} ${peer}`).sort()).toEqual(others.map((peer) => `up ${peer}`))
      }
    })

    test('a message arrives once, from who sent it, on its channel', async () => {
      const [a, b, c] = await mesh(3)
      a?.transport.send(addressOf(1), 'consensus', bytes('vote'))
      a?.transport.send(addressOf(1), 'bodies', bytes('body'))
      c?.transport.send(addressOf(1), 'transactions', bytes('transaction'))
      await network.until(() => b?.messages.length === 3)
      await network.settle()
      expect(received(b, 'consensus')).toEqual([[addressOf(0), 'vote']])
      expect(received(b, 'bodies')).toEqual([[addressOf(0), 'body']])
      expect(received(b, 'transactions')).toEqual([[addressOf(2), 'transaction']])
      expect([...(a?.messages ?? []), ...(c?.messages ?? [])]).toEqual([])
    })

    test('a broadcast reaches every validator but the sender', async () => {
      const [a, b, c] = await mesh(3)
      b?.transport.broadcast('consensus', bytes('timeout'))
      await network.until(() => a?.messages.length === 1 && c?.messages.length === 1)
      await network.settle()
      expect([received(a, 'consensus'), received(c, 'consensus')]).toEqual([
        [[addressOf(1), 'timeout']],
        [[addressOf(1), 'timeout']],
      ])
      expect(b?.messages).toEqual([])
    })

    test('messages of any length up to the limit arrive whole; a longer one is a bug of the sender', async () => {
      const [a, b] = await mesh(2)
      const lengths = [0, 1, 65_535, 65_536, 65_537, 1_000_000, MAX_MESSAGE_BYTES.bodies]
      for (const length of lengths) {
        const body = Uint8Array.from({ length }, (_, index) => (index * 31 + length) & 0xff)
        a?.transport.send(addressOf(1), 'bodies', body)
        expect(await network.until(() => b?.messages.length === 1)).toBe(true)
        expect(Buffer.compare(b?.messages.pop()?.bytes ?? bytes('nothing'), body)).toBe(0)
      }
      const tooLong = new Uint8Array(MAX_MESSAGE_BYTES.consensus + 1)
      expect(() => a?.transport.send(addressOf(1), 'consensus', tooLong)).toThrow('fits into its channel')
    })

    test('a request has one answer, a refusal or a time-out', async () => {
      const [a] = await mesh(2)
      const ask = async (words: string, timeoutMs: number) => {
        const answer = a?.transport.request(addressOf(1), 'blocks', bytes(words), timeoutMs).then(text, codeOf)
        let outcome: string | undefined
        answer?.then((value) => {
          outcome = value
        })
        await network.until(() => outcome !== undefined)
        return outcome
      }
      expect(await ask('this', 10_000)).toBe(`${addressOf(0)} asked this`)
      expect(await ask('', 10_000)).toBe(`${addressOf(0)} asked `)
      expect(await ask('no', 10_000)).toBe('PEER_REFUSED')
      expect(await ask('never', 100)).toBe('PEER_TIMEOUT')
      expect(await ask('that', 10_000)).toBe(`${addressOf(0)} asked that`)
    })

    test('what nobody serves is refused', async () => {
      const a = await add(0)
      const silent = await network.join(1, 'validator')
      await silent.start()
      expect(await network.until(() => a.transport.peers().length === 1)).toBe(true)
      let outcome = ''
      const answer = a.transport.request(addressOf(1), 'blocks', bytes('?'), 10_000).then(text, codeOf)
      answer.then((code) => {
        outcome = code
      })
      await network.until(() => outcome !== '')
      await silent.close()
      expect(outcome).toBe('PEER_REFUSED')
    })

    test('only so many requests wait for one peer', async () => {
      const [a] = await mesh(2)
      const outcomes: string[] = []
      for (let count = 0; count < MAX_REQUESTS_IN_FLIGHT + 1; count += 1) {
        const answer = a?.transport.request(addressOf(1), 'blocks', bytes('never'), 100).then(text, codeOf)
        answer?.then((outcome) => outcomes.push(outcome))
      }
      await network.until(() => outcomes.length === MAX_REQUESTS_IN_FLIGHT + 1)
      expect(outcomes[0]).toBe('PEER_BUSY')
      expect(new Set(outcomes.slice(1))).toEqual(new Set(['PEER_TIMEOUT']))
    })

    test('who is not connected gets nothing, and that is no error', async () => {
      const [a] = await mesh(2)
      a?.transport.send(addressOf(2), 'consensus', bytes('vote'))
      a?.transport.send(addressOf(7), 'consensus', bytes('vote'))
      const answers = [addressOf(2), addressOf(7)].map((peer) =>
        a?.transport.request(peer, 'blocks', bytes('this'), 10_000).then(text, codeOf),
      )
      expect(await Promise.all(answers)).toEqual(['PEER_UNREACHABLE', 'PEER_UNREACHABLE'])
    })

    test('a node that stops is down for the others, its requests fail, and it comes back', async () => {
      const [a, b] = await mesh(2)
      let outcome = ''
      a?.transport
        .request(addressOf(1), 'blocks', bytes('never'), 60_000)
        .then(text, codeOf)
        .then((code) => {
          outcome = code
        })
      await network.settle()
      await b?.transport.close()
      expect(await network.until(() => outcome !== '' && a?.transport.peers().length === 0)).toBe(true)
      expect(outcome).toBe('PEER_UNREACHABLE')
      expect(a?.events.at(-1)).toEqual({ kind: 'down', peer: addressOf(1), reason: 'closed', by: 'them' })
      const again = await add(1)
      expect(await network.until(() => a?.transport.peers().length === 1)).toBe(true)
      expect(await network.until(() => again.transport.peers().length === 1)).toBe(true)
      a?.transport.send(addressOf(1), 'consensus', bytes('welcome'))
      await network.until(() => again.messages.length === 1)
      expect(received(again, 'consensus')).toEqual([[addressOf(0), 'welcome']])
    })

    test('a node that does not validate asks and sends transactions', async () => {
      const a = await add(0)
      const other = await add(VALIDATORS, 'other')
      await connect(a, other)
      expect([a, other].map(({ transport }) => isValidatorName(transport.self))).toEqual([true, false])
      other.transport.send(addressOf(0), 'transactions', bytes('transaction'))
      let answer = ''
      other.transport
        .request(addressOf(0), 'blocks', bytes('this'), 10_000)
        .then(text, codeOf)
        .then((value) => {
          answer = value
        })
      await network.until(() => a.messages.length === 1 && answer !== '')
      expect(received(a, 'transactions')).toEqual([[other.transport.self, 'transaction']])
      expect(answer).toBe(`${other.transport.self} asked this`)
      a.transport.broadcast('consensus', bytes('vote'))
      await network.settle()
      expect(other.messages).toEqual([])
    })

    test('a node that does not validate and sends votes is sent away', async () => {
      const a = await add(0)
      const other = await add(VALIDATORS, 'other')
      await connect(a, other)
      other.transport.send(addressOf(0), 'consensus', bytes('vote'))
      expect(await network.until(() => a.events.length === 2)).toBe(true)
      expect(a.events.at(-1)).toEqual({ kind: 'down', peer: other.transport.self, reason: 'notAllowed', by: 'us' })
      expect(a.messages).toEqual([])
    })

    test('who is blamed too often is sent away for a while', async () => {
      const [a, b] = await mesh(2)
      for (let count = 0; count < 10; count += 1) a?.transport.blame(addressOf(1))
      expect(a?.transport.peers().length).toBe(1)
      a?.transport.blame(addressOf(1))
      expect(await network.until(() => b?.transport.peers().length === 0)).toBe(true)
      expect(a?.events.at(-1)).toEqual({ kind: 'down', peer: addressOf(1), reason: 'tooManyFaults', by: 'us' })
      await network.settle()
      expect([a?.transport.peers(), b?.transport.peers()]).toEqual([[], []])
    })

    test('a change of validators changes names and what is allowed', async () => {
      const a = await add(0)
      const other = await add(VALIDATORS, 'other')
      const name = other.transport.self
      await connect(a, other)
      const roster = network.roster(VALIDATORS + 1)
      for (const { transport } of [a, other]) transport.setValidators(roster)
      const isThere = () =>
        a.transport.peers()[0]?.peer === addressOf(VALIDATORS) && other.transport.peers().length === 1
      expect(await network.until(isThere)).toBe(true)
      expect(a.events).toContainEqual(expect.objectContaining({ kind: 'down', peer: name, reason: 'roleChanged' }))
      other.transport.broadcast('consensus', bytes('vote'))
      expect(await network.until(() => a.messages.length === 1)).toBe(true)
      expect(received(a, 'consensus')).toEqual([[addressOf(VALIDATORS), 'vote']])
    })

    test('counts what went each way', async () => {
      const [a, b] = await mesh(2)
      a?.transport.send(addressOf(1), 'bodies', new Uint8Array(1000))
      await network.until(() => b?.messages.length === 1)
      const [sent, got] = [a?.transport.peers()[0], b?.transport.peers()[0]]
      expect(sent?.messagesOut).toBeGreaterThanOrEqual(1)
      expect(sent?.bytesOut).toBeGreaterThanOrEqual(1000)
      expect(got?.messagesIn).toBeGreaterThanOrEqual(1)
      expect(got?.bytesIn).toBeGreaterThanOrEqual(1000)
      expect(sent?.dropped).toBe(0)
    })

    test('closing twice, and using what is closed, does nothing', async () => {
      const [a] = await mesh(2)
      await a?.transport.close()
      await a?.transport.close()
      a?.transport.send(addressOf(1), 'consensus', bytes('vote'))
      a?.transport.broadcast('consensus', bytes('vote'))
      a?.transport.blame(addressOf(1))
      const answer = a?.transport.request(addressOf(1), 'blocks', bytes('this'), 10_000).then(text, codeOf)
      expect(await answer).toBe('PEER_UNREACHABLE')
    })
  })
}

const codeOf = (thrown: unknown): string => (thrown instanceof PeerError ? thrown.code : String(thrown))
