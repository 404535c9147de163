import type { Hex } from 'viem'
import { describe, expect, test, vi } from 'vitest'
import { assert } from '../../../src/primitives/index.ts'
import { compileText, deploy } from './contract.ts'
import { deployTwin } from './evmTwin.ts'

vi.setConfig({ testTimeout: 180_000 })

const PRAGMA = '// SPDX-License-Identifier: MIT\npragma solidity ^0.8.28;\n'

/** What both may be asked: call data and value. */
const questions: readonly (readonly [Hex, bigint])[] = [
  ['0x', 0n],
  ['0x', 5n],
  ['0x12', 0n],
  ['0x1234567890abcdef', 0n],
  ['0x1234567890abcdef', 5n],
  ['0x06661abd', 0n], // count()
  ['0x06661abd', 1n],
]

describe('calls without a function', () => {
  test.each([
    [
      'raw bytes in, raw bytes out',
      '@payable fallback(data: Uint8Array): Uint8Array { this.count += 1; return data.subarray(1) }',
      'fallback(bytes calldata data) external payable returns (bytes memory) { count += 1; return data.length == 0 ? data : data[1:]; }',
    ],
    [
      'raw bytes without value, which receive takes',
      'fallback(data: Uint8Array): Uint8Array { this.count += 1; return data }\n@payable receive(): void { this.count += 2 }',
      'fallback(bytes calldata data) external returns (bytes memory) { count += 1; return data; }\nreceive() external payable { count += 2; }',
    ],
    ['nothing in and nothing out', 'fallback(): void { this.count += 1 }', 'fallback() external { count += 1; }'],
    [
      'a reverting one',
      "@payable fallback(data: Uint8Array): Uint8Array { revert('no'); return data }",
      'fallback(bytes calldata) external payable returns (bytes memory) { revert("no"); }',
    ],
    ['only receive', '@payable receive(): void { this.count += 2 }', 'receive() external payable { count += 2; }'],
    ['none', '', ''],
  ])('%s: as in Solidity', async (_name, assembly, solidity) => {
    const artifacts = await compileText({
      'U.ts': `import { u256, revert } from 'evmpp-sdk'\n@contract class U { count: u256\n${assembly} }`,
      'U.sol': `${PRAGMA}contract U { uint256 public count;\n${solidity} }`,
    })
    const [twin, ours] = ['solidity', 'assemblyscript'].map((name) =>
      artifacts.find(({ language }) => language === name),
    )
    assert(twin !== undefined && ours !== undefined, 'both compile')
    const unnamed = (abi: typeof ours.abi) =>
      abi.filter(({ type }) => type === 'fallback' || type === 'receive').toSorted((a, b) => (a.type < b.type ? -1 : 1))
    expect(unnamed(ours.abi)).toEqual(unnamed(twin.abi))
    const [contract, other] = [deploy(ours), await deployTwin(twin)]
    for (const [data, valueWei] of questions) {
      const { status, output } = contract.run({ data, valueWei })
      expect({ data, valueWei, status, output }).toEqual({ data, valueWei, ...(await other.run(data, valueWei)) })
    }
    expect(contract.storage).toEqual(other.storage())
  })
})

describe('value at creation', () => {
  test.each([
    ['no constructor', '', 'revert'],
    ['a constructor', 'constructor() {}', 'revert'],
    ['a payable constructor', '@payable constructor() {}', 'success'],
  ])('with %s: %s', async (_name, body, status) => {
    const [artifact] = await compileText({ 'C.ts': `@contract class C { ${body} }` })
    assert(artifact !== undefined, 'it compiles')
    const create = (valueWei: bigint) =>
      deploy(artifact).run({ entry: 'user_constructor', data: '0x', valueWei }).status
    expect([create(0n), create(1n)]).toEqual(['success', status])
  })
})
