/** A client of the network that is measured: accounts, signed transfers, JSON-RPC. */
import {
  type Address,
  addressOfPrivateKey,
  type Bytes,
  EMPTY_BYTES,
  keccak256,
  signTransaction,
  toHex,
  wordToBytes,
} from '../../../src/primitives/index.ts'

const GWEI = 10n ** 9n
const BATCH = 100

export type Rpc = <result>(method: string, params?: readonly unknown[]) => Promise<result>

export type Sender = { readonly key: Bytes; readonly address: Address; nonce: bigint }

type Answer = { readonly result?: unknown; readonly error?: { readonly message: string } }

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

export function rpcTo(url: string): Rpc {
  return async <result>(method: string, params: readonly unknown[] = []) => {
    const answer = await post(url, { jsonrpc: '2.0', id: 1, method, params })
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`)
    return answer.result as result
  }
}

async function post<answer = Answer>(url: string, body: object): Promise<answer> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  return (await response.json()) as answer
}

export function newSender(index: number): Sender {
  const key = keccak256(wordToBytes(BigInt(index) + 1_000_000n))
  return { key, address: addressOfPrivateKey(key), nonce: 0n }
}

/** A signed transfer of this sender's next nonce. */
export function transfer(sender: Sender, to: Address, valueWei: bigint): Bytes {
  const { raw } = signTransaction(
    {
      type: 2,
      chainId: 31_337n,
      nonce: sender.nonce,
      gasLimit: 21_000n,
      to,
      valueWei,
      data: EMPTY_BYTES,
      maxFeePerGasWei: 100n * GWEI,
      maxPriorityFeePerGasWei: GWEI,
      accessList: [],
      maxFeePerBlobGasWei: 0n,
      blobVersionedHashes: [],
      authorizations: [],
    },
    sender.key,
  )
  sender.nonce += 1n
  return raw
}

/** Their hashes; throws at the first that is refused. */
export async function sendAll(url: string, raws: readonly Bytes[]): Promise<readonly string[]> {
  const hashes: string[] = []
  for (let from = 0; from < raws.length; from += BATCH) {
    const batch = raws.slice(from, from + BATCH).map((raw, id) => ({
      jsonrpc: '2.0',
      id,
      method: 'eth_sendRawTransaction',
      params: [toHex(raw)],
    }))
    for (const { result, error } of await post<readonly Answer[]>(url, batch)) {
      if (error !== undefined) throw new Error(error.message)
      hashes.push(String(result))
    }
  }
  return hashes
}

/**
 * Waits for receipts, all of which must say success. Asks for many at once, and every `everyMs` at most: the node works on
 * answers, too.
 */
export async function receipts(url: string, hashes: readonly string[], everyMs: number): Promise<void> {
  for (let at = 0; at < hashes.length; ) {
    const batch = hashes.slice(at, at + BATCH).map((hash, id) => ({
      jsonrpc: '2.0',
      id,
      method: 'eth_getTransactionReceipt',
      params: [hash],
    }))
    const found = (await post<readonly Answer[]>(url, batch)).map(({ result }) => result as { status: string } | null)
    const missing = found.indexOf(null)
    const there = found.slice(0, missing === -1 ? found.length : missing)
    if (there.some((one) => one?.status !== '0x1')) throw new Error('a transfer failed')
    at += there.length
    if (missing !== -1) await sleep(everyMs)
  }
}
