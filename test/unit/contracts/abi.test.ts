import type { Abi, Hex } from 'viem'
import {
  concat,
  decodeEventLog,
  encodeAbiParameters,
  encodeFunctionData,
  keccak256,
  pad,
  toEventSelector,
  toFunctionSelector,
  toHex,
} from 'viem'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Artifact } from '../../../src/cli/compile/index.ts'
import { assert } from '../../../src/primitives/index.ts'
import type { Contract } from './contract.ts'
import { compileText, deploy } from './contract.ts'
import { echoAssembly, echoName, types } from './echo.ts'
import type { OutgoingCall } from './mockHost.ts'
import { SELF, SENDER } from './mockHost.ts'

const OTHER: Hex = '0x07e4000000000000000000000000000000000001'
const WITHOUT_CODE: Hex = '0x0000000000000000000000000000000000000001'

let artifact: Artifact
let echo: Contract
beforeAll(async () => {
  const [compiled] = await compileText({ 'Echo.ts': echoAssembly })
  assert(compiled !== undefined, 'Echo compiles')
  artifact = compiled
  echo = deploy(artifact)
}, 120_000)

/** Call data with raw words behind the selector of an echo function. */
const rawEcho = (type: string, ...words: readonly Hex[]): Hex =>
  concat([toFunctionSelector(`${echoName(type)}(${type})`), ...words.map((word) => pad(word, { size: 32 }))])

/** Where in the source a function is. */
const lineOf = (name: string): number => echoAssembly.split('\n').findIndex((line) => line.includes(`${name}(`)) + 1

const ones: Hex = `0x${'ff'.repeat(32)}`

describe('what goes in and comes out', () => {
  const values: Readonly<Record<string, unknown>> = {
    bool: true,
    uint8: 255,
    uint16: 65_535,
    uint32: 4_294_967_295,
    uint64: 2n ** 64n - 1n,
    int8: -128,
    int16: -32_768,
    int32: -2_147_483_648,
    int64: -(2n ** 63n),
    uint256: 2n ** 256n - 1n,
    address: `0x${'Ff'.repeat(20).toLowerCase()}`,
    bytes32: ones,
    string: 'žluťoučký 🐎 \u0000 漢字',
    bytes: `0x${'ab'.repeat(33)}`,
    'uint16[]': [1, 2, 65_535],
    'uint256[]': [],
    'string[]': ['', 'one', 'x'.repeat(40)],
    'int8[][]': [[], [-1, 2], [3]],
  }
  test.each(types.map(([, type]) => type))('%s', (type) => {
    const data = encodeFunctionData({ abi: artifact.abi, functionName: echoName(type), args: [values[type]] })
    const { status, output } = echo.run({ data })
    expect(status).toBe('success')
    expect(output).toBe(encodeAbiParameters([{ type }], [values[type]]))
  })

  test('arguments of all kinds at once', () => {
    expect(echo.call('mixed', [true, 'sum', [1n, 10n ** 30n], OTHER])).toBe('sum!1000000000000000000000000000000')
  })
})

describe('dirty input reverts without data', () => {
  test.each<[string, readonly Hex[]]>([
    ['bool', ['0x02']],
    ['bool', [ones]],
    ['uint8', ['0x0100']],
    ['uint64', ['0x010000000000000000']],
    ['int8', ['0x80']],
    ['int8', [`0x00${'ff'.repeat(31)}`]],
    ['int64', ['0x8000000000000000']],
    ['address', [`0x01${'00'.repeat(20)}`]],
    ['address', [`0x80${'00'.repeat(31)}`]],
    ['uint256', []],
    ['string', ['0x20']],
    ['string', ['0x40', '0x01']],
    ['string', ['0x20', '0x01']],
    ['string', [ones, '0x00']],
    ['string', ['0x20', ones]],
    ['string', ['0x20', '0x0100000000', '0x00']],
    ['uint16[]', ['0x20', '0x02', '0x01']],
    ['uint16[]', ['0x20', `0x08${'00'.repeat(31)}`]],
    ['uint16[]', ['0x20', '0x01', '0x010000']],
    ['string[]', ['0x20', '0x01', '0x40']],
  ])('%s %j', (type, words) => {
    expect(echo.run({ data: rawEcho(type, ...words) })).toEqual({ status: 'revert', output: '0x', logs: [] })
  })

  test('a word cut short', () => {
    const data = rawEcho('uint256', '0x01')
    expect(echo.run({ data: data.slice(0, -2) as Hex }).status).toBe('revert')
    expect(echo.run({ data: `${data}00` }).status).toBe('success')
  })
})

