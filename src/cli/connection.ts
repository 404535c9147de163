import type {
  Account,
  Address,
  Chain,
  Hex,
  PublicClient,
  Transaction,
  TransactionReceipt,
  Transport,
  WalletClient,
} from 'viem'
import {
  createPublicClient,
  createWalletClient,
  custom,
  defineChain,
  getAddress,
  http,
  parseEther,
  webSocket,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { BaseError } from '../primitives/index.ts'
import type { Arguments, Option } from './command.ts'
import { UsageError } from './command.ts'
import { failureOf, reported } from './requestFailure.ts'
import { checkedAddress } from './values.ts'

/** Options of every command that talks to a node. */
export const connectionOptions = {
  'rpc-url': {
    type: 'string',
    value: 'url',
    default: 'http://127.0.0.1:8545',
    env: 'ETH_RPC_URL',
    summary: 'the node to talk to, http:// or ws://',
  },
  json: { type: 'boolean', summary: 'print one JSON object instead of text' },
} as const satisfies Readonly<Record<string, Option>>

/** Options of every command that sends a transaction. */
export const senderOptions = {
  account: { type: 'string', value: 'n', default: '0', summary: "send from the node's own account n" },
  'private-key': {
    type: 'string',
    value: 'key',
    env: 'PRIVATE_KEY',
    summary: 'send from the account of this key, signed here',
  },
  value: { type: 'string', value: 'ether', default: '0', summary: 'ether to send along, for example 0.5' },
  'gas-limit': { type: 'string', value: 'gas', summary: 'gas that it may use; without it the node estimates' },
} as const satisfies Readonly<Record<string, Option>>

/** A node, and an account to send from. */
export type Sender = {
  readonly client: PublicClient
  readonly wallet: WalletClient
  readonly account: Account | Address
  readonly chain: Chain
}

/** What ends connections that stay open. */
const closers: (() => Promise<void>)[] = []

/** Ends what {@link connect} opened and would keep the process. */
export async function closeConnections(): Promise<void> {
  await Promise.all(closers.splice(0).map((close) => close()))
}

function transportOf(args: Arguments): Transport {
  const url = args.text('rpc-url') ?? ''
  if (!URL.canParse(url) || !/^(https?|wss?):$/.test(new URL(url).protocol))
    throw new UsageError(`--rpc-url takes a URL such as http://127.0.0.1:8545 or ws://127.0.0.1:8545, not "${url}".`)
  return /^ws/i.test(url) ? webSocket(url, { reconnect: false, retryCount: 0 }) : http(url, { retryCount: 0 })
}

/** A client of the node that the arguments name. */
export function connect(args: Arguments): PublicClient {
  const client = createPublicClient({ transport: transportOf(args), pollingInterval: 100 })
  const { transport } = client
  if (transport.type === 'webSocket')
    closers.push(async () => {
      const socket = await transport.getRpcClient().catch(() => undefined)
      socket?.close()
    })
  return client as PublicClient
}

/** The account that the arguments name, ready to send. */
export async function connectSender(args: Arguments): Promise<Sender> {
  const client = connect(args)
  const id = await reported(args, () => client.getChainId())
  const chain = defineChain({
    id,
    name: `chain ${id}`,
    nativeCurrency: { name: 'ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [args.text('rpc-url') ?? ''] } },
  })
  const account = await accountOf(args, client)
  // The same connection: a second one would have to be closed too.
  const transport = custom({ request: client.request })
  return { client, chain, account, wallet: createWalletClient({ account, chain, transport }) }
}

async function accountOf(args: Arguments, client: PublicClient): Promise<Account | Address> {
  if (args.given('account') && args.given('private-key'))
    throw new UsageError('--account and --private-key exclude each other.')
  const key = args.given('account') ? undefined : args.text('private-key')
  if (key !== undefined) {
    const digits = /^(?:0x)?([0-9a-fA-F]{64})$/.exec(key)?.[1]
    if (digits === undefined) throw new UsageError('--private-key takes 0x and 64 hex digits.')
    return keyAccount(`0x${digits}`)
  }
  const index = Number(args.text('account'))
  if (!Number.isInteger(index) || index < 0) throw new UsageError('--account takes a number from 0.')
  const accounts = await reported(
    args,
    () => client.request({ method: 'eth_accounts' as never }) as Promise<readonly Address[]>,
  )
  const account = accounts[index]
  if (account !== undefined) return account
  throw new BaseError('NO_ACCOUNT', `The node has ${accounts.length} accounts of its own: use --private-key.`)
}

function keyAccount(key: Hex): Account {
  try {
    return privateKeyToAccount(key)
  } catch {
    throw new UsageError('--private-key is no key: it is zero, or beyond the order of secp256k1.')
  }
}

/** The `--value` of the arguments, in wei. */
export function valueInWei(args: Arguments): bigint {
  const text = args.text('value') ?? '0'
  if (!/^\d+(\.\d{1,18})?$/.test(text)) throw new UsageError(`--value takes ether such as 1 or 0.5, not "${text}".`)
  return parseEther(text)
}

/** The `--gas-limit` of the arguments, as a part of a transaction. */
export function gasOf(args: Arguments): { readonly gas?: bigint } {
  const text = args.text('gas-limit')
  if (text === undefined) return {}
  if (!/^[1-9]\d{0,17}$/.test(text)) throw new UsageError(`--gas-limit takes a whole number from 1, not "${text}".`)
  return { gas: BigInt(text) }
}

/** An address argument, checked, with its checksum. */
export function addressArgument(text: string | undefined, what: string): Address {
  return checkedAddress(
    text ?? '',
    text === undefined ? `${what} must be an address` : `${what} must be an address, not "${text}"`,
  )
}

/** Refuses to call a function where there is none: that would succeed, and do nothing. */
export async function refuseNobody(args: Arguments, client: PublicClient, address: Address): Promise<void> {
  const code = await reported(args, () => client.getCode({ address }))
  if (code === undefined || code === '0x') throw new BaseError('NO_CONTRACT', `There is no contract at ${address}.`)
}

/** Waits for a transaction and fails with its reason when it failed. */
export async function receiptOf(args: Arguments, client: PublicClient, hash: Hex): Promise<TransactionReceipt> {
  const receipt = await reported(args, () => client.waitForTransactionReceipt({ hash, timeout: 60_000 }))
  if (receipt.status === 'success') return receipt
  const why = await whyFailed(client, receipt)
  throw new BaseError('TRANSACTION_FAILED', `Transaction ${hash} is in block ${receipt.blockNumber} and failed${why}.`)
}

/** What the same call says on the block before; nothing when it succeeds there, or cannot be made. */
async function whyFailed(client: PublicClient, { transactionHash, blockNumber }: TransactionReceipt): Promise<string> {
  try {
    const transaction: Transaction = await client.getTransaction({ hash: transactionHash })
    const { from: account, to, input: data, value, gas } = transaction
    await client.call({ account, to, data, value, gas, blockNumber: blockNumber - 1n })
    return ''
  } catch (cause) {
    return `: ${failureOf(cause).replace(/\.$/, '')}`
  }
}

/** An address with its checksum; what is none stays. */
export function shownAddress(address: Address | null | undefined): string {
  return address === null || address === undefined ? 'none' : getAddress(address)
}
