import type { Hex } from 'viem'
import { BaseError as ViemError } from 'viem'
import { BaseError, messageOf } from '../primitives/index.ts'
import type { Arguments } from './command.ts'
import { revertText } from './revertText.ts'

/** Runs a request to the node that the arguments name; what goes wrong is told in a sentence. */
export async function reported<result>(args: Arguments, request: () => Promise<result>): Promise<result> {
  try {
    return await request()
  } catch (cause) {
    if (cause instanceof BaseError) throw cause
    const url = args.text('rpc-url') ?? ''
    throw new BaseError('RPC_FAILED', isUnreachable(cause) ? unreachable(url, cause) : failureOf(cause), { cause })
  }
}

/** What a node said no with, as a sentence: why a call failed, in the node's words where they need none of ours. */
export function failureOf(cause: unknown): string {
  if (!(cause instanceof ViemError)) return messageOf(cause)
  const data = revertDataOf(cause)
  if (data !== undefined) return `The call reverted: ${revertText(data)}`
  const said = nodeMessage(cause)
  if (said === undefined) return cause.details ? `${cause.shortMessage} ${cause.details}` : cause.shortMessage
  return sentenceOf(said)
}

/** Only some of a node's messages need other words. */
function sentenceOf(message: string): string {
  const reverted = /^execution reverted(?:: (.*))?$/s.exec(message)
  if (reverted !== null)
    return `The call reverted${reverted[1] === undefined ? ' without a reason' : `: ${reverted[1]}`}`
  if (/^out of gas/.test(message)) return 'The call ran out of gas: give it more with --gas-limit'
  const allowance = /^gas required exceeds allowance \((\d+)\)/.exec(message)?.[1]
  if (allowance !== undefined)
    return `The call needs more than ${allowance} gas, the most that it may use: it does too much, or does not end`
  if (/^invalid opcode/.test(message)) return `The call met an instruction that there is not (${message})`
  return message.charAt(0).toUpperCase() + message.slice(1)
}

/** The message of the JSON-RPC error, which viem puts into words of its own. */
function nodeMessage(cause: ViemError): string | undefined {
  const found = cause.walk((error) => Object(error).name === 'RpcRequestError')
  return found === null ? undefined : (Object(found).details ?? messageOf(found))
}

function isUnreachable(cause: unknown): cause is ViemError {
  if (!(cause instanceof ViemError)) return false
  const names = ['HttpRequestError', 'WebSocketRequestError', 'SocketClosedError', 'TimeoutError']
  // A socket that cannot be opened has no error of its own.
  if (/\bE(CONNREFUSED|CONNRESET|NOTFOUND|AI_AGAIN|HOSTUNREACH)\b|Unexpected server response/.test(cause.details ?? ''))
    return true
  return cause.walk((error) => names.includes(Object(error).name)) !== null
}

function unreachable(url: string, cause: ViemError): string {
  const { status, details = '' } = Object(cause.walk((error) => Object(error).name === 'HttpRequestError'))
  if (typeof status === 'number') return `${url} answers with HTTP status ${status}: ${details || 'no word why'}`
  if (cause.walk((error) => Object(error).name === 'TimeoutError') !== null)
    return `${url} takes too long to answer: try again, or name another node with --rpc-url`
  return `No node answers at ${url}: start one with "npx evmpp dev", or name another with --rpc-url`
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
