import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { encodeDeployData } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAnyNode } from '../harness/anyNode.ts'
import type { Examples } from '../harness/contracts.ts'
import { compileExamples, KINDS } from '../harness/contracts.ts'
import type { NodeProcess } from '../harness/nodeProcess.ts'
import { checkProof } from '../harness/proof.ts'

const castPath = findCast()
if (castPath === undefined) console.log('skipped: cast is published for linux-x64 only, and this is another platform')

function findCast(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('@foundry-rs/cast-linux-amd64/package.json')
    return join(dirname(manifest), 'bin/cast')
  } catch {
    return undefined
  }
}

describe.skipIf(castPath === undefined)('cast', () => {
  let examples: Examples
  let node: NodeProcess
  beforeAll(async () => {
    examples = await compileExamples()
    node = await startAnyNode(['--ephemeral'])
  })
  afterAll(async () => {
    await node.end('SIGTERM')
  })

  const key = (): string => node.ready.accounts[0]?.privateKey ?? ''
  async function cast(...words: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(castPath ?? '', [...words], {
      env: { ...process.env, ETH_RPC_URL: node.ready.url },
    })
    return stdout.trim()
  }
  async function deploy(initCode: string): Promise<string> {
    const receipt = JSON.parse(await cast('send', '--json', '--private-key', key(), '--create', initCode))
    expect(receipt.status).toBe('0x1')
    return receipt.contractAddress
  }
  const send = async (...words: readonly string[]) =>
    JSON.parse(await cast('send', '--json', '--private-key', key(), ...words))

  it.each(KINDS)('deploys, calls and writes a %s contract', async (kind) => {
    const address = await deploy(examples[kind].Counter.bytecode)
    const receipt = await send(address, 'setNumber(uint256)', '12')
    expect(receipt.status).toBe('0x1')
    expect(await cast('call', address, 'number()(uint256)')).toBe('12')
    expect(await cast('storage', address, '0')).toBe(`0x${'c'.padStart(64, '0')}`)
    const logs = JSON.parse(
      await cast('logs', '--json', '--address', address, '--from-block', '0', 'NumberChanged(address indexed,uint256)'),
    )
    expect(logs).toHaveLength(1)
    expect(Number(await cast('estimate', address, 'increment()'))).toBeGreaterThan(21_000)
  })

  it.each([
    ['sol', 'asm'],
    ['asm', 'sol'],
  ] as const)('crosses from %s to %s and shows why a call reverted', async (from, to) => {
    const caller = await deploy(examples[from].Caller.bytecode)
    const counter = await deploy(examples[to].Counter.bytecode)
    await send(caller, 'setNumber(address,uint256)', counter, '5')
    expect(await cast('call', caller, 'readNumber(address)(uint256)', counter)).toBe('5')
    await expect(cast('call', caller, 'query(address,bytes)(bytes)', counter, '0xdeadbeef')).rejects.toThrow(
      /the static call failed/,
    )
  })

  it.each(KINDS)('sends value to a %s token that takes none, and is told', async (kind) => {
    const { abi, bytecode } = examples[kind].Token
    const token = await deploy(encodeDeployData({ abi, bytecode, args: ['Gold', 'AU', 7n] }))
    expect(await cast('call', token, 'symbol()(string)')).toBe('"AU"')
    await expect(cast('send', '--private-key', key(), token, 'symbol()', '--value', '1')).rejects.toThrow(/revert/)
  })

  it('reads balances, blocks and proofs', async () => {
    const [, holder] = node.ready.accounts
    const address = holder?.address ?? '0x'
    expect(await cast('balance', '--ether', address)).toBe('10000.000000000000000000')
    const block = JSON.parse(await cast('block', 'latest', '--json'))
    const proof = JSON.parse(await cast('proof', '--block', String(Number(block.number)), address, '0x0'))
    await checkProof(block.stateRoot, {
      ...proof,
      balance: BigInt(proof.balance),
      nonce: Number(proof.nonce),
      storageProof: [],
    })
    expect(await cast('chain-id')).toBe('31337')
    expect(await cast('client')).toMatch(/evmpp/)
  })
})
