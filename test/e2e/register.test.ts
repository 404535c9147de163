import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPublicClient, createWalletClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { nodePublicKeyOf, type PeerId } from '../../src/network/index.ts'
import { VALIDATORS_ADDRESS } from '../../src/node/setup/validatorsContract.ts'
import { fromHex, toHex } from '../../src/primitives/index.ts'
import {
  executorArguments,
  type NodeProcess,
  runCli,
  startProcess,
  temporaryDirectory,
} from '../harness/nodeProcess.ts'
import {
  developmentAccounts,
  eventually,
  isAlive,
  startTestnet,
  type TestnetProcess,
} from '../harness/testnetProcess.ts'
import { putData, removeData } from '../harness/validator/registered.ts'

const directory = temporaryDirectory()
const folder = join(directory.path, 'net')
const own = join(directory.path, 'own')
let network: TestnetProcess
let joiner: NodeProcess | undefined

beforeAll(async () => {
  network = await startTestnet(['--validators', '4', '--dir', folder, '--epoch-length', '20'])
})
afterAll(async () => {
  await joiner?.end('SIGKILL')
  await network.end('SIGKILL')
  await eventually('the end of all nodes', () => !network.validators.some(({ pid }) => isAlive(pid)))
  directory.remove()
})

async function ask(rpcUrl: string, method: string, ...params: readonly unknown[]) {
  const client = createPublicClient({ chain: foundry, transport: http(rpcUrl) })
  return (await client.request({ method: method as never, params: params as never })) as never
}

/** Keys of a new validator, made as those of a network of one; where they are, and what the register is to hold of it. */
async function newValidator() {
  const made = await runCli(['init', '--validators', '1', '--port', '0', '--out', own])
  expect(made.code).toBe(0)
  const [{ publicKey, proofOfPossession, peerId, addresses, id }] = JSON.parse(
    readFileSync(join(own, 'genesis.json'), 'utf8'),
  ).evmpp.validators
  const configPath = join(own, 'node0.json')
  const config = JSON.parse(readFileSync(configPath, 'utf8'))
  const changes = { genesis: join(folder, 'genesis.json'), safety: 'node0/new', data: 'node0/chain' }
  writeFileSync(configPath, JSON.stringify({ ...config, ...changes }))
  const entry = {
    publicKey: fromHex(publicKey),
    proof: fromHex(proofOfPossession),
    stake: 100n,
    nodeKey: nodePublicKeyOf(peerId as PeerId),
    endpoint: addresses[0],
  }
  return { configPath, entry, id }
}

it('a fifth process joins by the register, the first leaves, and the network goes on with the new one in its certificates', async () => {
  const { configPath, entry, id } = await newValidator()
  joiner = await startProcess(['node', '--config', configPath, '--sign-from', '1', ...executorArguments])
  const { url } = joiner.ready
  const [first] = network.validators
  const [owner] = developmentAccounts()
  if (first === undefined || owner === undefined) throw new Error('there is a first validator and an owner')
  expect(await ask(url, 'evmpp_getConsensusState')).toMatchObject({ self: id, isVoting: false })

  const account = privateKeyToAccount(owner.privateKey)
  const wallet = createWalletClient({ account, chain: foundry, transport: http(first.rpcUrl) })
  const client = createPublicClient({ chain: foundry, transport: http(first.rpcUrl) })
  for (const data of [putData(4, entry), removeData(0)]) {
    const hash = await wallet.sendTransaction({ to: VALIDATORS_ADDRESS, data: toHex(data) })
    expect(await client.waitForTransactionReceipt({ hash, timeout: 300_000 })).toMatchObject({ status: 'success' })
  }

  type State = { readonly isVoting: boolean; readonly self: string }
  const isVoting = async (rpcUrl: string) => ((await ask(rpcUrl, 'evmpp_getConsensusState')) as State).isVoting
  await eventually('the new one votes', () => isVoting(url))
  await eventually('the first does not vote any more', async () => !(await isVoting(first.rpcUrl)))

  // Without one of the three that stayed, no certificate can do without the new one.
  network.type('kill 1')
  await network.next((event) => event.kind === 'exited')
  const height = BigInt(await ask(url, 'eth_blockNumber'))
  await eventually('the network goes on', async () => BigInt(await ask(first.rpcUrl, 'eth_blockNumber')) > height + 5n)
  // What was certified before the kill may be stored after it.
  await eventually(
    'the new one has stored blocks from after it',
    async () => BigInt(await ask(url, 'eth_blockNumber')) > height + 10n,
  )
  const certificate: { readonly signers: readonly string[] } = await ask(url, 'evmpp_getQuorumCertificate', 'latest')
  expect(certificate.signers).toContain(id)
  expect(certificate.signers).not.toContain(first.validatorId)
})
