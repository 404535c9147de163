import type { Address, Bytes } from '../primitives/index.ts'
import { EMPTY_BYTES } from '../primitives/index.ts'
import type { AccessSet, StateDiff, StateView } from '../state/index.ts'
import { createFrameDriver, protocolContext } from './frames.ts'
import type { Environment } from './outcome.ts'

/** Who the protocol is when it calls a contract. Source: EIP-4788. */
const SYSTEM_ADDRESS = '0xfffffffffffffffffffffffffffffffffffffffe' as Address
const SYSTEM_CALL_GAS = 30_000_000n

/**
 * What a call by the protocol did. `status` is `empty` where there was no code, and `failed` when the call reverted or halted;
 * then `output` is empty.
 */
export type SystemCallResult = {
  readonly status: 'success' | 'empty' | 'failed'
  readonly output: Bytes
  readonly diff: StateDiff
  readonly access: AccessSet
}

/**
 * Calls a system contract outside any transaction: no fee, no value, no nonce, no room in the block. Without code there
 * nothing happens. Source: EIP-4788, EIP-2935, EIP-7002.
 */
export function executeSystemCall(
  environment: Environment,
  view: StateView,
  contract: Address,
  input: Bytes,
): SystemCallResult {
  const { journal, rules } = environment
  journal.begin(view)
  const ended = journal.code(contract).length === 0 ? NO_CODE : callContract(environment, contract, input)
  const { diff, access } = journal.finish(rules)
  return { ...ended, diff, access }
}

const NO_CODE = { status: 'empty', output: EMPTY_BYTES } as const

function callContract(
  environment: Environment,
  contract: Address,
  input: Bytes,
): Pick<SystemCallResult, 'status' | 'output'> {
  const result = createFrameDriver(environment, protocolContext(SYSTEM_ADDRESS)).call({
    kind: 'call',
    caller: SYSTEM_ADDRESS,
    recipient: contract,
    codeAddress: contract,
    valueWei: 0n,
    input,
    gasLimit: SYSTEM_CALL_GAS,
    depth: 0,
    isStatic: false,
  })
  return result.status === 'success'
    ? { status: 'success', output: result.output }
    : { status: 'failed', output: EMPTY_BYTES }
}