describe('who may call what', () => {
  test('value is refused unless the function is payable', () => {
    expect(echo.fault('logNothing', [], { valueWei: 1n })).toBe('0x')
    expect(echo.call('deposit', [], { valueWei: 2n ** 200n })).toBe(2n ** 200n)
  })

  test('receive answers empty data, fallback what is unknown', () => {
    expect(echo.run({ data: '0x', valueWei: 3n })).toMatchObject({ status: 'success', logs: [{ data: '0x' }] })
    const reason = encodeAbiParameters([{ type: 'string' }], ['unknown'])
    for (const data of ['0x01', '0x00000000', '0xdeadbeef00'] as const)
      expect(echo.run({ data })).toMatchObject({ status: 'revert', output: `0x08c379a0${reason.slice(2)}` })
    expect(echo.run({ data: '0xdeadbeef', valueWei: 1n })).toMatchObject({ status: 'revert', output: '0x' })
  })

  test('private methods and those that begin with an underscore are not called', () => {
    const names = artifact.abi.map(({ name }) => name)
    expect(names).toContain('decimal')
    expect(names).not.toContain('hidden')
    expect(names).not.toContain('_hiddenToo')
    const mutability = artifact.abi.map(({ name, type, stateMutability }) => [name ?? type, stateMutability])
    expect(mutability).toContainEqual(['echo_bool', 'pure'])
    expect(mutability).toContainEqual(['callLook', 'view'])
    expect(mutability).toContainEqual(['receive', 'payable'])
    expect(mutability).toContainEqual(['fallback', 'nonpayable'])
  })
})

describe('reverts', () => {
  test.each<[string, readonly unknown[], string]>([
    ['refuse', ['because', [-1, 2]], `Refused(${SENDER},because,-1,2)`],
    [
      'refuseWithReason',
      ['a reason that is longer than one word of thirty-two bytes'],
      'Error(a reason that is longer than one word of thirty-two bytes)',
    ],
    ['refuseUnless', [false], 'Error(no)'],
    ['throwError', [], `Error(thrown (Echo.ts:${lineOf('throwError')}))`],
  ])('%s', (name, args, expected) => {
    expect(String(echo.fault(name, args)).toLowerCase()).toBe(expected.toLowerCase())
  })

  test('an index out of range says where', () => {
    expect(echo.fault('outOfBounds', [[1n]])).toMatch(/^Error\(Index out of range \(.+:\d+\)\)$/)
  })

  test('what is not refused goes on', () => {
    expect(echo.call('refuse', ['', []])).toBe(1n)
    expect(echo.call('refuseUnless', [true])).toBeUndefined()
  })
})

describe('events', () => {
  test('topics and data are those of Solidity', () => {
    const blob: Hex = '0x0102'
    const args = ['label', blob, [1n, 2n], 5n]
    const data = encodeFunctionData({ abi: artifact.abi, functionName: 'logAll', args })
    const [log] = echo.run({ data }).logs
    assert(log !== undefined, 'there is a log')
    const signature = 'Everything(address,string,bool,bytes,string,uint64[],uint256)'
    expect(log.topics).toEqual([
      toEventSelector(signature),
      pad(SENDER, { size: 32 }),
      keccak256(toHex('label')),
      keccak256(blob),
    ])
    const decoded = decodeEventLog({
      abi: artifact.abi as Abi,
      topics: log.topics as [Hex, ...Hex[]],
      data: log.data,
    })
    expect(decoded).toMatchObject({
      eventName: 'Everything',
      args: { flag: true, text: 'label', numbers: [1n, 2n], amount: 5n },
    })
    expect(echo.logs('logNothing')).toMatchObject([{ eventName: 'Nothing' }])
  })
})

