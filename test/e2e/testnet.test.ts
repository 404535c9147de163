import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPublicClient, createWalletClient, http, parseEther, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { executorArguments, runCli, startFollower, startProcess, temporaryDirectory } from '../harness/nodeProcess.ts'
import type { TestnetProcess, TestnetValidator } from '../harness/testnetProcess.ts'
import { developmentAccounts, eventually, isAlive, PACE, startTestnet } from '../harness/testnetProcess.ts'

const directory = temporaryDirectory()
const folder = join(directory.path, 'net')
let network: TestnetProcess

beforeAll(async () => {
  const made = await runCli(['init', '--validators', '4', '--port', '0', '--out', folder, ...PACE])
  expect(made).toMatchObject({ code: 0 })
  // One executes every block on workers; the others have no core to spare for any.
  const configPath = join(folder, 'node1.json')
  const config = JSON.parse(readFileSync(configPath, 'utf8'))
  writeFileSync(configPath, JSON.stringify({ ...config, executor: 'parallel' }))
  network = await startTestnet(['--dir', folder, '--workers', '1'])
})
afterAll(async () => {
  await network.end('SIGKILL')
  await eventually('the end of all nodes', () => !network.validators.some(({ pid }) => isAlive(pid)))
  directory.remove()
})

function at(index: number): TestnetValidator {
  const validator = network.validators[index]
  if (validator === undefined) throw new Error(`no validator ${index}`)
  return validator
}

const clientOf = ({ rpcUrl }: TestnetValidator) =>
  createPublicClient({ chain: foundry, transport: http(rpcUrl), pollingInterval: 50 })

async function ask(validator: TestnetValidator, method: string, params: readonly unknown[] = []): Promise<unknown> {
  return clientOf(validator).request({ method: method as never, params: params as never })
}

function accountOf(index: number) {
  const account = developmentAccounts()[index]
  if (account === undefined) throw new Error(`no account ${index}`)
  return account
}

/** Sends an ether from a development account to the last one, through this node. */
function transfer({ rpcUrl }: TestnetValidator, from: number) {
  const account = privateKeyToAccount(accountOf(from).privateKey)
  const wallet = createWalletClient({ account, chain: foundry, transport: http(rpcUrl) })
  return wallet.sendTransaction({ to: accountOf(9).address, value: parseEther('1') })
}

