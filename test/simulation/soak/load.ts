import { readFileSync } from 'node:fs'
import { devGenesis, genesisFile } from '../../../src/chain/index.ts'
import {
  type Address,
  addressOfPrivateKey,
  type Bytes,
  keccak256,
  signTransaction,
  toHex,
  type UnsignedTransaction,
} from '../../../src/primitives/index.ts'
import type { Random } from '../../fuzz/random.ts'
import { genesisAccounts, randomTransaction, type TreeCodes } from '../../harness/parallel/randomBlock.ts'

const CHAIN_ID = 31_337n
const GAS_LIMIT = 60_000_000n
const BALANCE_WEI = 10n ** 24n
const MAX_FEE_WEI = 1_000_000_000_000n
const SENDERS = 64
const TICK_MS = 250
/** The node's weight is looked at so often. */
const WEIGH_EVERY_MS = 30_000

type Account = { readonly key: Bytes; readonly address: Address; nonce: bigint }

const keys: readonly Bytes[] = Array.from({ length: SENDERS }, (_, index) => keccak256(Buffer.from(`soak ${index}`)))

/** A chain that begins with the contracts of random blocks and with senders that can pay. */
export function genesisJson(random: Random, codes: TreeCodes): object {
  const genesis = devGenesis({
    chainId: CHAIN_ID,
    hardfork: 'osaka',
    gasLimit: GAS_LIMIT,
    accounts: keys.map(addressOfPrivateKey),
    balanceWei: BALANCE_WEI,
    timestampSeconds: 1_000n,
  })
  return genesisFile({ ...genesis, accounts: [...genesis.accounts, ...genesisAccounts(random, codes)] })
}

/** Sends random transactions of all senders to a node. */
export class Load {
  sent = 0
  refused = 0
  readonly #url: string
  readonly #random: Random
  readonly #perTick: number
  readonly #accounts: readonly Account[] = keys.map((key) => ({ key, address: addressOfPrivateKey(key), nonce: 0n }))

  /** `rate`: transactions per second. */
  constructor(url: string, random: Random, rate: number) {
    this.#url = url
    this.#random = random
    this.#perTick = Math.ceil((rate * TICK_MS) / 1_000)
  }

  /** Returns the resident memory of the process `pid` in MiB, from time to time. */
  async runFor(milliseconds: number, pid: number): Promise<readonly number[]> {
    const weights: number[] = []
    const endMs = Date.now() + milliseconds
    for (let weighMs = Date.now(); Date.now() < endMs; ) {
      const nextMs = Date.now() + TICK_MS
      await this.#tick()
      if (Date.now() >= weighMs) {
        weights.push(residentMiB(pid))
        weighMs += WEIGH_EVERY_MS
      }
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, nextMs - Date.now())))
    }
    return weights
  }

  async #tick(): Promise<void> {
    const calls = Array.from({ length: this.#perTick }, (_, id) => {
      const account = this.#random.pick(this.#accounts)
      return {
        account,
        call: { jsonrpc: '2.0', id, method: 'eth_sendRawTransaction', params: [this.#signed(account)] },
      }
    })
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(calls.map(({ call }) => call)),
    })
    const answers = (await response.json()) as readonly { readonly id: number; readonly error?: object }[]
    this.sent += answers.length
    const doubtful = new Set<Account>()
    for (const { id, error } of answers) {
      if (error === undefined) continue
      this.refused += 1
      const account = calls[id]?.account
      if (account !== undefined) doubtful.add(account)
    }
    for (const account of doubtful) account.nonce = await this.#nonceOf(account.address)
  }

  #signed(account: Account): string {
    const senders = this.#accounts.map(({ address }) => address)
    const random = randomTransaction(this.#random, senders, senders[0] ?? account.address)
    const transaction: UnsignedTransaction = {
      ...random,
      chainId: CHAIN_ID,
      nonce: account.nonce,
      maxFeePerGasWei: MAX_FEE_WEI,
      maxPriorityFeePerGasWei: BigInt(this.#random.below(3)),
    }
    account.nonce += 1n
    return toHex(signTransaction(transaction, account.key).raw)
  }

  async #nonceOf(address: Address): Promise<bigint> {
    const body = { jsonrpc: '2.0', id: 1, method: 'eth_getTransactionCount', params: [address, 'pending'] }
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return BigInt(((await response.json()) as { readonly result: string }).result)
  }
}

function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
}