describe('calls to other contracts', () => {
  const recording = (answer: { success: boolean; data: Hex }) => {
    const calls: OutgoingCall[] = []
    return {
      calls,
      onCall: (call: OutgoingCall) => {
        calls.push(call)
        return answer
      },
    }
  }

  test('encode and decode as Solidity does', () => {
    const data = encodeAbiParameters([{ type: 'string' }], ['answer'])
    const { calls, onCall } = recording({ success: true, data })
    expect(echo.call('callMixed', [OTHER, true, 'ask', [1n, 2n]], { onCall })).toBe('answer')
    const args = [true, 'ask', [1n, 2n], SELF]
    const expected = encodeFunctionData({ abi: artifact.abi, functionName: 'mixed', args })
    expect(calls).toEqual([{ kind: 'call', target: OTHER, data: expected, valueWei: 0n }])
  })

  test('a view function is called statically, value goes along where it is given', () => {
    const looking = recording({ success: true, data: pad('0x07', { size: 32 }) })
    expect(echo.call('callLook', [OTHER], { onCall: looking.onCall })).toBe(7)
    expect(looking.calls).toMatchObject([{ kind: 'staticcall', data: toFunctionSelector('look()') }])
    const paying = recording({ success: true, data: '0x' })
    echo.call('callPay', [OTHER, 9n], { onCall: paying.onCall })
    expect(paying.calls).toMatchObject([{ kind: 'call', valueWei: 9n, data: toFunctionSelector('pay()') }])
  })

  test('a revert is passed on, dirty or missing answers revert, and so does a call of nobody', () => {
    const panic: Hex = `0x4e487b71${'00'.repeat(31)}11`
    const failing = () => ({ success: false, data: panic })
    expect(echo.fault('callLook', [OTHER], { onCall: failing })).toBe('Panic(17)')
    expect(echo.fault('callLook', [OTHER], { onCall: () => ({ success: false, data: '0x' }) })).toBe('0x')
    expect(echo.fault('callLook', [OTHER], { onCall: () => ({ success: true, data: ones }) })).toBe('0x')
    expect(echo.fault('callLook', [OTHER], { onCall: () => ({ success: true, data: '0x07' }) })).toBe('0x')
    expect(echo.fault('callPay', [WITHOUT_CODE, 0n])).toBe('0x')
  })

  test('creation', () => {
    const { calls, onCall } = recording({ success: true, data: OTHER })
    expect(String(echo.call('make', ['0x0061736d'], { onCall })).toLowerCase()).toBe(OTHER)
    expect(calls).toMatchObject([{ kind: 'create', data: '0x0061736d', valueWei: 5n }])
    expect(echo.fault('make', ['0x00'], { onCall: () => ({ success: false, data: '0x' }) })).toBe('0x')
  })
})

test('literals and the world around', () => {
  expect(echo.call('literal')).toBe(2n ** 128n + 16n + 2n ** 40n)
  expect(String(echo.call('account')).toLowerCase()).toBe('0x00000000000000000000000000000000deadbeef')
  expect(echo.call('where')).toEqual([12n, 1_700_000_000n, 31_337n, 1_000_000n])
  expect(String(echo.call('origin')).toLowerCase()).toBe(SENDER)
  expect(echo.call('hash', ['0x1234'])).toBe(keccak256('0x1234'))
  expect(echo.call('decimal', [2n ** 256n - 1n])).toBe(String(2n ** 256n - 1n))
})

test('memory grows when a call needs it', () => {
  expect(echo.call('fill', [20_000])).toBe(20_000n)
  const long = 'x'.repeat(300_000)
  expect(echo.call('echo_string', [long])).toBe(long)
})
