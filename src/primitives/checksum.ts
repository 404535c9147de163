import { keccak256 } from './keccak.ts'
import type { Address, Hex } from './types.ts'

/** An address with its checksum: a letter is a capital where the hash of the lower-case digits says so. Source: EIP-55. */
export function checksummed(address: Address): Hex {
  const digits = address.slice(2)
  const hash = keccak256(new TextEncoder().encode(digits))
  const letters = [...digits].map((digit, index) => {
    const nibble = ((hash[index >> 1] ?? 0) >> (index % 2 === 0 ? 4 : 0)) & 0xf
    return nibble >= 8 ? digit.toUpperCase() : digit
  })
  return `0x${letters.join('')}`
}
