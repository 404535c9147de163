import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Finished, NodeProcess } from '../harness/nodeProcess.ts'
import { projectRoot, runCli, startNodeProcess, temporaryDirectory } from '../harness/nodeProcess.ts'

const directory = temporaryDirectory()
const ALICE = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
const BOB_KEY = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d'
const BOB = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
let node: NodeProcess
let counter: string
beforeAll(async () => {
  node = await startNodeProcess(['--ephemeral'])
  process.env.ETH_RPC_URL = node.ready.url
  writeFileSync(join(directory.path, 'Counter.ts'), readFileSync(join(projectRoot, 'asm-contracts/Counter.ts')))
  const deployed = await cli('deploy', 'Counter.ts', '--json')
  expect(deployed).toMatchObject({ code: 0, stderr: '' })
  counter = JSON.parse(deployed.stdout).address
})
afterAll(async () => {
  delete process.env.ETH_RPC_URL
  await node.end('SIGTERM')
  directory.remove()
})

const cli = (...words: readonly string[]): Promise<Finished> => runCli(words, directory.path)
const said = (stdout: unknown): object => ({ code: 0, stderr: '', stdout })
const refused = (stderr: unknown, code = 1): object => ({ code, stdout: '', stderr })

/** Init code that stores the runtime code, 32 bytes at most. */
const initCode = (runtime: string): string =>
  `0x60${(runtime.length / 2).toString(16).padStart(2, '0')}8060095f395ff3${runtime}`

async function deployRuntime(runtime: string): Promise<string> {
  const request = async (method: string, params: readonly unknown[]) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(node.ready.url, { method: 'POST', headers, body })
    return Object(await answer.json()).result
  }
  const hash = await request('eth_sendTransaction', [{ from: ALICE, data: initCode(runtime) }])
  return (await request('eth_getTransactionReceipt', [hash])).contractAddress
}

test('deploy leaves artifacts, and says the address with its checksum', async () => {
  expect(counter).toMatch(/^0x(?=.*[A-F])[0-9a-fA-F]{40}$/)
  for (const path of ['Counter.json', 'Counter.ts/Counter.json', 'Counter.ts/ICounter.sol', 'Counter.wasm'])
    expect(existsSync(join(directory.path, 'out', path))).toBe(true)
  expect(await cli('deploy', 'Counter')).toMatchObject({ code: 0 })
  expect(await cli('deploy', 'Counter.ts:Countr')).toMatchObject(
    refused(expect.stringMatching(/it has Counter\. Did you mean "Counter"\?\n$/), 2),
  )
  expect(await cli('deploy', 'Countr')).toMatchObject(
    refused('There is no artifact out/Countr.json. Did you mean "Counter"?\n'),
  )
})

test('a transaction is sent by the key of the environment, and looked at from all sides', async () => {
  process.env.PRIVATE_KEY = BOB_KEY
  const sent = await cli('send', counter, 'setNumber(uint256)', '41', '--gas-limit', '100000', '--json')
  delete process.env.PRIVATE_KEY
  expect(sent).toMatchObject({ code: 0, stderr: '' })
  const { hash, blockNumber } = JSON.parse(sent.stdout)
  const line = `${counter}  NumberChanged(by ${BOB}, number 41)`
  expect(await cli('tx', hash)).toMatchObject(
    said(expect.stringMatching(new RegExp(`from +${BOB}\\n[^]*gas limit +100000\\n`))),
  )
  expect((await cli('receipt', hash)).stdout).toMatch(/^status +success\n/)
  expect((await cli('receipt', hash)).stdout).toContain(line)
  expect(await cli('logs', '--address', counter)).toMatchObject(said(`block ${blockNumber}  ${line}\n`))
  const event = 'NumberChanged(address indexed by, uint256 number)'
  expect(await cli('logs', event)).toMatchObject(said(`block ${blockNumber}  ${line}\n`))
  expect((await cli('block', String(blockNumber))).stdout).toMatch(/^number +\d+\nhash +0x/)
  expect(JSON.parse((await cli('block', '--json')).stdout).number).toBe(String(blockNumber))
  expect(await cli('balance', BOB)).toMatchObject(said(expect.stringMatching(/^9999\.99\d+\n$/)))
  expect(await cli('balance', BOB, '--wei', '--block', '0')).toMatchObject(said('10000000000000000000000\n'))
})

test('call data goes as it is, and over a socket too', async () => {
  expect(await cli('send', counter, '0xd09de08a')).toMatchObject({ code: 0 })
  const answer = said(expect.stringMatching(/^0x0{62}2a\n$/))
  expect(await cli('call', counter, '0x8381f58a')).toMatchObject(answer)
  const socket = node.ready.url.replace('http', 'ws')
  expect(await cli('call', counter, '0x8381f58a', '--rpc-url', socket)).toMatchObject(answer)
  expect(await cli('send', counter, 'increment()', '--rpc-url', socket)).toMatchObject({ code: 0 })
})

