import {
  type Block,
  createValidatorSet,
  type Evidence,
  genesisRecord,
  type SafetyRecord,
} from '../../../src/consensus/index.ts'
import type { RecordOwner } from '../../../src/node/validator/safety/recordSlots.ts'
import { keccakHash, toAddress } from '../../../src/primitives/index.ts'
import { CONFIG } from './cluster.ts'

const set = createValidatorSet(0, CONFIG.genesisId, [
  { id: toAddress(`0x${'11'.repeat(20)}`), publicKey: new Uint8Array(48), stake: 1n },
])

/** Whose these records are. */
export const OWNER: RecordOwner = { publicKey: new Uint8Array(48).fill(7), genesisId: CONFIG.genesisId }

/** A record that says which one it is: its `highVote` is `number`. */
export function recordOf(number: number): SafetyRecord {
  return { ...genesisRecord(CONFIG, set), highVote: number }
}

/** A proof of two votes in epoch `number`. */
export function proofOf(number: number): Evidence {
  const vote = (byte: number) => {
    const blockId = keccakHash(Uint8Array.of(byte))
    return { epoch: number, round: number, blockId, signer: 0, signature: new Uint8Array(96).fill(byte) }
  }
  const validator = toAddress(`0x${'11'.repeat(20)}`)
  return { kind: 'doubleVote', validator, epoch: number, round: number, first: vote(1), second: vote(2) }
}

/** A block at height `number`, of a size that depends on it. */
export function blockOf(number: number): Block {
  const body = new Uint8Array(100 + ((number * 997) % 3_000)).fill(number)
  const { highQc: qc } = recordOf(number)
  const hash = keccakHash(body)
  return {
    header: {
      epoch: 0,
      round: number,
      height: number,
      qc,
      timestampMs: number,
      payloadHash: hash,
      executionHash: hash,
    },
    body,
  }
}
