import type { Address, Bytes, Log } from '../primitives/index.ts'
import {
  BEACON_ROOTS,
  BLOCK_HASHES,
  CONSOLIDATION_REQUESTS,
  concatBytes,
  EMPTY_BYTES,
  fromHex,
  WITHDRAWAL_REQUESTS,
  wordToBytes,
} from '../primitives/index.ts'
import type { Environment, SystemCallResult } from '../router/index.ts'
import { depositRequests, executeSystemCall } from '../router/index.ts'
import type { StateOverlay } from '../state/index.ts'
import type { AccessRecorder } from './accessList/accessRecorder.ts'
import type { BlockFault, BlockInput, BlockResult } from './executor.ts'

/** EIP-6110: deposits, which are read from logs. */
const DEPOSIT_REQUEST_TYPE = 0
/**
 * System contracts that say what the block asks of the consensus layer, by EIP-7685 request type. Where one has no code, or its call
 * fails, there can be no block.
 */
export const REQUEST_CONTRACTS = [
  /** EIP-7002: withdrawals. */
  { type: 1, address: WITHDRAWAL_REQUESTS.address },
  /** EIP-7251: consolidations. */
  { type: 2, address: CONSOLIDATION_REQUESTS.address },
] as const

/** Where the protocol's calls run, and what they leave. */
export type ProtocolPart = {
  readonly environment: Environment
  readonly overlay: StateOverlay
  readonly access: AccessRecorder
}

/** What the protocol itself writes before the first transaction. */
export function beginBlock(part: ProtocolPart, input: BlockInput): void {
  const { rules } = part.environment
  if (rules.hasBeaconRoot) callSystem(part, 0, BEACON_ROOTS.address, fromHex(input.parentBeaconBlockRoot))
  if (rules.storesBlockHashes) {
    callSystem(part, 0, BLOCK_HASHES.address, wordToBytes(BigInt(input.parentHash)))
  }
}

/** What the end of a block gives; see `BlockResult`. */
export type BlockEnd = Pick<BlockResult, 'requests' | 'fault'>

/**
 * What the protocol itself reads after the last transaction: EIP-7685 requests. `logs` are all of the block, in order; `index` is
 * that of this part of the block.
 */
export function endBlock(part: ProtocolPart, logs: readonly Log[], index: number): BlockEnd {
  if (!part.environment.rules.hasRequests) return { requests: [], fault: undefined }
  const requests: Bytes[] = []
  const add = (type: number, data: Bytes): void => {
    if (data.length > 0) requests.push(concatBytes(Uint8Array.of(type), data))
  }
  let fault: BlockFault | undefined
  add(DEPOSIT_REQUEST_TYPE, depositRequests(logs))
  for (const { type, address } of REQUEST_CONTRACTS) {
    const { status, output } = callSystem(part, index, address, EMPTY_BYTES)
    if (status !== 'success') fault ??= faultOf(status, address)
    add(type, output)
  }
  return { requests, fault }
}

function faultOf(status: 'empty' | 'failed', address: Address): BlockFault {
  return status === 'empty'
    ? { code: 'SYSTEM_CONTRACT_EMPTY', message: `the system contract ${address} has no code` }
    : { code: 'SYSTEM_CONTRACT_CALL_FAILED', message: `the call of the system contract ${address} failed` }
}

function callSystem(
  { environment, overlay, access }: ProtocolPart,
  index: number,
  to: Address,
  input: Bytes,
): Pick<SystemCallResult, 'status' | 'output'> {
  const { diff, access: accessed, ...ended } = executeSystemCall(environment, overlay, to, input)
  access.add(index, accessed, diff)
  overlay.apply(diff)
  return ended
}