test('halts are told in true words', async () => {
  const [invalid, endless] = [await deployRuntime('fe'), await deployRuntime('5b5f56')]
  expect(await cli('call', invalid, 'f()')).toMatchObject(
    refused('The call met an instruction that there is not (invalid opcode: INVALID).\n'),
  )
  expect(await cli('call', endless, 'f()', '--gas-limit', '100000')).toMatchObject(
    refused('The call ran out of gas: give it more with --gas-limit.\n'),
  )
  expect(await cli('send', endless, 'f()')).toMatchObject(
    refused(expect.stringMatching(/^The call needs more than \d+ gas/)),
  )
  expect(await cli('send', endless, 'f()', '--gas-limit', '100000')).toMatchObject(
    refused(expect.stringMatching(/ and failed: The call ran out of gas: give it more with --gas-limit\.\n$/)),
  )
})

test.each([
  ['an address without code', ['call', BOB, 'number()(uint256)'], `There is no contract at ${BOB}.\n`, 1],
  ['a function sent to one', ['send', BOB, 'number()'], `There is no contract at ${BOB}.\n`, 1],
  ['a checksum that is wrong', ['balance', `${ALICE.slice(0, -1)}7`], /^The checksum of 0x\S+ is wrong/, 2],
  ['short bytes32', ['call', BOB, 'f(bytes32)', '0x12'], /^"0x12" is 1 long, and bytes32 has 32 bytes/, 2],
  ['a command that there is not', ['deplyo'], /There is no command "deplyo": .* Did you mean "deploy"\?\n$/, 2],
  ['a URL of another kind', ['block', '--rpc-url', 'ftp://here'], /--rpc-url takes a URL such as/, 2],
  [
    'nobody there',
    ['block', '--rpc-url', 'http://127.0.0.1:9'],
    /^No node answers at http:\/\/127\.0\.0\.1:9: start one/,
    1,
  ],
  [
    'no socket there',
    ['block', '--rpc-url', 'ws://127.0.0.1:9'],
    /^No node answers at ws:\/\/127\.0\.0\.1:9: start one/,
    1,
  ],
  ['no such transaction', ['tx', `0x${'1'.repeat(64)}`], /^There is no transaction 0x1+\.\n$/, 1],
  ['no such block', ['block', '999999'], 'There is no block 999999.\n', 1],
  ['two accounts', ['send', BOB, '--account', '1', '--private-key', BOB_KEY], /exclude each other/, 2],
])('%s is one sentence', async (_name, words, sentence, code) => {
  const finished = await cli(...words)
  expect(finished).toMatchObject({ code, stdout: '' })
  expect(finished.stderr).toMatch(sentence)
  expect(finished.stderr.trim().split('\n')).toHaveLength(1)
})

test('with --json an error is one object', async () => {
  const { code, stderr } = await cli('call', BOB, 'number()(uint256)', '--json')
  expect(code).toBe(1)
  expect(JSON.parse(stderr)).toEqual({ error: { code: 'NO_CONTRACT', message: `There is no contract at ${BOB}.` } })
})

test('a project of both languages builds from a fresh clone', async () => {
  const folder = join(directory.path, 'mixed')
  mkdirSync(join(folder, 'contracts'), { recursive: true })
  writeFileSync(
    join(folder, 'contracts/Zeta.ts'),
    '@contract class Zeta { n: u8; @view one(): u8 { return this.n } }\n',
  )
  const user = 'contract Alpha { function ask(IZeta zeta) external view returns (uint8) { return zeta.one(); } }'
  writeFileSync(
    join(folder, 'contracts/Alpha.sol'),
    `// SPDX-License-Identifier: MIT\npragma solidity ^0.8.0;\nimport {IZeta} from "../out/Zeta.ts/IZeta.sol";\n${user}\n`,
  )
  const built = await runCli(['build'], folder)
  expect(built).toMatchObject(said(expect.stringMatching(/^Alpha +.*\nZeta +.*\n$/)))
})

test('the banner suggests what is in the project', async () => {
  const { exampleContracts } = await import('../../src/cli/contracts.ts')
  const before = process.cwd()
  process.chdir(join(directory.path))
  mkdirSync('contracts', { recursive: true })
  expect(exampleContracts()).toEqual([])
  writeFileSync('contracts/Alpha.ts', '@contract\nclass Alpha { constructor(a: u8) {} }\n')
  writeFileSync('contracts/Beta.ts', '@contract\nclass Beta {}\n')
  expect(exampleContracts()).toEqual(['contracts/Beta.ts'])
  process.chdir(before)
})
