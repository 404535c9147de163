import type { Bytes, Log } from '../primitives/index.ts'
import { concatBytes, DEPOSIT_CONTRACT, toHash, wordFromBytes } from '../primitives/index.ts'
import type { Rejection } from './outcome.ts'

/** Keccak-256 of `DepositEvent(bytes,bytes,bytes,bytes,bytes)`. */
const DEPOSIT_EVENT_TOPIC = toHash('0x649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5')

/** The event's ABI encoding: five byte strings at fixed places. Source: EIP-6110, "Deposit contract". */
const DEPOSIT_EVENT_BYTES = 576
const DEPOSIT_FIELDS = [
  { name: 'pubkey', offset: 160, size: 48 },
  { name: 'withdrawal credentials', offset: 256, size: 32 },
  { name: 'amount', offset: 320, size: 8 },
  { name: 'signature', offset: 384, size: 96 },
  { name: 'index', offset: 512, size: 8 },
] as const
const WORD_BYTES = 32

function isDeposit({ address, topics }: Log): boolean {
  return address === DEPOSIT_CONTRACT && topics[0] === DEPOSIT_EVENT_TOPIC
}

function wordAt(data: Bytes, offset: number): bigint {
  return wordFromBytes(data.subarray(offset, offset + WORD_BYTES))
}

/** What is wrong with the layout of a deposit event's data; undefined when nothing is. */
function layoutFault(data: Bytes): string | undefined {
  if (data.length !== DEPOSIT_EVENT_BYTES) return `${data.length} bytes of data, not ${DEPOSIT_EVENT_BYTES}`
  for (const [index, { name, offset, size }] of DEPOSIT_FIELDS.entries()) {
    if (wordAt(data, index * WORD_BYTES) !== BigInt(offset)) return `the ${name} is not at offset ${offset}`
    if (wordAt(data, offset) !== BigInt(size)) return `the ${name} has not ${size} bytes`
  }
  return undefined
}

/**
 * Why a transaction with these logs can be in no block: one of them is a deposit event whose data is not laid out as the
 * deposit contract does it, and such a block is invalid. Source: EIP-6110.
 */
export function checkDeposits(logs: readonly Log[]): Rejection | undefined {
  for (const log of logs) {
    const fault = isDeposit(log) ? layoutFault(log.data) : undefined
    if (fault !== undefined) {
      return { code: 'INVALID_DEPOSIT_EVENT_LAYOUT', message: `invalid deposit event layout: ${fault}` }
    }
  }
  return undefined
}

/**
 * The deposit requests that the logs of a block make: for each event its fields one after the other, 192 bytes. The logs have
 * passed {@link checkDeposits}. Source: EIP-6110.
 */
export function depositRequests(logs: readonly Log[]): Bytes {
  return concatBytes(
    ...logs.filter(isDeposit).flatMap(({ data }) => DEPOSIT_FIELDS.map((field) => fieldOf(data, field))),
  )
}

function fieldOf(data: Bytes, { offset, size }: (typeof DEPOSIT_FIELDS)[number]): Bytes {
  const start = offset + WORD_BYTES
  return data.subarray(start, start + size)
}
