import { it } from 'vitest'
import type { NodeProcess } from './nodeProcess.ts'
import { startNodeProcess } from './nodeProcess.ts'
import { developmentAccounts, startTestnet } from './testnetProcess.ts'

/**
 * How the tests of clients start the node that they talk to: the project `testnet` (vitest.config.ts) runs the same files
 * against one of four validators.
 */
const isTestnet = process.env.EVMPP_TEST_NODE === 'testnet'

/** A node with the ten development accounts funded: `evmpp dev` with these arguments, or a validator of a fresh network. */
export function startAnyNode(devArguments: readonly string[]): Promise<NodeProcess> {
  return isTestnet ? startValidator() : startNodeProcess(devArguments)
}

async function startValidator(): Promise<NodeProcess> {
  const { validators, child, end } = await startTestnet(['--validators', '4'])
  const [first] = validators
  if (first === undefined) throw new Error('a network without validators')
  const { rpcUrl: url, pid, chainId } = first
  const port = Number(new URL(url).port)
  return {
    ready: { kind: 'ready', url, port, pid, chainId, blockNumber: 0, accounts: developmentAccounts() },
    child,
    warnings: [],
    end,
  }
}

/** A test of what only a development node does: on a testnet it is left out, and a line says why. */
export function itOnDevNode(name: string, reason: string, test: () => Promise<void>): void {
  if (!isTestnet) return void it(name, test)
  process.stdout.write(`left out on a testnet, "${name}": ${reason}\n`)
  it.skip(name, test)
}
