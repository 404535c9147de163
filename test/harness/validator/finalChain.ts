import type {
  ConsensusConfig,
  EpochStart,
  Header,
  QuorumCertificate,
  SignatureScheme,
  ValidatorSet,
} from '../../../src/consensus/index.ts'
import {
  blockId,
  createValidatorSet,
  epochAt,
  genesisRecord,
  roundAfter,
  startAfter,
} from '../../../src/consensus/index.ts'
import { voteMessage } from '../../../src/consensus/signing.ts'
import type { FinalBlock } from '../../../src/node/validator/finalBlocks.ts'
import { EMPTY_BYTES, keccakHash, toAddress } from '../../../src/primitives/index.ts'
import { fakeKey, fakeScheme } from '../consensus/fakeScheme.ts'

const SIGNERS = [0, 1, 2]

/** Bytes of an aggregate: as many as BLS12-381's, so that proofs are as long as on a network. */
const AGGREGATE_BYTES = 96

/** The scheme of these chains: fake signatures whose aggregates have zeros behind them. */
export const longScheme: SignatureScheme = {
  ...fakeScheme,
  aggregate(signatures) {
    const sum = fakeScheme.aggregate(signatures)
    const padded = new Uint8Array(AGGREGATE_BYTES)
    if (sum !== undefined) padded.set(sum)
    return sum && padded
  },
  verifyAggregate: (publicKeys, message, signature) =>
    signature.length === AGGREGATE_BYTES && fakeScheme.verifyAggregate(publicKeys, message, signature.subarray(0, 8)),
}

/** A chain of empty final blocks that four validators have signed with fake signatures, none of whose rounds failed. */
export type FinalChain = {
  readonly config: ConsensusConfig
  readonly validators: ValidatorSet
  readonly at: (height: number) => FinalBlock | undefined
  readonly headHeight: number
}

/** Makes a chain of so many blocks. */
export function finalChain(headHeight: number, epochLength: number): FinalChain {
  const genesisId = keccakHash(EMPTY_BYTES)
  const config: ConsensusConfig = {
    chainId: 31337,
    genesisId,
    deltaMs: 50,
    votePaceMs: 100,
    maxClockDriftMs: 500,
    epochLength,
    epochDelayRounds: 3,
  }
  const members = SIGNERS.concat(3).map((index) => ({
    id: toAddress(`0x${(index + 1).toString(16).padStart(40, '0')}`),
    publicKey: fakeScheme.publicKey(fakeKey(index)),
    stake: 1n,
  }))
  const validators = createValidatorSet(0, genesisId, members)
  const blocks: FinalBlock[] = []
  let starts: readonly EpochStart[] = [{ epoch: 0, startRound: 0 }]
  let qc = genesisRecord(config, validators).highQc
  for (let height = 1; height <= headHeight; height += 1) {
    const round = roundAfter(starts, qc.round)
    const epoch = epochAt(starts, round)?.epoch ?? 0
    const header: Header = {
      epoch,
      round,
      height,
      qc,
      timestampMs: height,
      payloadHash: keccakHash(EMPTY_BYTES),
      executionHash: genesisId,
    }
    qc = certificateOf(config, header)
    blocks.push({ block: { header, body: EMPTY_BYTES }, qc })
    const last = starts.at(-1)
    if (last === undefined || height % epochLength !== 0) continue
    starts = [...starts.slice(-3), { epoch: last.epoch + 1, startRound: startAfter(config, last, header) }]
  }
  return { config, validators, at: (height) => blocks[height - 1], headHeight }
}

/** What three of the four have voted; the order of a set is its epoch's own, but all of them have signed alike. */
function certificateOf({ chainId }: ConsensusConfig, header: Header): QuorumCertificate {
  const { epoch, round } = header
  const ballot = { epoch, round, blockId: blockId(header) }
  const message = voteMessage(chainId, ballot)
  const signature = longScheme.aggregate(SIGNERS.map((index) => fakeScheme.sign(fakeKey(index), message)))
  if (signature === undefined) throw new Error('fake signatures are added up')
  return { ...ballot, signers: SIGNERS, signature }
}
