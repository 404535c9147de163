import type { Account, Address, Chain, Hex, PublicClient, TransactionReceipt, WalletClient } from 'viem'
import {
  createPublicClient,
  createWalletClient,
  defineChain,
  http,
  isAddress,
  parseEther,
  BaseError as ViemError,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { BaseError, messageOf } from '../primitives/index.ts'
import type { Arguments, Option } from './command.ts'
import { UsageError } from './command.ts'
import { revertText } from './revertText.ts'

/** Options of every command that talks to a node. */
export const connectionOptions = {
  'rpc-url': { type: 'string', value: 'url', default: 'http://127.0.0.1:8545', summary: 'the node to talk to' },
  json: { type: 'boolean', summary: 'print one JSON object instead of text' },
} as const satisfies Readonly<Record<string, Option>>

/** Options of every command that sends a transaction. */
export const senderOptions = {
  account: { type: 'string', value: 'n', default: '0', summary: "send from the node's own account n" },
  'private-key': { type: 'string', value: 'key', summary: 'send from the account of this key, signed here' },
  value: { type: 'string', value: 'ether', default: '0', summary: 'ether to send along, for example 0.5' },
} as const satisfies Readonly<Record<string, Option>>

/** A node, and an account to send from. */
export type Sender = {
  readonly client: PublicClient
  readonly wallet: WalletClient
  readonly account: Account | Address
  readonly chain: Chain
}

/** A client of the node that the arguments name. */
export function connect(args: Arguments): PublicClient {
  const url = args.text('rpc-url') ?? ''
  if (!URL.canParse(url)) throw new UsageError(`--rpc-url takes a URL such as http://127.0.0.1:8545, not "${url}".`)
  return createPublicClient({ transport: http(url), pollingInterval: 100 })
}

/** The account that the arguments name, ready to send. */
export async function connectSender(args: Arguments): Promise<Sender> {
  const client = connect(args)
  const id = await reported(() => client.getChainId())
  const url = args.text('rpc-url') ?? ''
  const chain = defineChain({
    id,
    name: `chain ${id}`,
    nativeCurrency: { name: 'ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  })
  const account = await accountOf(args, client)
  return { client, chain, account, wallet: createWalletClient({ account, chain, transport: http(url) }) }
}

async function accountOf(args: Arguments, client: PublicClient): Promise<Account | Address> {
  const key = args.text('private-key')
  if (key !== undefined) {
    if (!/^0x[0-9a-fA-F]{64}$/.test(key)) throw new UsageError('--private-key takes 0x and 64 hex digits.')
    return privateKeyToAccount(key as Hex)
  }
  const index = Number(args.text('account'))
  if (!Number.isInteger(index) || index < 0) throw new UsageError('--account takes a number from 0.')
  const accounts = await reported(
    () => client.request({ method: 'eth_accounts' as never }) as Promise<readonly Address[]>,
  )
  const account = accounts[index]
  if (account !== undefined) return account
  throw new BaseError('NO_ACCOUNT', `The node has ${accounts.length} accounts of its own: use --private-key.`)
}

/** The `--value` of the arguments, in wei. */
export function valueInWei(args: Arguments): bigint {
  const text = args.text('value') ?? '0'
  if (!/^\d+(\.\d{1,18})?$/.test(text)) throw new UsageError(`--value takes ether such as 1 or 0.5, not "${text}".`)
  return parseEther(text)
}

/** An address argument, checked. */
export function addressArgument(text: string | undefined, what: string): Address {
  if (text !== undefined && isAddress(text, { strict: false })) return text
  throw new UsageError(
    `${what} must be an address (0x and 40 hex digits)${text === undefined ? '' : `, not "${text}"`}.`,
  )
}

/** Waits for a transaction and fails with its reason when it failed. */
export async function receiptOf(client: PublicClient, hash: Hex): Promise<TransactionReceipt> {
  const receipt = await reported(() => client.waitForTransactionReceipt({ hash, timeout: 60_000 }))
  if (receipt.status === 'success') return receipt
  throw new BaseError('TRANSACTION_FAILED', `Transaction ${hash} is in block ${receipt.blockNumber} and failed.`)
}

/** Runs a request; what goes wrong is told in a sentence. */
export async function reported<result>(request: () => Promise<result>): Promise<result> {
  try {
    return await request()
  } catch (cause) {
    throw new BaseError('RPC_FAILED', describeFailure(cause), { cause })
  }
}

function describeFailure(cause: unknown): string {
  if (!(cause instanceof ViemError)) return messageOf(cause)
  if (cause.name === 'HttpRequestError' || /fetch failed/.test(cause.details ?? '')) {
    return 'No node answers there: start one with "npm start", or name another with --rpc-url.'
  }
  const data = revertDataOf(cause)
  if (data !== undefined) return `The call reverted: ${revertText(data)}`
  const details = cause.details ?? ''
  return details === '' || cause.shortMessage.includes(details)
    ? cause.shortMessage
    : `${cause.shortMessage} ${details}`
}

/** `Error(string)`, which the node itself puts into words. */
const REASON = '0x08c379a0'

/** The data of a revert that has data beyond a reason. */
function revertDataOf(cause: ViemError): Hex | undefined {
  const { data } = Object(cause.walk((error) => isRevertData(Object(error).data)))
  return isRevertData(data) && !data.startsWith(REASON) ? data : undefined
}

function isRevertData(data: unknown): data is Hex {
  return typeof data === 'string' && /^0x([0-9a-f]{2}){4,}$/.test(data)
}
