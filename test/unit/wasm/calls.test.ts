import { describe, expect, test } from 'vitest'
import { concatBytes, EMPTY_BYTES, fromHex, toAddress } from '../../../src/primitives/index.ts'
import type { Message, Result } from '../../../src/vm/index.ts'
import { ALICE, CONTRACT, contract, createWorld, OTHER, run } from './support/world.ts'

const hooks = `
  (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))
  (import "vm_hooks" "delegate_call_contract" (func $delegate (param i32 i32 i32 i64 i32) (result i32)))
  (import "vm_hooks" "static_call_contract" (func $static (param i32 i32 i32 i64 i32) (result i32)))
  (import "vm_hooks" "create1" (func $create (param i32 i32 i32 i32 i32)))
  (import "vm_hooks" "create2" (func $create2 (param i32 i32 i32 i32 i32 i32)))
  (import "vm_hooks" "read_return_data" (func $returned (param i32 i32 i32) (result i32)))
  (import "vm_hooks" "return_data_size" (func $size (result i32)))
  (import "vm_hooks" "storage_load_bytes32" (func $load (param i32 i32)))
  (import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32)))
  (import "vm_hooks" "emit_log" (func $log (param i32 i32 i32)))
  (import "vm_hooks" "msg_reentrant" (func $reentrant (result i32)))
  (import "vm_hooks" "write_result" (func $result (param i32 i32)))`

/** 0: zero word; 32: the other's address; 64: value 3; 96: data "abcd". */
const memory = (address: string = OTHER) => {
  const escaped = (hex: string) => hex.slice(2).replace(/../g, '\\$&')
  return `(memory (export "memory") 1) (data (i32.const 32) "${escaped(address)}") (data (i32.const 95) "\\03abcd")`
}
const caller = (body: string, address?: string) => contract(body, hooks, memory(address))
const ALL = '(i64.const -1)'
const call = (value: number, gas = ALL) =>
  `(call $call (i32.const 32) (i32.const 96) (i32.const 4) (i32.const ${value}) ${gas} (i32.const 200))`
const statusToResult = (status: string) =>
  `(i32.store8 (i32.const 300) ${status}) (call $result (i32.const 300) (i32.const 1)) (i32.const 0)`
const abcd = new TextEncoder().encode('abcd')

