import type { Bytes, Rules, Transaction } from '../primitives/index.ts'

const TRANSACTION_GAS = 21_000n
const CREATION_GAS = 32_000n
const ZERO_BYTE_GAS = 4n
const INIT_CODE_WORD_GAS = 2n
const ACCESS_LIST_ADDRESS_GAS = 2_400n
const ACCESS_LIST_SLOT_GAS = 1_900n

/** What an authorisation costs up front, as if its account were new. Source: EIP-7702. */
export const AUTHORIZATION_NEW_ACCOUNT_GAS = 25_000n
/** What it costs when the account existed; the difference is refunded. Source: EIP-7702. */
export const AUTHORIZATION_BASE_GAS = 12_500n

/** Gas that a transaction pays before any code runs, and the least that it pays in all. */
export type IntrinsicGas = { readonly gas: bigint; readonly floorGas: bigint }

/**
 * Source: Yellow Paper 6.2 (g0); EIP-2 (creation), EIP-2028 (call data), EIP-2930 (access list), EIP-3860 (init code),
 * EIP-7623 (floor), EIP-7702 (authorisations). O(length of the data).
 */
export function intrinsicGas(rules: Rules, transaction: Transaction): IntrinsicGas {
  const { data, to, accessList, authorizations } = transaction
  const zeroBytes = BigInt(countZeroBytes(data))
  const nonZeroBytes = BigInt(data.length) - zeroBytes
  const slots = BigInt(accessList.reduce((sum, entry) => sum + entry.storageKeys.length, 0))

  const calldataGas = zeroBytes * ZERO_BYTE_GAS + nonZeroBytes * rules.calldataNonZeroByteGas
  const accessListGas = BigInt(accessList.length) * ACCESS_LIST_ADDRESS_GAS + slots * ACCESS_LIST_SLOT_GAS
  const authorizationGas = BigInt(authorizations.length) * AUTHORIZATION_NEW_ACCOUNT_GAS
  const gas = TRANSACTION_GAS + calldataGas + accessListGas + authorizationGas

  const tokens = zeroBytes + nonZeroBytes * 4n
  const floorGas =
    rules.calldataFloorTokenGas === undefined ? 0n : TRANSACTION_GAS + tokens * rules.calldataFloorTokenGas
  return { gas: to === undefined ? gas + creationGas(rules, data) : gas, floorGas }
}

function creationGas(rules: Rules, initCode: Bytes): bigint {
  const wordGas =
    rules.maxInitCodeBytes === undefined ? 0n : INIT_CODE_WORD_GAS * BigInt(Math.ceil(initCode.length / 32))
  return (rules.isHomestead ? CREATION_GAS : 0n) + wordGas
}

function countZeroBytes(bytes: Bytes): number {
  let count = 0
  for (const byte of bytes) if (byte === 0) count += 1
  return count
}
