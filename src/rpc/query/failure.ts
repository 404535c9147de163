import { revertReason, type SimulationOutcome } from '../../chain/index.ts'
import type { Bytes } from '../../primitives/index.ts'
import { toHex, unreachable } from '../../primitives/index.ts'
import type { HaltReason } from '../../vm/index.ts'
import { RPC_CODES, RpcError, refused } from '../error.ts'
import type { Services } from '../scope.ts'

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
  'internal-error': 'internal error',
}

/** The error that a client gets for a call that did not succeed. */
export function failureOf(
  { devSettings }: Pick<Services, 'devSettings'>,
  outcome: Exclude<SimulationOutcome, { readonly status: 'success' }>,
): RpcError {
  switch (outcome.status) {
    case 'revert':
      return revertError(outcome.output, outcome.fault)
    case 'halt': {
      const data = devSettings.haltsHaveData ? '0x' : undefined
      return new RpcError(RPC_CODES.server, haltText(outcome.reason, outcome.fault), data)
    }
    case 'rejected':
      return refused(outcome.rejection.message)
    default:
      return unreachable(outcome)
  }
}

/** A halt in geth's words, with what the machine has to say about it. */
function haltText(reason: HaltReason, fault: string | undefined): string {
  const text = HALT_TEXTS[reason]
  if (fault === undefined) return reason === 'invalid-opcode' ? `${text}: INVALID` : text
  return fault.startsWith(text) ? fault : `${text}: ${fault}`
}

function revertError(output: Bytes, fault: string | undefined): RpcError {
  const reason = revertReason(output) ?? fault
  const message = reason === undefined ? 'execution reverted' : `execution reverted: ${reason}`
  return new RpcError(RPC_CODES.reverted, message, toHex(output))
}
