/** What every example needs: a node of its own on a free port, built contracts, and a viem client. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createTestClient, http, publicActions, walletActions } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'

const root = fileURLToPath(new URL('..', import.meta.url))
const evmpp = join(root, 'bin/evmpp.mjs')
const out = mkdtempSync(join(tmpdir(), 'evmpp-examples-'))
const mnemonic = 'test test test test test test test test test test test junk'

/** Starts a node that keeps nothing; `stop` ends it. */
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
  const account = mnemonicToAccount(mnemonic)
  const client = createTestClient({ account, mode: 'anvil', chain: foundry, transport: http(url), pollingInterval: 50 })
    .extend(publicActions)
    .extend(walletActions)
  return { client, stop: () => child.kill('SIGTERM') }
}

/** Builds files of this checkout and returns what `evmpp build` wrote of one: `artifact('Counter.ts', 'Counter')`. */
export function build(...files) {
  execFileSync(process.execPath, [evmpp, 'build', '--out', out, ...files], { cwd: root, stdio: ['ignore', 2, 2] })
  return (file, name) => JSON.parse(readFileSync(join(out, file, `${name}.json`), 'utf8'))
}

/** Deploys an artifact and returns the contract's address. */
export async function deploy(client, { abi, bytecode }, args = []) {
  const hash = await client.deployContract({ abi, bytecode: bytecode.object, args })
  const { contractAddress } = await client.waitForTransactionReceipt({ hash })
  return contractAddress
}
