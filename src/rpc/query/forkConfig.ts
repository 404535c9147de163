import { crc32 } from 'node:zlib'
import {
  assert,
  BEACON_ROOTS,
  BLOCK_HASHES,
  fromHex,
  isAtLeast,
  type Rules,
  toQuantity,
} from '../../primitives/index.ts'
import type { JsonObject } from '../json.ts'
import type { Services } from '../scope.ts'

/** Names and numbers of the precompiles, and the fork that brought them. Source: EIP-7910 and the EIPs it names. */
const PRECOMPILES = [
  ['ECREC', 0x01, 'frontier'],
  ['SHA256', 0x02, 'frontier'],
  ['RIPEMD160', 0x03, 'frontier'],
  ['ID', 0x04, 'frontier'],
  ['MODEXP', 0x05, 'byzantium'],
  ['BN254_ADD', 0x06, 'byzantium'],
  ['BN254_MUL', 0x07, 'byzantium'],
  ['BN254_PAIRING', 0x08, 'byzantium'],
  ['BLAKE2F', 0x09, 'istanbul'],
  ['KZG_POINT_EVALUATION', 0x0a, 'cancun'],
  ['BLS12_G1ADD', 0x0b, 'prague'],
  ['BLS12_G1MSM', 0x0c, 'prague'],
  ['BLS12_G2ADD', 0x0d, 'prague'],
  ['BLS12_G2MSM', 0x0e, 'prague'],
  ['BLS12_PAIRING_CHECK', 0x0f, 'prague'],
  ['BLS12_MAP_FP_TO_G1', 0x10, 'prague'],
  ['BLS12_MAP_FP2_TO_G2', 0x11, 'prague'],
  ['P256VERIFY', 0x100, 'osaka'],
] as const

/** Contracts that the protocol itself calls, and the fork that brought them. Source: EIPs 4788 and 2935. */
const SYSTEM_CONTRACTS = [
  ['BEACON_ROOTS_ADDRESS', BEACON_ROOTS.address, 'cancun'],
  ['HISTORY_STORAGE_ADDRESS', BLOCK_HASHES.address, 'prague'],
] as const

/** EIP-7910's answer for a chain whose one fork is active from its genesis on. */
export function forkConfig({ archive, config }: Services): JsonObject {
  const genesisHash = archive.blockHash(0n)
  assert(genesisHash !== undefined, 'a chain has a genesis block')
  return {
    current: {
      activationTime: 0,
      blobSchedule: blobSchedule(config.rules),
      chainId: toQuantity(config.chainId),
      // EIP-2124: forks that are active at genesis leave the checksum as it is.
      forkId: `0x${crc32(fromHex(genesisHash)).toString(16).padStart(8, '0')}`,
      precompiles: Object.fromEntries(
        PRECOMPILES.filter(([, , since]) => isAtLeast(config.rules.hardfork, since)).map(([name, number]) => [
          name,
          `0x${number.toString(16).padStart(40, '0')}`,
        ]),
      ),
      systemContracts: Object.fromEntries(
        SYSTEM_CONTRACTS.filter(([, , since]) => isAtLeast(config.rules.hardfork, since)).map(([name, address]) => [
          name,
          address,
        ]),
      ),
    },
    next: null,
    last: null,
  }
}

function blobSchedule({ blobs }: Rules): JsonObject {
  assert(blobs !== undefined, 'a chain begins at Cancun or later')
  return {
    target: Number(blobs.targetPerBlock),
    max: Number(blobs.maxPerBlock),
    baseFeeUpdateFraction: Number(blobs.baseFeeUpdateFraction),
  }
}