describe('a network of four validators', () => {
  it('tells of each its RPC, its address for peers, its metrics, its process and its folder', () => {
    expect(network.validators).toHaveLength(4)
    for (const [index, validator] of network.validators.entries()) {
      expect(validator).toMatchObject({
        name: `node${index}`,
        rpcUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        p2pAddress: expect.stringMatching(/^12D3KooW\w+@127\.0\.0\.1:\d+$/),
        metricsUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        validatorId: expect.stringMatching(/^0x[0-9a-f]{40}$/),
        dataDirectory: join(folder, `node${index}`, 'data'),
        chainId: 31_337,
      })
      expect(isAlive(validator.pid)).toBe(true)
    }
    expect(new Set(network.validators.map(({ pid }) => pid)).size).toBe(4)
  })

  it('keeps keys that only their owner can read', () => {
    for (const { name } of network.validators) {
      expect(statSync(join(folder, name, 'keys.json')).mode & 0o777).toBe(0o600)
    }
  })

  it('takes a transaction at one node and shows it at all, in the same block', async () => {
    const hash = await transfer(at(0), 0)
    const seen: { blockHash: string; status: string; balance: bigint }[] = []
    for (const validator of network.validators) {
      const { blockHash, status } = await clientOf(validator).waitForTransactionReceipt({ hash, timeout: 300_000 })
      const balance = await clientOf(validator).getBalance({ address: accountOf(9).address })
      seen.push({ blockHash, status, balance })
    }
    expect(seen).toEqual(seen.map(() => ({ ...seen[0], status: 'success', balance: parseEther('10001') })))
  })

  it('executes a block on workers where the config says so, and has the same', async () => {
    const hash = await transfer(at(0), 3)
    const executed: { readonly blockHash: string; readonly isOnWorkers: boolean }[] = []
    for (const validator of network.validators) {
      const client = clientOf(validator)
      const { blockHash, blockNumber } = await client.waitForTransactionReceipt({ hash, timeout: 300_000 })
      const { run } = (await ask(validator, 'evmpp_getBlockSchedule', [toHex(blockNumber)])) as { run: unknown }
      executed.push({ blockHash, isOnWorkers: run !== null })
    }
    const chosen = process.env.EVMPP_TEST_EXECUTOR
    const isOnWorkers = (index: number) => chosen === 'parallel' || (chosen === undefined && index === 1)
    const [first] = executed
    expect(executed).toEqual(
      executed.map((_, index) => ({ blockHash: first?.blockHash, isOnWorkers: isOnWorkers(index) })),
    )
  })

  it('pays the fees to whom the configs name', async () => {
    const { feeRecipient } = JSON.parse(readFileSync(join(folder, 'node0.json'), 'utf8'))
    const hash = await transfer(at(1), 4)
    for (const validator of network.validators) {
      const { blockNumber } = await clientOf(validator).waitForTransactionReceipt({ hash, timeout: 300_000 })
      const [{ miner }, after, before] = await Promise.all([
        clientOf(validator).getBlock({ blockNumber }),
        clientOf(validator).getBalance({ address: feeRecipient, blockNumber }),
        clientOf(validator).getBalance({ address: feeRecipient, blockNumber: blockNumber - 1n }),
      ])
      expect(miner).toBe(feeRecipient.toLowerCase())
      expect(after).toBeGreaterThan(before)
    }
  })

  it('has blocks that are certified, final and the same everywhere', async () => {
    const latest = await clientOf(at(0)).getBlock()
    for (const validator of network.validators) {
      await eventually('the same block', async () => (await clientOf(validator).getBlockNumber()) >= latest.number)
      const block = await clientOf(validator).getBlock({ blockNumber: latest.number })
      expect({ hash: block.hash, stateRoot: block.stateRoot }).toEqual({
        hash: latest.hash,
        stateRoot: latest.stateRoot,
      })
    }
    const [finalized, safe] = [
      await clientOf(at(1)).getBlock({ blockTag: 'finalized' }),
      await clientOf(at(1)).getBlock({ blockTag: 'safe' }),
    ]
    expect(safe.number).toBeGreaterThanOrEqual(finalized.number)
    const certificate = await ask(at(2), 'evmpp_getQuorumCertificate', [latest.hash])
    expect(certificate).toMatchObject({ signature: expect.stringMatching(/^0x[0-9a-f]{192}$/) })
    expect((certificate as { signers: unknown[] }).signers.length).toBeGreaterThanOrEqual(3)
    expect(await ask(at(2), 'evmpp_getQuorumCertificate', ['0x0'])).toBe(null)
  })

  it('says over RPC who validates, and has no methods of development nodes', async () => {
    const validators = (await ask(at(3), 'evmpp_getValidators')) as { id: string; isSelf: boolean }[]
    expect(validators.map(({ id }) => id).sort()).toEqual(
      network.validators.map(({ validatorId }) => validatorId).sort(),
    )
    expect(validators.filter(({ isSelf }) => isSelf).map(({ id }) => id)).toEqual([at(3).validatorId])
    await eventually('all connections', async () => (await ask(at(3), 'net_peerCount')) === '0x3')
    expect(await ask(at(3), 'eth_accounts')).toEqual([])
    await expect(ask(at(3), 'evm_mine')).rejects.toThrow(/does not exist/)
  })

  it('is what evmpp status tells', async () => {
    await eventually('all connections', async () => (await ask(at(1), 'net_peerCount')) === '0x3')
    const { code, stdout } = await runCli(['status', '--json', '--rpc-url', at(1).rpcUrl])
    expect(code).toBe(0)
    const status = JSON.parse(stdout)
    expect(status).toMatchObject({
      chainId: 31_337,
      peers: 3,
      consensus: { self: at(1).validatorId, isVoting: true, epoch: 0 },
    })
    expect(status.consensus.validators).toHaveLength(4)
    expect(status.consensus.round).toBeGreaterThan(1)
    const text = (await runCli(['status', '--rpc-url', at(1).rpcUrl])).stdout
    expect(text).toMatch(new RegExp(`This node +votes as ${at(1).validatorId}`))
  })

  it('serves metrics and health on a port of their own', async () => {
    for (const validator of network.validators) {
      const { metricsUrl } = validator
      await eventually('all connections', async () => (await ask(validator, 'net_peerCount')) === '0x3')
      const text = await (await fetch(`${metricsUrl}/metrics`)).text()
      const value = (name: string): number => Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1])
      expect(value('evmpp_chain_head_block')).toBeGreaterThan(0)
      expect(value('hotstuff_view')).toBeGreaterThan(1)
      expect(value('hotstuff_is_voting')).toBe(1)
      expect(value('hotstuff_commit_latency_seconds_count')).toBeGreaterThan(0)
      expect(value('p2p_peers')).toBe(3)
      await eventually('readiness', async () => (await fetch(`${metricsUrl}/readyz`)).ok)
    }
  })

  it('goes on when one of four dies, and takes it back when it is asked to', async () => {
    const before = await clientOf(at(0)).getBlockNumber()
    const died = network.next(({ kind, name }) => kind === 'exited' && name === 'node3')
    process.kill(at(3).pid, 'SIGKILL')
    expect(await died).toMatchObject({ isExpected: false, signal: 'SIGKILL' })
    await eventually(
      'blocks of three',
      async () => (await clientOf(at(0)).getBlockNumber({ cacheTime: 0 })) > before + 5n,
    )
    const started = network.next(({ kind, name }) => kind === 'started' && name === 'node3')
    network.type('start 3')
    const pid = (await started).pid as number
    expect(pid).not.toBe(at(3).pid)
    const target = await clientOf(at(0)).getBlockNumber({ cacheTime: 0 })
    await eventually('the fourth at their height', async () => (await clientOf(at(3)).getBlockNumber()) >= target)
    const hashes = await Promise.all(
      network.validators.map(async (one) => (await clientOf(one).getBlock({ blockNumber: target })).hash),
    )
    expect(new Set(hashes).size).toBe(1)
  })

  it('is followed by a node without a vote that joins late and passes transactions on', async () => {
    const peers = network.validators.map(({ p2pAddress }) => p2pAddress).join(',')
    const follower = await startFollower(join(folder, 'genesis.json'), peers, join(directory.path, 'late'))
    const late: TestnetValidator = { ...at(0), rpcUrl: follower.ready.url }
    try {
      const target = await clientOf(at(0)).getBlock()
      await eventually(
        'its height',
        async () => (await clientOf(late).getBlockNumber({ cacheTime: 0 })) >= target.number,
      )
      expect((await clientOf(late).getBlock({ blockNumber: target.number })).hash).toBe(target.hash)
      expect(await ask(late, 'evmpp_getConsensusState')).toMatchObject({ self: null, isVoting: false })
      const hash = await transfer(late, 5)
      expect((await clientOf(at(2)).waitForTransactionReceipt({ hash, timeout: 300_000 })).status).toBe('success')
    } finally {
      expect(await follower.end('SIGTERM')).toBe(0)
    }
  })

  it('is joined by a node that begins with a recent state of theirs, and goes on from there after kill -9', async () => {
    const peers = network.validators.map(({ p2pAddress }) => p2pAddress).join(',')
    const words = [
      '--genesis',
      join(folder, 'genesis.json'),
      '--peer',
      peers,
      '--datadir',
      join(directory.path, 'quick'),
    ]
    const start = () => startProcess(['node', '--port', '0', '--sync', 'state', ...executorArguments, ...words])
    const first = await start()
    expect(first.ready.blockNumber).toBeGreaterThan(8)
    await first.end('SIGKILL')
    const again = await start()
    const quick: TestnetValidator = { ...at(0), rpcUrl: again.ready.url }
    try {
      const target = await clientOf(at(0)).getBlock()
      await eventually(
        'its height',
        async () => (await clientOf(quick).getBlockNumber({ cacheTime: 0 })) >= target.number,
      )
      const { hash, stateRoot } = await clientOf(quick).getBlock({ blockNumber: target.number })
      expect({ hash, stateRoot }).toEqual({ hash: target.hash, stateRoot: target.stateRoot })
      const blockNumber = target.number
      const proofs = await Promise.all(
        [at(0), quick].map((one) =>
          clientOf(one).getProof({ address: accountOf(9).address, storageKeys: [], blockNumber }),
        ),
      )
      expect(proofs[1]).toEqual(proofs[0])
      const balances = await Promise.all(
        [at(0), quick].map((one) => clientOf(one).getBalance({ address: accountOf(9).address })),
      )
      expect(balances[1]).toBe(balances[0])
      // What was before its beginning is not here.
      expect(await ask(quick, 'eth_getBlockByNumber', ['0x2', false])).toBe(null)
      await expect(ask(quick, 'eth_getLogs', [{ fromBlock: '0x1', toBlock: 'latest' }])).rejects.toThrow(
        /pruned history/,
      )
      await expect(ask(quick, 'eth_getBalance', [accountOf(9).address, '0x0'])).rejects.toThrow(/not available/)
    } finally {
      expect(await again.end('SIGTERM')).toBe(0)
    }
  })

  it('lets a validator vote again that lost its chain and begins with a state of the others', async () => {
    const gone = network.next(({ kind, name }) => kind === 'exited' && name === 'node1')
    network.type('stop 1')
    await gone
    renameSync(join(folder, 'node1/data'), join(directory.path, 'lostChain'))
    const before = await clientOf(at(0)).getBlockNumber({ cacheTime: 0 })
    await eventually(
      'blocks without it',
      async () => (await clientOf(at(0)).getBlockNumber({ cacheTime: 0 })) > before + 10n,
    )
    const node = await startProcess(['node', '--config', join(folder, 'node1.json'), '--sync', 'state'])
    expect(node.ready.blockNumber).toBeGreaterThan(Number(before))
    const { round } = (await ask(at(0), 'evmpp_getConsensusState')) as { round: string }
    await eventually('its vote', async () => {
      const certificate = (await ask(at(0), 'evmpp_getQuorumCertificate')) as { round: string; signers: string[] }
      return Number(certificate.round) > Number(round) && certificate.signers.includes(at(1).validatorId)
    })
    expect(await node.end('SIGTERM')).toBe(0)
    const started = network.next(({ kind, name }) => kind === 'started' && name === 'node1')
    network.type('start 1')
    await started
  })

  it('does not let a validator vote whose safety record is lost, until the operator says from when on', async () => {
    const gone = network.next(({ kind, name }) => kind === 'exited' && name === 'node2')
    network.type('stop 2')
    await gone
    renameSync(join(folder, 'node2/safety'), join(directory.path, 'lost'))
    const config = ['node', '--config', join(folder, 'node2.json')]
    const silent = await startProcess(config)
    const state = (await ask(at(2), 'evmpp_getConsensusState')) as { whyNotVoting: string; self: string }
    expect(state).toMatchObject({ self: at(2).validatorId, isVoting: false, whyNotVoting: expect.stringMatching(/./) })
    const readiness = await fetch(`${at(2).metricsUrl}/readyz`)
    expect(readiness.status).toBe(503)
    expect(await readiness.text()).toContain(state.whyNotVoting)
    expect(await silent.end('SIGTERM')).toBe(0)

    const { round } = (await ask(at(0), 'evmpp_getConsensusState')) as { round: string }
    const signFrom = Number(round) + 20
    // Stopped before it has signed anything, it has been told all the same.
    expect(await (await startProcess([...config, '--sign-from', String(signFrom)])).end('SIGTERM')).toBe(0)
    const voting = await startProcess(config)
    await eventually('its vote', async () => {
      const certificate = (await ask(at(0), 'evmpp_getQuorumCertificate')) as { round: string; signers: string[] }
      // An older certificate may hold a vote from before the loss.
      return Number(certificate.round) >= signFrom && certificate.signers.includes(at(2).validatorId)
    })
    expect(await ask(at(2), 'evmpp_getConsensusState')).toMatchObject({ isVoting: true, whyNotVoting: null })
    expect(await voting.end('SIGTERM')).toBe(0)
  })

  it('stops on Ctrl-C with exit code 0, and leaves no process behind', async () => {
    const pids = network.events.filter(({ kind }) => kind === 'started').map(({ pid }) => pid as number)
    expect(pids.length).toBe(6)
    expect(await network.end('SIGINT')).toBe(0)
    expect(pids.filter(isAlive)).toEqual([])
  })

  it('goes on from where it was; and its nodes do not outlive it, however it ends', async () => {
    network = await startTestnet(['--dir', folder])
    await eventually('blocks', async () => (await clientOf(at(0)).getBlockNumber({ cacheTime: 0 })) > 10n)
    await network.end('SIGKILL')
    await eventually('the end of all nodes', () => !network.validators.some(({ pid }) => isAlive(pid)))
  })
})

describe('a network that keeps nothing', () => {
  it('leaves no folder behind', async () => {
    const passing = await startTestnet(['--validators', '1'])
    const folderOfIt = join(passing.validators[0]?.dataDirectory ?? '', '../..')
    expect(readdirSync(folderOfIt)).toContain('genesis.json')
    expect(await passing.end('SIGTERM')).toBe(0)
    expect(existsSync(folderOfIt)).toBe(false)
  })
})