describe('a call', () => {
  test.each<[kind: string, body: string, message: Partial<Message> & Record<string, unknown>]>([
    [
      'call',
      `(drop ${call(0)}) (i32.const 0)`,
      { kind: 'call', caller: CONTRACT, recipient: OTHER, codeAddress: OTHER, valueWei: 0n, isStatic: false },
    ],
    [
      'call with value',
      `(drop ${call(64)}) (i32.const 0)`,
      { kind: 'call', caller: CONTRACT, recipient: OTHER, valueWei: 3n },
    ],
    [
      'staticcall',
      `(drop (call $static (i32.const 32) (i32.const 96) (i32.const 4) ${ALL} (i32.const 200))) (i32.const 0)`,
      { kind: 'staticcall', caller: CONTRACT, recipient: OTHER, valueWei: 0n, isStatic: true },
    ],
    [
      'delegatecall',
      `(drop (call $delegate (i32.const 32) (i32.const 96) (i32.const 4) ${ALL} (i32.const 200))) (i32.const 0)`,
      { kind: 'delegatecall', caller: ALICE, recipient: CONTRACT, codeAddress: OTHER, valueWei: 8n, isStatic: false },
    ],
  ])('%s sends the message of its kind', (_kind, body, message) => {
    const world = createWorld()
    expect(run(world, caller(body), { valueWei: 8n, depth: 4 }).status).toBe('success')
    expect(world.sent).toEqual([expect.objectContaining({ ...message, input: abcd, depth: 5 })])
  })

  const output = fromHex('0x0102030405')
  test.each<[name: string, result: (message: Message) => Result, status: number, returned: Uint8Array]>([
    ['success', ({ gasLimit }) => ({ status: 'success', output, gasLeft: gasLimit }), 0, output],
    ['revert', ({ gasLimit }) => ({ status: 'revert', output, gasLeft: gasLimit }), 2, output],
    ['halt', () => ({ status: 'halt', reason: 'out-of-gas' }), 2, EMPTY_BYTES],
  ])('that ends in %s answers status, length and data', (_name, result, status, returned) => {
    const world = createWorld(undefined, result)
    const body = `
      (i32.store8 (i32.const 300) ${call(0)})
      (i32.store8 (i32.const 301) (i32.load (i32.const 200)))
      (i32.store8 (i32.const 302) (call $size))
      (i32.store8 (i32.const 303) (call $returned (i32.const 304) (i32.const 0) (i32.const 99)))
      (call $result (i32.const 300) (i32.add (i32.const 4) (i32.load8_u (i32.const 303))))
      (i32.const 0)`
    const n = returned.length
    expect(run(world, caller(body))).toMatchObject({ output: concatBytes(Uint8Array.of(status, n, n, n), returned) })
  })

  test.each([
    ['all but a 64th of what is left', ALL, undefined],
    ['what was asked for', '(i64.const 5000)', 5_000n],
    ['nothing', '(i64.const 0)', 0n],
  ])('passes %s', (_name, gas, expected) => {
    const world = createWorld()
    run(world, caller(`(drop ${call(0, gas)}) (i32.const 0)`), { gasLimit: 1_000_000n })
    const sent = world.sent[0]?.gasLimit ?? 0n
    if (expected !== undefined) expect(sent).toBe(expected)
    else expect(1_000_000n - sent).toBeGreaterThan(15_600n)
  })

  test('with value costs 9000, or 34000 to a new account, and passes a stipend', () => {
    const gasOf = (value: number, isNew: boolean) => {
      const world = createWorld(undefined, () => ({ status: 'halt', reason: 'out-of-gas' }))
      if (!isNew) world.journal.addBalance(OTHER, 1n)
      const ended = run(world, caller(`(drop ${call(value, '(i64.const 0)')}) (i32.const 0)`))
      return { used: ended.status === 'success' ? 10_000_000n - ended.gasLeft : 0n, sent: world.sent[0]?.gasLimit }
    }
    const plain = gasOf(0, true)
    expect(plain.sent).toBe(0n)
    expect(gasOf(64, false)).toEqual({ used: plain.used + 9_000n, sent: 2_300n })
    expect(gasOf(64, true)).toEqual({ used: plain.used + 34_000n, sent: 2_300n })
  })

  test('of a delegated account pays for the account whose code it runs', () => {
    const gasOf = (code: Uint8Array) => {
      const world = createWorld()
      world.journal.setCode(OTHER, code)
      const ended = run(world, caller(`(drop ${call(0)}) (i32.const 0)`))
      return ended.status === 'success' ? 10_000_000n - ended.gasLeft : 0n
    }
    expect(gasOf(concatBytes(fromHex('0xef0100'), fromHex(ALICE))) - gasOf(EMPTY_BYTES)).toBe(2_600n)
  })

  test('sees what its caller wrote, and its caller sees what it wrote', () => {
    const world = createWorld(undefined, (message) => {
      expect(world.journal.storage(CONTRACT, 0n)).toBe(3n)
      world.journal.setStorage(CONTRACT, 0n, 44n)
      return { status: 'success', output: EMPTY_BYTES, gasLeft: message.gasLimit }
    })
    const body = `(call $store (i32.const 0) (i32.const 64)) (drop ${call(0)}) (call $load (i32.const 0) (i32.const 400)) (call $result (i32.const 431) (i32.const 1)) (i32.const 0)`
    expect(run(world, caller(body))).toMatchObject({ status: 'success', output: Uint8Array.of(44) })
    expect(world.journal.storage(CONTRACT, 0n)).toBe(44n)
  })

  test.each([
    ['a call with value', `(drop ${call(64)}) (i32.const 0)`],
    ['a log', '(call $log (i32.const 0) (i32.const 0) (i32.const 0)) (i32.const 0)'],
    [
      'a creation',
      '(call $create (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)) (i32.const 0)',
    ],
  ])('%s traps in a static frame', (_name, body) => {
    const ended = run(createWorld(), caller(body), { isStatic: true })
    expect(ended).toMatchObject({
      status: 'revert',
      output: EMPTY_BYTES,
      fault: expect.stringMatching(/in a static call/),
    })
  })

  test('into a static frame stays static below', () => {
    const world = createWorld()
    run(world, caller(`(drop ${call(0)}) (i32.const 0)`), { isStatic: true })
    expect(world.sent[0]?.isStatic).toBe(true)
  })
})

describe('contracts that call contracts', () => {
  test('give back their pages and their stack', () => {
    const world = createWorld()
    world.journal.setCode(OTHER, contract('(i32.const 0)', '', '(memory (export "memory") 60)'))
    const twenty = Array.from({ length: 20 }, () => `(drop ${call(0)})`).join('')
    const ended = run(
      world,
      caller(
        `${twenty} (i32.store8 (i32.const 300) ${call(0)}) (call $result (i32.const 300) (i32.const 1)) (i32.const 0)`,
      ),
      { gasLimit: 60_000_000n },
    )
    expect(ended).toMatchObject({ status: 'success', output: Uint8Array.of(0) })
  })

  test('share the pages of a transaction', () => {
    const world = createWorld()
    world.journal.setCode(OTHER, contract('(i32.const 0)', '', '(memory (export "memory") 128)'))
    const ended = run(world, caller(statusToResult(call(0))), { gasLimit: 100_000_000n })
    expect(ended).toMatchObject({ status: 'success', output: Uint8Array.of(2) })
  })

  test('know when they are entered again, but not by a delegate call', () => {
    const reentrant = contract(
      '(call $reentrant)',
      '(import "vm_hooks" "msg_reentrant" (func $reentrant (result i32)))',
    )
    const status = (body: string, target: `0x${string}`) => {
      const world = createWorld()
      world.journal.setCode(toAddress(target), reentrant)
      return run(world, caller(statusToResult(body), target))
    }
    const delegate = `(call $delegate (i32.const 32) (i32.const 0) (i32.const 0) ${ALL} (i32.const 200))`
    expect(status(call(0), CONTRACT)).toMatchObject({ output: Uint8Array.of(2) })
    expect(status(call(0), OTHER)).toMatchObject({ output: Uint8Array.of(0) })
    expect(status(delegate, OTHER)).toMatchObject({ output: Uint8Array.of(0) })
  })

  test('lose the writes of a callee that failed, and keep its caller', () => {
    const world = createWorld()
    world.journal.setCode(OTHER, contract('(call $store (i32.const 0) (i32.const 64)) (unreachable)', hooks, memory()))
    const ended = run(world, caller(`(call $store (i32.const 0) (i32.const 64)) ${statusToResult(call(0))}`))
    expect(ended).toMatchObject({ status: 'success', output: Uint8Array.of(2) })
    expect(world.journal.storage(CONTRACT, 0n)).toBe(3n)
    expect(world.journal.storage(OTHER, 0n)).toBe(0n)
  })
})

