import type { AbiFunction, Hex } from 'viem'
import { encodeAbiParameters, encodeFunctionData, parseAbi, toFunctionSelector } from 'viem'
import { beforeAll, describe, expect, test } from 'vitest'
import type { AbiItem } from '../../../src/cli/compile/index.ts'
import { assemblyScriptBinding, solidityBinding } from '../../../src/cli/compile/index.ts'
import { assert } from '../../../src/primitives/index.ts'
import type { Contract } from './contract.ts'
import { compileText, deploy } from './contract.ts'
import type { OutgoingCall } from './mockHost.ts'

const OTHER: Hex = '0x07e4000000000000000000000000000000000001'

/** What makes a binding hard: overloads, reserved words, structs, several results, nested arrays, odd widths. */
const abi = parseAbi([
  'struct Position { uint128 liquidity; int24 tick; bytes data; }',
  'struct Order { address from; Position[] positions; uint96[2] prices; }',
  'function transfer(address to, uint256 value) returns (bool)',
  'function transfer(address to, uint256 value, bytes data) payable returns (bool)',
  'function try_transfer() view',
  'function delete(address new, uint8 with)',
  'function reserves() view returns (uint112 reserve0, uint112, uint32 u32)',
  'function place(Order order, (uint64 x, bool) extra) returns (Order)',
  'function ids(bytes4[] ids, string[2][] names) pure returns (bytes32[])',
  'function number(address from, bool get, bool set, bool msg, bool self) view returns (uint8 of_)',
  'event Noted(address indexed from, Order order)',
  'error Refused(uint256 number)',
]) as readonly AbiItem[]

const caller = `
import { Address, u256, Bytes4, FixedArray, i24, u96, u128 } from 'evmpp-sdk'
import { IHard } from './IHard'

@contract class Caller {
  long(to: Address, data: Uint8Array): bool { return new IHard(to, u256(3)).transfer_1(to, u256(1), data) }
  remove(to: Address): bool { return new IHard(to).try_delete_(to, 7).success }
  @view sum(to: Address): u256 {
    const reserves = new IHard(to).reserves()
    return u256(reserves.reserve0) + u256(reserves.result1) + u256(reserves.u32_)
  }
}
`

let source: string
let bound: Contract
beforeAll(async () => {
  source = assemblyScriptBinding(abi, 'IHard')
  const [artifact] = await compileText({ 'Caller.ts': caller, 'IHard.ts': source })
  assert(artifact !== undefined, 'the caller compiles')
  bound = deploy(artifact)
}, 180_000)

describe('a binding in AssemblyScript', () => {
  test('has every function under a name that is free', () => {
    expect(source.match(/^ {2}.*\): .*$/gm)).toEqual([
      '  transfer(to: Address, value: u256): bool',
      "  @payable @named('transfer') transfer_1(to: Address, value: u256, data: Uint8Array): bool",
      "  @view @named('try_transfer') try_transfer_2(): void",
      "  @named('delete') delete_(new_: Address, with_: u8): void",
      '  @view reserves(): IHard_reserves',
      '  place(order: Order, extra: Extra): Order',
      "  @pure ids(ids: Bytes4[], names: FixedArray<string, '2'>[]): Bytes32[]",
      '  @view number(from: Address, get: bool, set: bool, msg: bool, self: bool): u8',
    ])
    expect(source).toMatch(
      /^import \{ Address, Bytes32, Bytes4, FixedArray, i24, u112, u128, u256, u96 \} from 'evmpp-sdk'/,
    )
  })

  test('calls what the ABI calls', () => {
    const calls: OutgoingCall[] = []
    const answer = (data: Hex) => (call: OutgoingCall) => {
      calls.push(call)
      return { success: true, data }
    }
    const yes = encodeAbiParameters([{ type: 'bool' }], [true])
    expect(bound.call('long', [OTHER, '0x1234'], { onCall: answer(yes) })).toBe(true)
    expect(bound.call('remove', [OTHER], { onCall: answer('0x') })).toBe(true)
    const three = encodeAbiParameters([{ type: 'uint112' }, { type: 'uint112' }, { type: 'uint32' }], [1n, 2n, 4])
    expect(bound.call('sum', [OTHER], { onCall: answer(three) })).toBe(7n)
    const expected = encodeFunctionData({ abi: abi.slice(1, 2), args: [OTHER, 1n, '0x1234'] })
    expect(calls.map(({ kind, data, valueWei }) => [kind, data.slice(0, expected.length), valueWei])).toEqual([
      ['call', expected, 3n],
      [
        'call',
        `${toFunctionSelector('delete(address,uint8)')}${encodeAbiParameters([{ type: 'address' }, { type: 'uint8' }], [OTHER, 7]).slice(2)}`,
        0n,
      ],
      ['staticcall', toFunctionSelector('reserves()'), 0n],
    ])
  })

  test('of what cannot be is an error', () => {
    const strange: AbiItem = { type: 'function', name: 'f', inputs: [{ name: 'a', type: 'ufixed128x18' }] }
    expect(() => assemblyScriptBinding([strange], 'I')).toThrow(expect.objectContaining({ code: 'ABI_NOT_SUPPORTED' }))
  })
})

test('a binding in Solidity has the same functions, but for names that Solidity reserves', async () => {
  const text = solidityBinding(abi, 'IHard')
  const [artifact] = await compileText({ 'IHard.sol': text })
  const functions = abi.filter(({ type, name }) => type === 'function' && name !== 'delete')
  const selectors = functions.map((item) => toFunctionSelector(item as AbiFunction).slice(2))
  expect(Object.values(artifact?.methodIdentifiers ?? {}).toSorted()).toEqual(selectors.toSorted())
  expect(text).toContain('// delete: ')
  expect(artifact?.abi.filter(({ type }) => type === 'event' || type === 'error').map(({ name }) => name)).toEqual([
    'Refused',
    'Noted',
  ])
})
