import type { Bytes } from '../primitives/index.ts'
import { fromHex, toAddress, wordToBytes } from '../primitives/index.ts'
import type { Environment } from '../router/index.ts'
import { executeSystemCall } from '../router/index.ts'
import type { StateOverlay } from '../state/index.ts'
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

/** What the protocol itself writes before the first transaction. */
export function beginBlock(environment: Environment, input: BlockInput, overlay: StateOverlay): void {
  const { rules } = environment
  if (rules.hasBeaconRoot) {
    const root = fromHex(input.parentBeaconBlockRoot)
    overlay.apply(executeSystemCall(environment, overlay, BEACON_ROOTS_CONTRACT, root).diff)
  }
  if (rules.storesBlockHashes) {
    const parent = wordToBytes(BigInt(input.parentHash))
    overlay.apply(executeSystemCall(environment, overlay, BLOCK_HASHES_CONTRACT, parent).diff)
  }
}

/** What the protocol itself reads after the last transaction: EIP-7685 requests, each a type byte and its data. */
export function endBlock(environment: Environment, overlay: StateOverlay): readonly Bytes[] {
  if (!environment.rules.hasRequests) return []
  const requests: Bytes[] = []
  for (const { type, address } of REQUEST_CONTRACTS) {
    const { output, diff } = executeSystemCall(environment, overlay, address, new Uint8Array(0))
    overlay.apply(diff)
    if (output.length > 0) requests.push(Uint8Array.of(type, ...output))
  }
  return requests
}
