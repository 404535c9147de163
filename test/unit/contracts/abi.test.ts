import type { Abi, Hex } from 'viem'
import {
  concat,
  decodeErrorResult,
  decodeEventLog,
  decodeFunctionResult,
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
import type { MockStorage, OutgoingCall } from './mockHost.ts'
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
    uint24: 16_777_215,
    uint128: 2n ** 128n - 1n,
    uint160: 2n ** 160n - 1n,
    int40: -(2 ** 39),
    int128: -(2n ** 127n),
    int256: -(2n ** 255n),
    bytes4: '0x01ffc9a7',
    bytes8: '0x0102030405060708',
    bytes20: `0x${'ab'.repeat(20)}`,
    'uint128[]': [1n, 2n ** 127n],
    'uint16[3]': [1, 2, 3],
    'string[2]': ['', 'x'.repeat(33)],
    'int128[12][2]': [Array(12).fill(-1n), Array(12).fill(2n)],
    'uint8[2][]': [
      [1, 2],
      [3, 4],
    ],
    'bytes[][2]': [['0x', '0x0102'], []],
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
    ['uint24', ['0x01000000']],
    ['uint128', [`0x01${'00'.repeat(16)}`]],
    ['int128', [`0x80${'00'.repeat(15)}`]],
    ['int40', [`0x00${'ff'.repeat(31)}`]],
    ['bytes4', [`0x0000000001${'00'.repeat(27)}`]],
    ['uint16[3]', ['0x01', '0x02']],
    ['uint16[3]', ['0x01', '0x02', '0x010000']],
    ['string[2]', ['0x20', '0x40', '0x60', '0x00']],
    ['uint8[2][]', ['0x20', '0x02', '0x01', '0x02', '0x03']],
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

  test('an index out of range is a panic, as is taking from an empty array', () => {
    expect(echo.fault('outOfBounds', [[1n]])).toBe('Panic(50)')
    expect(echo.fault('popEmpty')).toBe('Panic(49)')
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

  test('tuples, structs and overloads come back', () => {
    const flat = { x: 1n, y: -2n, mark: '0x01020304' }
    const three = artifact.abi.find(({ name }) => name === 'three')?.outputs ?? []
    const answer = recording({ success: true, data: encodeAbiParameters(three, [9n, 'far', flat]) })
    expect(echo.call('callThree', [OTHER, flat], { onCall: answer.onCall })).toEqual([9n, 'far', flat])
    const item = artifact.abi.find(({ name }) => name === 'echoItem')?.outputs ?? []
    const value = { name: 'theirs', flats: [], flat, side: 0, grid: [1, 2] }
    const data = encodeAbiParameters(item, [value])
    expect(echo.call('callItem', [OTHER], { onCall: () => ({ success: true, data }) })).toBe('theirs')
    const again = recording({ success: true, data: pad('0x07', { size: 32 }) })
    expect(echo.call('callAgain', [OTHER], { onCall: again.onCall })).toBe(7n)
    expect(again.calls).toMatchObject([
      { data: concat([toFunctionSelector('mixed(bool)'), pad('0x01', { size: 32 })]) },
    ])
  })

  test('a call that may fail says how it ended', () => {
    const panic: Hex = `0x4e487b71${'00'.repeat(31)}11`
    const look = (success: boolean, data: Hex) => echo.call('tryLook', [OTHER], { onCall: () => ({ success, data }) })
    expect(look(true, pad('0x07', { size: 32 }))).toBe(7n)
    expect(look(false, panic)).toBe(1017n)
    expect(look(false, '0x')).toBe(1000n)
    expect(echo.fault('tryLookAnyway', [OTHER], { onCall: () => ({ success: false, data: panic }) })).toBe('Panic(17)')
    const reason = concat(['0x08c379a0', encodeAbiParameters([{ type: 'string' }], ['not today'])])
    const paying = recording({ success: false, data: reason })
    expect(echo.call('tryPay', [OTHER], { onCall: paying.onCall })).toBe('not today')
    expect(paying.calls).toMatchObject([{ kind: 'call', valueWei: 7n }])
    expect(echo.call('tryPay', [OTHER], { onCall: () => ({ success: true, data: '0x' }) })).toBe('paid')
    expect(echo.call('tryPay', [WITHOUT_CODE], { onCall: () => ({ success: true, data: '0x' }) })).toBe('')
  })

  test('money is sent, and a refusal passed on', () => {
    const { calls, onCall } = recording({ success: true, data: '0x' })
    echo.call('send', [WITHOUT_CODE, 5n], { onCall })
    expect(calls).toEqual([{ kind: 'call', target: WITHOUT_CODE, data: '0x', valueWei: 5n }])
    const panic: Hex = `0x4e487b71${'00'.repeat(31)}01`
    expect(echo.fault('send', [OTHER, 5n], { onCall: () => ({ success: false, data: panic }) })).toBe('Panic(1)')
  })

  test('creation', () => {
    const { calls, onCall } = recording({ success: true, data: OTHER })
    expect(String(echo.call('make', ['0x0061736d'], { onCall })).toLowerCase()).toBe(OTHER)
    expect(calls).toMatchObject([{ kind: 'create', data: '0x0061736d', valueWei: 5n }])
    expect(echo.fault('make', ['0x00'], { onCall: () => ({ success: false, data: '0x' }) })).toBe('0x')
  })
})

describe('structs', () => {
  const flat = { x: 1n, y: -2n, mark: '0x01020304' }
  const item = { name: 'n'.repeat(40), flats: [flat, { ...flat, x: 5n }], flat, side: 1, grid: [7, 8] }

  test.each([
    ['echoFlat((uint64,int128,bytes4))', flat],
    ['echoItem((string,(uint64,int128,bytes4)[],(uint64,int128,bytes4),uint8,uint8[2]))', item],
    [
      'echoItems((string,(uint64,int128,bytes4)[],(uint64,int128,bytes4),uint8,uint8[2])[])',
      [item, { ...item, name: '' }],
    ],
  ])('%s returns what it is given', (signature, value) => {
    expect(artifact.methodIdentifiers[signature]).toBeDefined()
    const abi = artifact.abi.filter(
      (each) => each.name === signature.split('(')[0] && each.inputs?.[0]?.components,
    ) as Abi
    const data = encodeFunctionData({ abi, args: [value] })
    expect(decodeFunctionResult({ abi, data: echo.run({ data }).output })).toEqual(value)
  })

  test('are changed like objects, copied by copy(), and zero at first', () => {
    expect(echo.call('change', [item])).toEqual({ ...item, flat: { ...flat, x: 2n }, grid: [7, 9] })
    const none = { x: 0n, y: 0n, mark: '0x00000000' }
    expect(echo.call('zero')).toEqual({ name: '', flats: [], flat: none, side: 0, grid: [0, 0] })
  })

  test('a tuple is several results', () => {
    expect(echo.call('three', ['text', flat])).toEqual([3n, 'text', flat])
    const outputs = artifact.abi.find(({ name }) => name === 'three')?.outputs
    expect(outputs?.map(({ name, type }) => [name, type])).toEqual([
      ['count', 'uint256'],
      ['text', 'string'],
      ['flat', 'tuple'],
    ])
    const data = echo.call('encoded', ['text', flat])
    expect(data).toBe(encodeAbiParameters(outputs ?? [], [3n, 'text', flat]))
    expect(echo.call('decoded', [data])).toEqual([3n, 'text', flat])
  })

  test('are in events and errors; what is indexed is hashed', () => {
    const data = encodeFunctionData({ abi: artifact.abi, functionName: 'logItem', args: [item, [1, 2]] })
    const [log] = echo.run({ data }).logs
    assert(log !== undefined, 'there is a log')
    const [first, ...indexed] = log.topics
    const parts = '(uint64,int128,bytes4)'
    expect(first).toBe(
      toEventSelector(`Structured(${parts},uint16[],(string,${parts}[],${parts},uint8,uint8[2]),uint8[2])`),
    )
    const words = (type: string, values: readonly unknown[]): Hex =>
      keccak256(
        encodeAbiParameters(
          values.map(() => ({ type })),
          values,
        ),
      )
    const flatWords = encodeAbiParameters(
      [{ type: 'uint64' }, { type: 'int128' }, { type: 'bytes4' }],
      [1n, -2n, '0x01020304'],
    )
    expect(indexed).toEqual([keccak256(flatWords), words('uint16', [1, 2]), words('uint8', [7, 8])])
    const decoded = decodeEventLog({ abi: artifact.abi as Abi, topics: log.topics as [Hex, ...Hex[]], data: log.data })
    expect(decoded).toMatchObject({ args: { item } })
    const { output } = echo.run({
      data: encodeFunctionData({ abi: artifact.abi, functionName: 'refuseItem', args: [item] }),
    })
    expect(decodeErrorResult({ abi: artifact.abi as Abi, data: output })).toMatchObject({
      errorName: 'Wrong',
      args: [item, flat],
    })
  })

  test('a member of an enumeration is one', () => {
    expect(echo.call('echoSide', [1])).toBe(1)
    expect(echo.fault('echoSide', [2])).toBe('0x')
    expect(echo.call('echoSides', [[0, 1]])).toEqual([0, 1])
  })

  test('one name serves two functions', () => {
    const data = concat([toFunctionSelector('echoFlat(uint128)'), pad('0x05', { size: 32 })])
    expect(echo.run({ data }).output).toBe(pad('0x05', { size: 32 }))
  })

  test('indices are checked', () => {
    expect(echo.call('fixedAt', [[1, 2, 3], 2])).toBe(3)
    expect(echo.fault('fixedAt', [[1, 2, 3], 3])).toBe('Panic(50)')
    expect(echo.fault('fixedAt', [[1, 2, 3], -1])).toBe('Panic(50)')
    expect(echo.call('markAt', ['0x01020304', 3])).toBe(4)
    expect(echo.fault('markAt', ['0x01020304', 4])).toBe('Panic(50)')
  })
})

describe('a guard against reentrancy', () => {
  test('stops a second call of any guarded function in the transaction, and no later one', () => {
    const transient: MockStorage = new Map()
    const inner: unknown[] = []
    const onCall = () => {
      inner.push(echo.fault('guardedToo', [], { transient }))
      return { success: true, data: '0x' as const }
    }
    expect(echo.call('guarded', [OTHER], { onCall, transient })).toBe(true)
    expect(inner).toEqual(['ReentrancyGuardReentrantCall()'])
    expect(echo.call('guardedToo', [], { transient })).toBeUndefined()
  })
})

test('literals and the world around', () => {
  const data = encodeFunctionData({ abi: artifact.abi, functionName: 'data', args: [5n] })
  expect(echo.call('data', [5n])).toBe(data)
  expect(echo.call('texts', [OTHER, ones])).toBe(`${OTHER} ${ones}`)
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