describe('a creation by a contract', () => {
  const created = toAddress(`0x${'ee'.repeat(20)}`)
  const succeed = ({ gasLimit }: Message): Result => ({
    status: 'success',
    output: EMPTY_BYTES,
    gasLeft: gasLimit,
    created,
  })
  const create = '(call $create (i32.const 96) (i32.const 4) (i32.const 64) (i32.const 400) (i32.const 420))'
  const create2 =
    '(call $create2 (i32.const 96) (i32.const 4) (i32.const 64) (i32.const 64) (i32.const 400) (i32.const 420))'
  const answer = '(call $result (i32.const 400) (i32.const 24)) (i32.const 0)'

  test('sends its message and gets the address', () => {
    const world = createWorld(undefined, succeed)
    expect(run(world, caller(`${create} ${answer}`))).toMatchObject({
      output: concatBytes(fromHex(created), new Uint8Array(4)),
    })
    expect(world.sent).toEqual([
      expect.objectContaining({
        kind: 'create',
        caller: CONTRACT,
        valueWei: 3n,
        initCode: abcd,
        salt: undefined,
        depth: 1,
      }),
    ])
  })

  test('has a salt', () => {
    const world = createWorld(undefined, succeed)
    run(world, caller(`${create2} ${answer}`))
    expect(world.sent).toEqual([expect.objectContaining({ kind: 'create2', salt: `0x${'3'.padStart(64, '0')}` })])
  })

  test('that fails answers address 0 and the length of the revert data', () => {
    const world = createWorld(undefined, ({ gasLimit }) => ({ status: 'revert', output: abcd, gasLeft: gasLimit }))
    expect(run(world, caller(`${create} ${answer}`))).toMatchObject({
      output: concatBytes(new Uint8Array(20), fromHex('0x04000000')),
    })
  })

  test('costs 32000, 2 gas a word, and 6 more with a salt', () => {
    const used = ['(nop)', create, create2].map((body) => {
      const ended = run(createWorld(undefined, succeed), caller(`${body} (i32.const 0)`))
      return ended.status === 'success' ? 10_000_000n - ended.gasLeft : 0n
    })
    const [none = 0n, one = 0n, two = 0n] = used
    // Beyond gas: 8,400 + 3 x 5,040 + 59,673 + 2 x 16,381 ink and a few instructions, about 12 gas.
    expect(one - none - 32_002n).toBeGreaterThan(10n)
    expect(one - none - 32_002n).toBeLessThan(16n)
    expect(two - one).toBeGreaterThanOrEqual(6n)
    expect(two - one).toBeLessThan(9n)
  })

  test('of too much init code halts', () => {
    const body =
      '(call $create (i32.const 0) (i32.const 49153) (i32.const 0) (i32.const 0) (i32.const 0)) (i32.const 0)'
    expect(run(createWorld(undefined, succeed), caller(body))).toMatchObject({
      status: 'halt',
      reason: 'init-code-too-large',
    })
  })
})

describe('a log', () => {
  test('has topics and data', () => {
    const world = createWorld()
    expect(run(world, caller('(call $log (i32.const 64) (i32.const 36) (i32.const 1)) (i32.const 0)')).status).toBe(
      'success',
    )
    const { logs } = world.journal.finish(world.host.rules)
    expect(logs).toEqual([{ address: CONTRACT, topics: [`0x${'3'.padStart(64, '0')}`], data: abcd }])
  })

  test.each([
    ['five topics', '(call $log (i32.const 0) (i32.const 160) (i32.const 5)) (i32.const 0)'],
    ['fewer bytes than topics need', '(call $log (i32.const 0) (i32.const 31) (i32.const 1)) (i32.const 0)'],
  ])('of %s traps', (_name, body) => {
    expect(run(createWorld(), caller(body))).toMatchObject({ status: 'revert', output: EMPTY_BYTES })
  })
})
