import { readOrder } from '../../chain/index.ts'
import {
  type Block,
  blockId,
  type ConsensusConfig,
  decodeBlock,
  decodeMessage,
  type Epoch,
  encodeBlock,
  encodeMessage,
  genesisRecord,
  type QuorumCertificate,
  type SafetyRecord,
  startAfter,
  type ValidatorSet,
} from '../../consensus/index.ts'
import { assert, type Bytes, readFields, rlpDecode, rlpEncode } from '../../primitives/index.ts'
import type { StoreReader } from '../../state/index.ts'
import type { Successions } from './succession.ts'

/** A final block: what was ordered, and the certificate of it (whose child's certificate made it final). */
export type FinalBlock = { readonly block: Block; readonly qc: QuorumCertificate | undefined }

/** What the chain keeps with a final block. */
export function encodeFinalBlock({ block, qc }: FinalBlock): Bytes {
  const certificate =
    qc === undefined ? new Uint8Array(0) : encodeMessage({ kind: 'advance', certificate: { kind: 'qc', qc } })
  return rlpEncode([encodeBlock(block), certificate])
}

/** The inverse of {@link encodeFinalBlock}. */
function decodeFinalBlock(bytes: Bytes): FinalBlock {
  const fields = readFields(rlpDecode(bytes), 'final block')
  const block = decodeBlock(fields.bytes('block'))
  const certificate = fields.bytes('certificate')
  fields.end()
  if (certificate.length === 0) return { block, qc: undefined }
  const message = decodeMessage(certificate)
  assert(message.kind === 'advance' && message.certificate.kind === 'qc', 'a final block is kept with its certificate')
  return { block, qc: message.certificate.qc }
}

/** Final blocks that were executed and stored, read from the chain's store. */
export interface FinalBlocks {
  /** Undefined above the newest one, and for the genesis block. */
  at(height: number): FinalBlock | undefined
  /** What a node knows that remembers nothing but its chain: it signed nothing. */
  record(headHeight: number): SafetyRecord
}

/** Reads what {@link encodeFinalBlock} wrote. `first` is the set of epoch 0; `successions` decides the later ones. */
export function openFinalBlocks(
  reader: StoreReader,
  config: ConsensusConfig,
  first: ValidatorSet,
  successions: Successions,
): FinalBlocks {
  const at = (height: number): FinalBlock | undefined => {
    const bytes = readOrder(reader, BigInt(height))
    return bytes === undefined ? undefined : decodeFinalBlock(bytes)
  }
  return {
    at,
    record(headHeight) {
      const beginning = genesisRecord(config, first)
      const head = at(headHeight)
      if (head === undefined) return beginning
      const { height, round, timestampMs, qc } = head.block.header
      const highQc = head.qc ?? qc
      return {
        ...beginning,
        epochs: [...beginning.epochs, ...laterEpochs(config, successions, headHeight, at)],
        highQc,
        highCertificate: { kind: 'qc', qc: highQc },
        root: { id: blockId(head.block.header), height, round, timestampMs },
      }
    },
  }
}

const FIRST_EPOCH = { epoch: 0, startRound: 0 }

/** The epochs that the blocks up to `headHeight` decided. Same rule as consensus: the block at each multiple of the length. */
function laterEpochs(
  config: ConsensusConfig,
  successions: Successions,
  headHeight: number,
  at: (height: number) => FinalBlock | undefined,
): readonly Epoch[] {
  const epochs: Epoch[] = []
  const { epochLength } = config
  for (let height = epochLength; height <= headHeight; height += epochLength) {
    const boundary = at(height)?.block.header
    assert(boundary !== undefined, 'final blocks up to the head are there')
    const epoch = epochs.length + 1
    const boundaryId = blockId(boundary)
    const validators = successions.decide(epoch, boundaryId)
    const startRound = startAfter(config, epochs.at(-1) ?? FIRST_EPOCH, boundary)
    epochs.push({ epoch, boundaryId, startRound, validators })
  }
  return epochs
}
