import type { Address, Bytes } from '../primitives/index.ts'
import { fromHex, toAddress, wordToBytes } from '../primitives/index.ts'
import type { Environment } from '../router/index.ts'
import { executeSystemCall } from '../router/index.ts'
import type { StateOverlay } from '../state/index.ts'
import type { AccessRecorder } from './accessList/accessRecorder.ts'
import type { BlockInput } from './executor.ts'

/** EIP-4788: keeps parent beacon block roots. */
const BEACON_ROOTS_CONTRACT = toAddress('0x000f3df6d732807ef1319fb7b8bb8522d0beac02')
/** EIP-2935: keeps block hashes. */
const BLOCK_HASHES_CONTRACT = toAddress('0x0000f90827f1c53a10cb7a02335b175320002935')

/** System contracts that say what the block asks of the consensus layer, by EIP-7685 request type. */
const REQUEST_CONTRACTS = [
  /** EIP-7002: withdrawals. */
  { type: 1, address: toAddress('0x00000961ef480eb55e80d19ad83579a64c007002') },
  /** EIP-7251: consolidations. */
  { type: 2, address: toAddress('0x0000bbddc7ce488642fb579f8b00f3a590007251') },
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
  if (rules.hasBeaconRoot) callSystem(part, 0, BEACON_ROOTS_CONTRACT, fromHex(input.parentBeaconBlockRoot))
  if (rules.storesBlockHashes) {
    callSystem(part, 0, BLOCK_HASHES_CONTRACT, wordToBytes(BigInt(input.parentHash)))
  }
}

/**
 * What the protocol itself reads after the last transaction: EIP-7685 requests, each a type byte and its data. `index` is
 * that of this part of the block.
 */
export function endBlock(part: ProtocolPart, index: number): readonly Bytes[] {
  if (!part.environment.rules.hasRequests) return []
  const requests: Bytes[] = []
  for (const { type, address } of REQUEST_CONTRACTS) {
    const output = callSystem(part, index, address, new Uint8Array(0))
    if (output.length > 0) requests.push(Uint8Array.of(type, ...output))
  }
  return requests
}

function callSystem({ environment, overlay, access }: ProtocolPart, index: number, to: Address, input: Bytes): Bytes {
  const { output, diff, access: accessed } = executeSystemCall(environment, overlay, to, input)
  access.add(index, accessed, diff)
  overlay.apply(diff)
  return output
}
