import { describe, expect, test } from 'vitest'
import type { Input } from '../../../../src/consensus/index.ts'
import type { PeerName } from '../../../../src/network/index.ts'
import { InputQueue, MAX_QUEUED_BYTES, MAX_QUEUED_MESSAGES } from '../../../../src/node/validator/inputQueue.ts'

const peer = (name: string) => name as PeerName
const timer = (round: number): Input => ({ kind: 'timer', timer: 'round', round })

function queue() {
  const overflows: PeerName[] = []
  return { inputs: new InputQueue((who) => overflows.push(who)), overflows }
}

/** Rounds of the next `count` inputs. */
function shifted(inputs: InputQueue, count: number): readonly number[] {
  return Array.from({ length: count }, () => {
    const input = inputs.shift()
    return input?.kind === 'timer' ? input.round : -1
  })
}

describe('inputs of a driver', () => {
  test('own ones first, then one of each peer in turn, each in its order', () => {
    const { inputs } = queue()
    for (const round of [1, 2, 3]) inputs.pushFrom(peer('a'), timer(round), 10)
    inputs.pushFrom(peer('b'), timer(11), 10)
    inputs.pushFrom(peer('c'), timer(21), 10)
    inputs.push(timer(31))
    inputs.pushFrom(peer('b'), timer(12), 10)
    expect(shifted(inputs, 8)).toEqual([31, 1, 11, 21, 2, 12, 3, -1])
  })

  test('a peer that floods waits for itself: another is heard after one message of it', () => {
    const { inputs } = queue()
    for (let round = 0; round < 10_000; round += 1) inputs.pushFrom(peer('flooder'), timer(round), 100)
    inputs.pushFrom(peer('honest'), timer(-7), 100)
    expect(shifted(inputs, 2)).toContain(-7)
  })

  test('the oldest of a peer that sends too many go, and it is told of once for as many as may wait', () => {
    const { inputs, overflows } = queue()
    const sent = 3 * MAX_QUEUED_MESSAGES + 5
    for (let round = 0; round < sent; round += 1) inputs.pushFrom(peer('flooder'), timer(round), 1)
    expect(inputs.waiting).toBe(MAX_QUEUED_MESSAGES)
    expect(overflows).toEqual([peer('flooder'), peer('flooder')])
    expect(shifted(inputs, 1)).toEqual([sent - MAX_QUEUED_MESSAGES])
  })

  test('bytes are bounded, and the newest message waits however long it is', () => {
    const { inputs } = queue()
    for (const round of [1, 2, 3]) inputs.pushFrom(peer('a'), timer(round), MAX_QUEUED_BYTES / 2)
    expect(shifted(inputs, 3)).toEqual([2, 3, -1])
    inputs.pushFrom(peer('a'), timer(4), 2 * MAX_QUEUED_BYTES)
    expect(shifted(inputs, 2)).toEqual([4, -1])
  })

  test('nothing waits after it is cleared', () => {
    const { inputs } = queue()
    inputs.push(timer(1))
    inputs.pushFrom(peer('a'), timer(2), 1)
    inputs.clear()
    expect(shifted(inputs, 1)).toEqual([-1])
  })
})
