import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Address } from 'viem'
import { createPublicClient, createWalletClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEV_MNEMONIC, deriveAccounts } from '../../src/node/devAccounts.ts'
import { toHex } from '../../src/primitives/index.ts'
import { type Contract, compileExamples, type Examples, KINDS } from '../harness/contracts.ts'
import { type NodeProcess, startFollower, temporaryDirectory } from '../harness/nodeProcess.ts'
import { startTestnet, type TestnetProcess, type TestnetValidator } from '../harness/testnetProcess.ts'

/** Generous: the machine may be busy with other tests. */
const PATIENCE_MS = 90_000

const folder = temporaryDirectory()
const [holder] = deriveAccounts(DEV_MNEMONIC, 1)
/** Counted here: a node that is asked may be a block behind the one that was told. */
let nonce = 0
/** The newest block that a test has seen: another node is asked once it has that too. */
let seen = 0n
let examples: Examples
let net: TestnetProcess
let follower: NodeProcess | undefined

beforeAll(async () => {
  examples = await compileExamples()
  net = await startTestnet(['--validators', '4', '--dir', folder.path])
})
afterAll(async () => {
  await follower?.end('SIGTERM')
  await net.end('SIGTERM')
  folder.remove()
})

function nodeAt(index: number): TestnetValidator {
  const node = net.validators[index]
  if (node === undefined) throw new Error(`no node ${index}`)
  return node
}

function clientOf(url: string) {
  return createPublicClient({ chain: foundry, transport: http(url), pollingInterval: 50, cacheTime: 0 })
}

function walletOf(url: string) {
  const account = privateKeyToAccount(toHex(holder?.privateKey ?? new Uint8Array(32)))
  return createWalletClient({ account, chain: foundry, transport: http(url) })
}

async function deploy(url: string, { abi, bytecode }: Contract): Promise<Address> {
  await reach(url, seen)
  const hash = await walletOf(url).deployContract({ abi, bytecode, nonce: nonce++ })
  const { contractAddress, blockNumber } = await clientOf(url).waitForTransactionReceipt({ hash, timeout: PATIENCE_MS })
  seen = blockNumber
  if (!contractAddress) throw new Error('no contract address')
  return contractAddress
}

/** Sends through one node; resolves with the height at which it is final there. */
async function setNumber(url: string, { abi }: Contract, address: Address, value: bigint) {
  await reach(url, seen)
  const hash = await walletOf(url).writeContract({
    address,
    abi,
    functionName: 'setNumber',
    args: [value],
    nonce: nonce++,
  })
  const { status, blockNumber } = await clientOf(url).waitForTransactionReceipt({ hash, timeout: PATIENCE_MS })
  expect(status).toBe('success')
  seen = blockNumber
  return { hash, blockNumber }
}

/** Processes that ended, and what they said at last. */
function exits() {
  return net.events.filter(({ kind }) => kind === 'exited')
}

/** Waits until a node has a block. */
async function reach(url: string, height: bigint): Promise<void> {
  const client = clientOf(url)
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const head = await client.getBlockNumber().catch((error: Error) => error.message)
    if (typeof head === 'bigint' && head >= height) return
    if (Date.now() > end)
      throw new Error(`${url} does not reach ${height} but says ${head}; ${JSON.stringify(exits())}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Everybody has the same block, state and receipts there. */
async function expectAgreement(urls: readonly string[], height: bigint): Promise<void> {
  for (const url of urls) await reach(url, height)
  const blocks = await Promise.all(urls.map((url) => clientOf(url).getBlock({ blockNumber: height })))
  for (const name of ['hash', 'stateRoot', 'receiptsRoot'] as const) {
    expect(new Set(blocks.map((block) => block[name])).size, name).toBe(1)
  }
}

test(
  'four validators agree on contracts of both VMs while one is killed, one loses its chain and a node joins late',
  async () => {
    const counters = new Map<string, Address>()
    for (const kind of KINDS) counters.set(kind, await deploy(nodeAt(0).rpcUrl, examples[kind].Counter))
    const write = (node: number, kind: (typeof KINDS)[number], value: bigint) =>
      setNumber(nodeAt(node).rpcUrl, examples[kind].Counter, counters.get(kind) ?? '0x', value)
    const receipts = [await write(1, 'sol', 1n), await write(2, 'asm', 2n)]

    // kill -9: three of four go on, and it comes back with all that it had.
    net.type('kill 3')
    receipts.push(await write(0, 'sol', 3n), await write(1, 'asm', 4n))
    net.type('start 3')
    await net.next((event) => event.kind === 'started' && event.name === 'node3')

    // The chain of another is gone; its key and the record of its signatures are not.
    net.type('kill 2')
    await net.next((event) => event.kind === 'exited' && event.name === 'node2')
    rmSync(join(folder.path, 'node2', 'data'), { recursive: true, force: true })
    receipts.push(await write(0, 'asm', 5n))
    net.type('start 2')
    await net.next((event) => event.kind === 'started' && event.name === 'node2')

    follower = await startFollower(
      join(folder.path, 'genesis.json'),
      nodeAt(0).p2pAddress,
      join(folder.path, 'follower'),
    )
    const last = await setNumber(follower.ready.url, examples.sol.Counter, counters.get('sol') ?? '0x', 6n)
    receipts.push(last)

    const urls = [...net.validators.map(({ rpcUrl }) => rpcUrl), follower.ready.url]
    await expectAgreement(urls, last.blockNumber)
    for (const url of urls) {
      const client = clientOf(url)
      for (const { hash, blockNumber } of receipts) {
        expect((await client.getTransactionReceipt({ hash })).blockNumber, `${hash} at ${url}`).toBe(blockNumber)
      }
      const numbers = KINDS.map((kind) =>
        client.readContract({
          address: counters.get(kind) ?? '0x',
          abi: examples[kind].Counter.abi,
          functionName: 'number',
        }),
      )
      expect(await Promise.all(numbers)).toEqual(KINDS.map((kind) => (kind === 'sol' ? 6n : 5n)))
    }
  },
  4 * PATIENCE_MS,
)
