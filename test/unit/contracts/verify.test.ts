import { beforeAll, describe, expect, test } from 'vitest'
import type { Artifact } from '../../../src/cli/compile/index.ts'
import { verifyCode } from '../../../src/cli/compile/index.ts'
import { assert, fromHex } from '../../../src/primitives/index.ts'
import { compile, compileText } from './contract.ts'
import { Module } from './v8.ts'

/** One function, immutable state, and the address of a library in its code. */
const solidity = (comment: string): string => `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;
library L { function twice(uint256 x) external pure returns (uint256) { return 2 * x; } }
contract C { uint256 immutable x; constructor(uint256 y) { x = y; } function f() external view returns (uint256) { return L.twice(x); } }
// ${comment}
`

let counter: Artifact
let contract: Artifact
let commented: Artifact
let library: Artifact
beforeAll(async () => {
  counter = await compile('asm-contracts/Counter.ts', 'Counter')
  const artifacts = [
    ...(await compileText({ 'C.sol': solidity('one') })),
    ...(await compileText({ 'C.sol': solidity('two') })),
  ]
  const [first, itsLibrary, second] = artifacts
  assert(first !== undefined && itsLibrary !== undefined && second !== undefined, 'a contract and a library, twice')
  ;[contract, library, commented] = [first, itsLibrary, second]
}, 120_000)

/** The code with text in the place of other text of the same length. */
const replaced = ({ deployedBytecode }: Artifact, text: string, by: string): Uint8Array => {
  const latin = Buffer.from(fromHex(deployedBytecode)).toString('latin1')
  expect(latin).toContain(text)
  return Uint8Array.from(Buffer.from(latin.replace(text, by), 'latin1'))
}

describe('a module', () => {
  test('says what it was made with and of what', () => {
    const [content] = Module.customSections(new Module(fromHex(counter.bytecode)), 'evmpp.build')
    expect(JSON.parse(new TextDecoder().decode(content))).toEqual({
      compiler: 'assemblyscript 0.28.20',
      sdk: expect.stringMatching(/^evmpp \d+\.\d+\.\d+$/),
      sources: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  test('is what its source compiles to', () => {
    expect(verifyCode(counter, fromHex(counter.bytecode))).toEqual({ verdict: 'equal' })
  })

  test('of sources that differ in a comment is the same program', () => {
    const other = replaced(counter, '"sources":"', '"sources":"').slice()
    const at = Buffer.from(other).indexOf('"sources":"') + 11
    other.fill(0x30, at, at + 64)
    expect(verifyCode(counter, other)).toEqual({ verdict: 'sameProgram' })
    // The same claim on another program: what differs are the sources.
    other[other.indexOf(0x6e)] = 0x6f
    expect(verifyCode(counter, other)).toMatchObject({ why: 'the module there was made of other sources' })
  })

  test.each([
    ['user_entrypoint', 'user_entrypoinT', 'claims to be made of these very sources and is not'],
    ['evmpp.build', 'evmpp.bui1d', 'does not say what it was made of'],
  ])('with %s changed to %s is another', (text, by, why) => {
    expect(verifyCode(counter, replaced(counter, text, by))).toEqual({
      verdict: 'different',
      why: expect.stringContaining(why),
    })
  })

  test('of another compiler says which', () => {
    const other = replaced(counter, 'assemblyscript 0.28.20', 'assemblyscript 0.28.19')
    other[other.indexOf(0x6e)] = 0x6f
    expect(verifyCode(counter, other)).toEqual({
      verdict: 'different',
      why: 'the module there was made with assemblyscript 0.28.19, this one with assemblyscript 0.28.20',
    })
  })
})

describe('EVM code', () => {
  const changed = (artifact: Artifact, at: number, length = 1): Uint8Array => {
    const code = fromHex(artifact.deployedBytecode).slice()
    return code.fill(0xab, at, at + length)
  }

  test('may have any immutable values and addresses of libraries', () => {
    const places = [
      ...Object.values(contract.immutableReferences).flat(),
      ...Object.values(contract.deployedLinkReferences).flatMap((each) => Object.values(each).flat()),
    ]
    expect(places.length).toBeGreaterThan(1)
    const code = fromHex(contract.deployedBytecode.replace(/__\$\w+\$__/g, '0'.repeat(40)) as `0x${string}`)
    for (const { start, length } of places) code.fill(0xab, start, start + length)
    expect(verifyCode(contract, code)).toEqual({ verdict: 'equal' })
    expect(verifyCode(library, changed(library, 1, 20))).toEqual({ verdict: 'equal' })
  })

  test('of sources that differ in a comment is the same program; another program is not', () => {
    const code = fromHex(commented.deployedBytecode.replace(/__\$\w+\$__/g, '0'.repeat(40)) as `0x${string}`)
    expect(verifyCode(contract, code)).toEqual({ verdict: 'sameProgram' })
    expect(verifyCode(library, changed(library, 60))).toMatchObject({ verdict: 'different' })
    expect(verifyCode(contract, fromHex(library.deployedBytecode))).toMatchObject({
      why: expect.stringContaining('bytes'),
    })
  })

  test('is no module, and nothing is neither', () => {
    expect(verifyCode(counter, fromHex(library.deployedBytecode))).toMatchObject({
      why: 'the code there is EVM bytecode',
    })
    expect(verifyCode(library, fromHex(counter.bytecode))).toMatchObject({
      why: 'the code there is a WebAssembly module',
    })
    expect(verifyCode(library, new Uint8Array())).toMatchObject({ why: 'there is no code at that address' })
  })
})
