import { expect, test } from 'vitest'
import { readWish } from '../../../src/cli/testnet/wishes.ts'

const names = ['node0', 'node1', 'node10']

test.each([
  ['start 1', { kind: 'start', name: 'node1' }],
  ['  stop   node10 ', { kind: 'stop', name: 'node10' }],
  ['kill 0', { kind: 'kill', name: 'node0' }],
  ['quit', { kind: 'quit' }],
])('%j is understood', (line, wish) => expect(readWish(line, names)).toEqual(wish))

test.each(['', 'start', 'start 2', 'start 1 2', 'quit 1', 'restart 1', 'start node'])('%j is refused', (line) =>
  expect(() => readWish(line, names)).toThrow(/is none of "start <n>"/),
)
