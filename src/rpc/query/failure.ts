import type { SimulationOutcome } from '../../chain/index.ts'
import type { Bytes } from '../../primitives/index.ts'
import { toHex, unreachable, wordFromBytes } from '../../primitives/index.ts'
import type { HaltReason } from '../../vm/index.ts'
import { RPC_CODES, RpcError, refused } from '../error.ts'

/** geth's words for each halt: clients match on some of them. */
const HALT_TEXTS: Readonly<Record<HaltReason, string>> = {
  'out-of-gas': 'out of gas',
  'stack-overflow': 'stack limit reached',
  'stack-underflow': 'stack underflow',
  'invalid-opcode': 'invalid opcode',
  'invalid-jump': 'invalid jump destination',
  'static-violation': 'write protection',
  'return-data-out-of-bounds': 'return data out of bounds',
  'nonce-overflow': 'nonce uint64 overflow',
  'address-collision': 'contract address collision',
  'code-too-large': 'max code size exceeded',
  'init-code-too-large': 'max initcode size exceeded',
  'invalid-code': 'invalid code',
  'code-deposit-out-of-gas': 'contract creation code storage out of gas',
  'precompile-failure': 'precompile failed',
  'call-depth': 'max call depth exceeded',
}

/** The error that a client gets for a call that did not succeed. */
export function failureOf(outcome: Exclude<SimulationOutcome, { readonly status: 'success' }>): RpcError {
  switch (outcome.status) {
    case 'revert':
      return revertError(outcome.output, outcome.fault)
    case 'halt':
      return refused(haltText(outcome.reason, outcome.fault))
    case 'rejected':
      return refused(outcome.rejection.message)
    default:
      return unreachable(outcome)
  }
}

/** A halt in geth's words, with what the machine has to say about it. */
export function haltText(reason: HaltReason, fault: string | undefined): string {
  const text = HALT_TEXTS[reason]
  if (fault === undefined) return reason === 'invalid-opcode' ? `${text}: INVALID` : text
  return fault.startsWith(text) ? fault : `${text}: ${fault}`
}

function revertError(output: Bytes, fault: string | undefined): RpcError {
  const reason = revertReason(output) ?? fault
  const message = reason === undefined ? 'execution reverted' : `execution reverted: ${reason}`
  return new RpcError(RPC_CODES.reverted, message, toHex(output))
}

const ERROR_SELECTOR = '0x08c379a0'
const PANIC_SELECTOR = '0x4e487b71'

/** Solidity's panics in geth's words. Source: Solidity's documentation, "Panic via assert and Error via require". */
const PANIC_TEXTS = new Map([
  [0x00n, 'generic panic'],
  [0x01n, 'assert(false)'],
  [0x11n, 'arithmetic underflow or overflow'],
  [0x12n, 'division or modulo by zero'],
  [0x21n, 'enum overflow'],
  [0x22n, 'invalid encoded storage byte array accessed'],
  [0x31n, 'out-of-bounds array access; popping on an empty array'],
  [0x32n, 'out-of-bounds access of an array or bytesN'],
  [0x41n, 'out of memory'],
  [0x51n, 'uninitialized function'],
])

/** What `Error(string)` or `Panic(uint256)` says; undefined for anything else. Never throws. */
export function revertReason(output: Bytes): string | undefined {
  const selector = toHex(output.subarray(0, 4))
  const body = output.subarray(4)
  if (selector === ERROR_SELECTOR) return abiString(body)
  if (selector !== PANIC_SELECTOR || body.length !== 32) return undefined
  const code = wordFromBytes(body)
  return PANIC_TEXTS.get(code) ?? `unknown panic code: 0x${code.toString(16)}`
}

/** The one string of ABI-encoded arguments; undefined when the bytes are not that. */
function abiString(body: Bytes): string | undefined {
  const start = safeWord(body, 0)
  const length = start === undefined ? undefined : safeWord(body, start)
  if (start === undefined || length === undefined || start + 32 + length > body.length) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body.subarray(start + 32, start + 32 + length))
  } catch {
    return undefined
  }
}

/** The word at `offset`, if it is there and small enough to be a position in `body`. */
function safeWord(body: Bytes, offset: number): number | undefined {
  if (offset + 32 > body.length) return undefined
  const word = wordFromBytes(body.subarray(offset, offset + 32))
  return word <= BigInt(body.length) ? Number(word) : undefined
}
