import { Interface } from 'ethers'
import type { Hex } from 'viem'
import { encodeAbiParameters, encodeFunctionData, pad, parseAbi, toFunctionSelector } from 'viem'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Artifact } from '../../../src/cli/compile/index.ts'
import { decompressBrotli } from '../../../src/node/brotli.ts'
import { fromHex, rulesOf } from '../../../src/primitives/index.ts'
import { createWasmEngine } from '../../../src/wasm/index.ts'
import type { Contract } from './contract.ts'
import { compile, deploy } from './contract.ts'
import type { OutgoingCall } from './mockHost.ts'
import { SENDER } from './mockHost.ts'
import { Module } from './v8.ts'

const ALICE: Hex = '0xa11ce00000000000000000000000000000000001'
const BOB: Hex = '0xb0b0000000000000000000000000000000000002'
const ZERO: Hex = '0x0000000000000000000000000000000000000000'
const MAX = 2n ** 256n - 1n
const names = ['Counter', 'Token', 'Caller', 'Nft', 'Exchange', 'Multisig'] as const

const built: Record<string, Artifact> = {}
beforeAll(async () => {
  for (const name of names) built[name] = await compile(`asm-contracts/${name}.ts`, name)
}, 240_000)

const fresh = (name: (typeof names)[number], args: readonly unknown[] = []): Contract => {
  const artifact = built[name]
  if (artifact === undefined) throw new Error(`${name} is built`)
  return deploy(artifact, args)
}
const lower = (value: unknown): string => String(value).toLowerCase()

/** An ABI without what a signature does not say (names of structs) and what may also be left out. */
const plain = (abi: unknown): unknown =>
  JSON.parse(
    JSON.stringify(abi, (key, value) => {
      const isSilent = key === 'internalType' || value === false || value === ''
      return isSilent ? undefined : value
    }),
  )

describe('every example', () => {
  test.each(names)('%s is a module that the node accepts', (name) => {
    const code = fromHex(built[name]?.bytecode ?? '0x')
    expect(
      createWasmEngine({ decompress: decompressBrotli }).validate(code, 10n ** 9n, rulesOf('osaka')),
    ).toMatchObject({
      status: 'valid',
    })
    const module = new Module(code)
    expect(new Set(Module.imports(module).map((each) => `${each.module} ${each.kind}`))).toEqual(
      new Set(['vm_hooks function']),
    )
    const exports = Module.exports(module).map((each) => each.name)
    expect(['memory', 'user_entrypoint', 'user_constructor']).toEqual(expect.arrayContaining(exports))
    expect(exports).toContain('user_entrypoint')
    const [abi] = Module.customSections(module, 'evmpp.abi')
    const signatures: readonly string[] = JSON.parse(new TextDecoder().decode(abi))
    expect(plain(parseAbi(signatures))).toEqual(plain(built[name]?.abi))
    const named = signatures.filter((text) => !text.startsWith('receive'))
    expect(new Interface(named).fragments).toHaveLength(named.length)
    expect(built[name]?.bytecode.endsWith(Buffer.from('\x00\x0a\x09evmpp.end', 'latin1').toString('hex'))).toBe(true)
  })

  test('a counter is small', () => {
    expect((built.Counter?.bytecode.length ?? 0) / 2).toBeLessThan(2048)
  })

  test.each([
    ['Counter', ['number()', 'setNumber(uint256)', 'increment()']],
    ['Token', ['transfer(address,uint256)', 'balanceOf(address)', 'allowance(address,address)', 'decimals()']],
    ['Nft', ['safeTransferFrom(address,address,uint256)', 'safeTransferFrom(address,address,uint256,bytes)']],
    ['Exchange', ['swap(address,uint256,uint256)', 'removeLiquidity(uint256)']],
    ['Multisig', ['submit(address,uint256,bytes)', 'execute(uint256)', 'proposals(uint256)']],
    ['Caller', ['readNumber(address)', 'forward(address,bytes)', 'delegate(address,bytes)', 'number()']],
  ] as const)('%s has the ABI of its twin in Solidity', async (name, expected) => {
    const twin = await compile(`sol-contracts/${name}.sol`, name)
    expect(Object.keys(twin.methodIdentifiers)).toEqual(expect.arrayContaining([...expected]))
    for (const [signature, selector] of Object.entries(built[name]?.methodIdentifiers ?? {}))
      expect([signature, twin.methodIdentifiers[signature]]).toEqual([signature, selector])
  })
})

describe('Counter', () => {
  test('counts, and says who changed it', () => {
    const counter = fresh('Counter')
    expect(counter.call('number')).toBe(0n)
    expect(counter.logs('setNumber', [41n])).toMatchObject([{ eventName: 'NumberChanged', args: { number: 41n } }])
    counter.call('increment')
    expect(counter.call('number')).toBe(42n)
  })

  test('does not count beyond its end', () => {
    const counter = fresh('Counter')
    counter.call('setNumber', [MAX])
    expect(counter.fault('increment')).toBe('Panic(17)')
    expect(counter.call('number')).toBe(MAX)
  })
})

