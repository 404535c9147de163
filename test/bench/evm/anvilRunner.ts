import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Address, Hardfork, Hex } from '../../../src/primitives/index.ts'
import { toHex, toQuantity, wordToHash } from '../../../src/primitives/index.ts'
import { addr } from '../../harness/world.ts'
import { startClocksOn } from './clocks.ts'
import { medianTimes } from './measure.ts'
import type { Program, Run, Runner, Times } from './program.ts'
import type { RpcClient } from './rpcClient.ts'
import { createRpcClient } from './rpcClient.ts'

/** Calls that do nothing, whose median time is taken off every call's time. */
const EMPTY_CALLS = 51
const NOBODY = addr(0xb0d1e)

/** Anvil's binary where its package is installed; undefined elsewhere. */
export function findAnvil(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('@foundry-rs/anvil-linux-amd64/bin/anvil')
  } catch {
    return undefined
  }
}

/**
 * Anvil, whose EVM is revm: a process of its own per fork, on loopback. A call's times are those of `eth_call` over HTTP
 * less the median of calls that do nothing, made just before with call data of the same size. Its processor time is that
 * of all its threads. `roundTrips` gets each of those medians.
 */
export function anvilRunner(binary: string, roundTrips: Times[]): Runner {
  const nodes = new Map<Hardfork, Promise<Anvil>>()
  const nodeOf = (hardfork: Hardfork): Promise<Anvil> => {
    const node = nodes.get(hardfork) ?? startAnvil(binary, hardfork)
    nodes.set(hardfork, node)
    return node
  }
  return {
    name: 'anvil',
    async prepare(program) {
      const { client, pid } = await nodeOf(program.rules.hardfork)
      await client.call('anvil_reset', [])
      await install(client, program)
      const { sender, to, data, gasLimit, valueWei } = program.transaction
      const call = { from: sender, data: toHex(data), gas: toQuantity(gasLimit), value: toQuantity(valueWei) }
      const timed = async (target: Address): Promise<Omit<Run, 'gasUsed'>> => {
        const elapsed = startClocksOn(pid)
        const output = await client.call('eth_call', [{ ...call, to: target }, 'latest'])
        return { times: elapsed(), output: String(output) as Hex }
      }
      const roundTrip = await medianOf(EMPTY_CALLS, async () => (await timed(NOBODY)).times)
      roundTrips.push(roundTrip)
      return {
        async run() {
          const { times, output } = await timed(to)
          return { times: less(times, roundTrip), output, gasUsed: undefined }
        },
        gasUsed: () => gasOfTransaction(client, { ...call, to }),
      }
    },
    close() {
      for (const node of nodes.values()) void node.then((anvil) => anvil.close())
    },
  }
}

function less(times: Times, roundTrip: Times): Times {
  const most = (ms: number): number => Math.max(ms, 0)
  return { wallMs: most(times.wallMs - roundTrip.wallMs), cpuMs: most(times.cpuMs - roundTrip.cpuMs) }
}

async function medianOf(count: number, measure: () => Promise<Times>): Promise<Times> {
  const times: Times[] = []
  for (let done = 0; done < count; done += 1) times.push(await measure())
  return medianTimes(times)
}

type Anvil = { readonly pid: number; readonly client: RpcClient; close(): void }

async function startAnvil(binary: string, hardfork: Hardfork): Promise<Anvil> {
  const options = [
    ['--host', '127.0.0.1', '--port', '0', '--hardfork', hardfork, '--auto-impersonate', '--no-mining'],
    ['--gas-limit', '100000000000', '--block-base-fee-per-gas', '0', '--gas-price', '0'],
    ['--memory-limit', String(2 ** 30), '--disable-min-priority-fee', '--no-request-size-limit'],
  ]
  const child = spawn(binary, options.flat(), { stdio: ['ignore', 'pipe', 'inherit'] })
  const client = createRpcClient(await listeningPort(child.stdout))
  const close = (): void => {
    client.close()
    child.kill()
  }
  return { pid: child.pid ?? 0, client, close }
}

/** The port that it names in its first lines; the rest of what it prints is dropped. */
function listeningPort(stdout: Readable): Promise<number> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stdout })
    lines.on('line', (line) => {
      const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    lines.on('close', () => reject(new Error('anvil ended before it listened')))
  })
}

async function install(client: RpcClient, { pre }: Program): Promise<void> {
  for (const { address, account, code, storage } of pre) {
    if (account === undefined) continue
    await client.call('anvil_setBalance', [address, toQuantity(account.balanceWei)])
    await client.call('anvil_setNonce', [address, toQuantity(account.nonce)])
    if (code !== undefined) await client.call('anvil_setCode', [address, toHex(code)])
    for (const [slot, value] of storage) {
      await client.call('anvil_setStorageAt', [address, toQuantity(slot), wordToHash(value)])
    }
  }
}

/** Sends the call as a transaction in a block of its own. */
async function gasOfTransaction(client: RpcClient, call: object): Promise<bigint> {
  await client.call('anvil_setNextBlockBaseFeePerGas', ['0x0'])
  const hash = await client.call('eth_sendTransaction', [{ ...call, gasPrice: '0x0' }])
  await client.call('evm_mine', [])
  const receipt = await client.call('eth_getTransactionReceipt', [hash])
  if (typeof receipt !== 'object' || receipt === null || !('gasUsed' in receipt)) {
    throw new Error('anvil has no receipt for a transaction that it should have mined')
  }
  return BigInt(String(receipt.gasUsed))
}
