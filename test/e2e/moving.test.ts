import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createPublicClient, http } from 'viem'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type NodeProcess, runCli, startProcess, temporaryDirectory } from '../harness/nodeProcess.ts'
import { eventually, isAlive, startTestnet, type TestnetProcess } from '../harness/testnetProcess.ts'

/** docs/operating.md, "Moving a validator", word by word: with another folder for another machine. */
const directory = temporaryDirectory()
const oldPlace = join(directory.path, 'net')
let network: TestnetProcess
const moved: NodeProcess[] = []

beforeAll(async () => {
  network = await startTestnet(['--validators', '4', '--dir', oldPlace, '--epoch-length', '10'])
})
afterAll(async () => {
  for (const node of moved) await node.end('SIGKILL')
  await network.end('SIGKILL')
  await eventually('the end of all nodes', () => !network.validators.some(({ pid }) => isAlive(pid)))
  directory.remove()
})

type State = { readonly epoch: string; readonly round: string; readonly isVoting: boolean }

async function ask<value>(rpcUrl: string, method: string): Promise<value> {
  const client = createPublicClient({ chain: foundry, transport: http(rpcUrl) })
  return (await client.request({ method: method as never })) as value
}

const stateOf = (rpcUrl: string) => ask<State>(rpcUrl, 'evmpp_getConsensusState')

function at(index: number) {
  const validator = network.validators[index]
  if (validator === undefined) throw new Error(`no validator ${index}`)
  return validator
}

/** Steps 1 and 2 of the guide; what is to be started at the new place. */
async function move(name: string, newPlace: string): Promise<string> {
  const gone = network.next((event) => event.kind === 'exited' && event.name === name)
  network.type(`stop ${name.replace('node', '')}`)
  await gone
  mkdirSync(join(newPlace, name), { recursive: true })
  cpSync(join(oldPlace, 'genesis.json'), join(newPlace, 'genesis.json'))
  for (const path of [`${name}.json`, `${name}/keys.json`, `${name}/safety`]) {
    renameSync(join(oldPlace, path), join(newPlace, path))
  }
  return join(newPlace, `${name}.json`)
}

it.each([
  ['node1', []],
  ['node2', ['--sync', 'state']],
] as const)('%s moves by the guide and votes again (%j)', async (name, words) => {
  const { rpcUrl } = at(0)
  const begun = Number((await stateOf(rpcUrl)).epoch)
  await eventually('some epochs', async () => Number((await stateOf(rpcUrl)).epoch) >= begun + 4)
  const configPath = await move(name, join(directory.path, `new-${name}`))
  const node = await startProcess(['node', '--config', configPath, ...words])
  moved.push(node)
  const { round } = await stateOf(rpcUrl)
  const { validatorId } = at(Number(name.replace('node', '')))
  await eventually('its vote', async () => {
    const certificate = await ask<{ round: string; signers: string[] }>(rpcUrl, 'evmpp_getQuorumCertificate')
    return Number(certificate.round) > Number(round) && certificate.signers.includes(validatorId)
  })
  expect(await stateOf(node.ready.url)).toMatchObject({ isVoting: true })
  expect(node.warnings.filter((warning) => warning.includes('does not vote'))).toEqual([])
})

it('refuses the safety record of another key, and of another network', async () => {
  const configPath = await move('node3', join(directory.path, 'new-node3'))
  const safety = join(directory.path, 'new-node3/node3/safety')
  const own = join(directory.path, 'new-node3/own')
  renameSync(safety, own)
  cpSync(join(oldPlace, 'node0/safety'), safety, { recursive: true })
  const otherKey = await runCli(['node', '--config', configPath])
  expect(otherKey.code).toBe(1)
  expect(otherKey.stderr).toContain(`${join(safety, 'record')} is the safety record of another key`)
  renameSync(safety, join(directory.path, 'copy'))
  renameSync(own, safety)

  const other = join(directory.path, 'other')
  expect(await runCli(['init', '--validators', '1', '--port', '0', '--out', other])).toMatchObject({ code: 0 })
  rmSync(join(directory.path, 'new-node3/node3/data'), { recursive: true, force: true })
  cpSync(join(other, 'genesis.json'), join(directory.path, 'new-node3/genesis.json'))
  const otherNetwork = await runCli(['node', '--config', configPath])
  expect(otherNetwork.code).toBe(1)
  expect(otherNetwork.stderr).toContain(`${join(safety, 'record')} is the safety record of another network`)
})