describe('Token', () => {
  const token = (): Contract => fresh('Token', ['A token with a name that is long enough', 'TKN', 1_000n])

  test('its creator has everything', () => {
    const contract = token()
    expect(contract.call('name')).toBe('A token with a name that is long enough')
    expect(contract.call('symbol')).toBe('TKN')
    expect(contract.call('decimals')).toBe(18)
    expect(contract.call('totalSupply')).toBe(1_000n)
    expect(contract.call('balanceOf', [SENDER])).toBe(1_000n)
  })

  test('moves, with an event', () => {
    const contract = token()
    const [log] = contract.logs('transfer', [ALICE, 400n])
    expect(log).toMatchObject({ eventName: 'Transfer', args: { value: 400n } })
    contract.call('transfer', [SENDER, 1n])
    expect(contract.call('balanceOf', [SENDER])).toBe(600n)
    expect(contract.call('balanceOf', [ALICE])).toBe(400n)
  })

  test('moves for another who allowed it', () => {
    const contract = token()
    contract.call('approve', [BOB, 10n])
    contract.call('transferFrom', [SENDER, ALICE, 4n], { sender: BOB })
    expect(contract.call('allowance', [SENDER, BOB])).toBe(6n)
    const fault = contract.fault('transferFrom', [SENDER, ALICE, 7n], { sender: BOB })
    expect(lower(fault)).toBe(`erc20insufficientallowance(${BOB},6,7)`)
    contract.call('approve', [BOB, MAX])
    contract.call('transferFrom', [SENDER, ALICE, 7n], { sender: BOB })
    expect(contract.call('allowance', [SENDER, BOB])).toBe(MAX)
  })

  test('refuses with the errors of ERC-6093', () => {
    const contract = token()
    expect(lower(contract.fault('transfer', [ALICE, 1_001n]))).toBe(`erc20insufficientbalance(${SENDER},1000,1001)`)
    expect(lower(contract.fault('transfer', [ZERO, 1n]))).toBe(`erc20invalidreceiver(${ZERO})`)
    expect(contract.fault('transfer', [ALICE, 1n], { valueWei: 1n })).toBe('0x')
  })

  test('its constructor refuses value and short arguments', () => {
    const data = encodeAbiParameters([{ type: 'string' }, { type: 'string' }, { type: 'uint256' }], ['', '', 1n])
    const contract = token()
    const entry = 'user_constructor'
    expect(contract.run({ entry, data }).status).toBe('success')
    expect(contract.run({ entry, data, valueWei: 1n }).status).toBe('revert')
    expect(contract.run({ entry, data: data.slice(0, 100) as Hex }).status).toBe('revert')
  })
})

describe('Caller', () => {
  const word = (value: bigint): Hex => pad(`0x${value.toString(16)}`, { size: 32 })

  test('returns what it got', () => {
    const calls: OutgoingCall[] = []
    const onCall = (call: OutgoingCall) => {
      calls.push(call)
      return { success: true, data: call.kind === 'staticcall' ? word(7n) : ('0x' as const) }
    }
    expect(fresh('Caller').call('incrementAndRead', [ALICE], { onCall })).toBe(7n)
    expect(calls.map(({ kind, data }) => [kind, data])).toEqual([
      ['call', toFunctionSelector('increment()')],
      ['staticcall', toFunctionSelector('number()')],
    ])
  })

  test.each([
    ['forward', 'call', 5n],
    ['query', 'staticcall', 0n],
    ['delegate', 'delegatecall', 0n],
    ['tryCall', 'call', 0n],
  ] as const)('%s passes raw data on', (name, kind, valueWei) => {
    const calls: OutgoingCall[] = []
    const answer = (success: boolean) => (call: OutgoingCall) => {
      calls.push(call)
      return { success, data: '0x1234' as const }
    }
    const caller = fresh('Caller')
    const options = { valueWei }
    const result = caller.call(name, [ALICE, '0xabcd'], { ...options, onCall: answer(true) })
    expect(result).toBe(name === 'tryCall' ? true : '0x1234')
    expect(calls).toEqual([{ kind, target: ALICE, data: '0xabcd', valueWei }])
    if (name === 'tryCall') expect(caller.call(name, [ALICE, '0x'], { onCall: answer(false) })).toBe(false)
    else expect(caller.fault(name, [ALICE, '0x'], { onCall: answer(false) })).toMatch(/^Error\(the .*call failed\)$/)
  })

  test('passes a revert on as it is', () => {
    const data = encodeFunctionData({
      abi: [{ type: 'function', name: 'Error', inputs: [{ type: 'string' }], outputs: [], stateMutability: 'view' }],
      args: ['not today'],
    })
    const onCall = () => ({ success: false, data })
    expect(fresh('Caller').fault('setNumber', [ALICE, 1n], { onCall })).toBe('Error(not today)')
  })
})
