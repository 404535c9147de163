/** For tests: a node that keeps nothing, and contracts on it. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { createTestClient, getContract, http, publicActions, walletActions } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'

const evmpp = createRequire(import.meta.url).resolve('evmpp/bin/evmpp.mjs')

/** Starts a node; `client` is a viem client whose account has money, `stop` ends the node. */
export async function startNode() {
  const child = spawn(process.execPath, [evmpp, 'dev', '--ephemeral', '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`the node ended with ${code}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line)
      if (event.kind === 'ready') resolve(event.url)
    })
  })
  const account = mnemonicToAccount('test test test test test test test test test test test junk')
  const client = createTestClient({ account, mode: 'anvil', chain: foundry, transport: http(url), pollingInterval: 50 })
    .extend(publicActions)
    .extend(walletActions)
  return { client, stop: () => child.kill('SIGTERM') }
}

/** Deploys what `npm run build` wrote and returns the contract: `deploy(client, 'Counter')`. */
export async function deploy(client, name, args = []) {
  const { abi, bytecode } = JSON.parse(readFileSync(new URL(`../out/${name}.json`, import.meta.url), 'utf8'))
  const hash = await client.deployContract({ abi, bytecode, args })
  const { contractAddress } = await client.waitForTransactionReceipt({ hash })
  return getContract({ address: contractAddress, abi, client })
}
