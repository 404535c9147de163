import {
  blockId,
  type ConsensusConfig,
  type Env,
  type Epoch,
  type EpochStart,
  type Header,
  type QuorumCertificate,
  startAfter,
  type ValidatorSet,
} from '../../../consensus/index.ts'
import { type Bytes, type Hash, readFields, rlpDecode, rlpEncode } from '../../../primitives/index.ts'
import type { FinalBlock } from '../finalBlocks.ts'
import { successors } from '../succession.ts'
import { decodeRun, encodeRun, type FinalRun, finalRun, provenFinal } from './finalRun.ts'

/** A block names the result of the block so many before it. */
export const EXECUTION_LAG = 3

/** Final blocks that are looked through, from the newest down, for one that a run proves. */
const MAX_SEARCHED = 64

/**
 * Where a node may begin whose state comes from others: proofs that certain blocks are final. `epochs` has one run for each epoch
 * after the first, from the block that decided it on; `newest` leads to the block that names the result of the pivot.
 */
export type PivotProof = { readonly epochs: readonly FinalRun[]; readonly newest: FinalRun }

/** What a proof proves, to whoever knows the validators of the first epoch. */
export type Pivot = {
  readonly height: number
  /** The Ethereum hash of the block there, with its state. */
  readonly executionHash: Hash
  /** The pivot's header as ordered, after those of the blocks that the next ones look back to; ascending. */
  readonly headers: readonly Header[]
  readonly certificates: ReadonlyMap<Hash, QuorumCertificate>
  /** Headers that decided an epoch, and those that prove them. */
  readonly boundaries: readonly Header[]
  readonly epochs: readonly Epoch[]
}

/** The newest pivot that a node can prove whose final blocks reach up to `headHeight`, and below which it has nothing before `firstHeight`. */
export function provePivot(
  at: (height: number) => FinalBlock | undefined,
  config: ConsensusConfig,
  firstHeight: number,
  headHeight: number,
): PivotProof | undefined {
  for (let height = headHeight - EXECUTION_LAG - 1; height > headHeight - MAX_SEARCHED; height -= 1) {
    const oldest = height - EXECUTION_LAG
    if (oldest < Math.max(1, firstHeight)) return undefined
    const epochs: FinalRun[] = []
    const starts: EpochStart[] = [FIRST_EPOCH]
    const { epochLength } = config
    for (let boundary = epochLength; boundary <= height; boundary += epochLength) {
      const run = finalRun(at, { epochs: starts, config }, boundary, boundary)
      const header = run?.headers[0]
      if (run === undefined || header === undefined) return undefined
      epochs.push(run)
      starts.push(nextStart(config, starts, header))
    }
    const newest = finalRun(at, { epochs: starts, config }, oldest, height + EXECUTION_LAG)
    if (newest === undefined) continue
    return { epochs, newest }
  }
  return undefined
}

const FIRST_EPOCH: EpochStart = { epoch: 0, startRound: 0 }

function nextStart(config: ConsensusConfig, starts: readonly EpochStart[], boundary: Header): EpochStart {
  const last = starts.at(-1) ?? FIRST_EPOCH
  return { epoch: last.epoch + 1, startRound: startAfter(config, last, boundary) }
}

/** Checks a proof from the first epoch's validators on. Undefined when it proves nothing. */
export function checkPivot({ epochs: runs, newest }: PivotProof, env: Env, first: ValidatorSet): Pivot | undefined {
  const { genesisId, epochLength } = env.config
  const epochs: Epoch[] = [{ epoch: 0, boundaryId: genesisId, startRound: 0, validators: first }]
  const boundaries: Header[] = []
  for (const [index, run] of runs.entries()) {
    const final = provenFinal({ env, record: { epochs } }, run)
    const boundary = final?.[0]
    if (final === undefined || boundary?.height !== epochLength * (index + 1)) return undefined
    boundaries.push(...run.headers)
    const boundaryId = blockId(boundary)
    const { startRound } = nextStart(env.config, epochs, boundary)
    epochs.push({ epoch: index + 1, boundaryId, startRound, validators: successors(index + 1, boundaryId, first) })
  }
  const final = provenFinal({ env, record: { epochs } }, newest)
  const headers = final?.slice(0, EXECUTION_LAG + 1) ?? []
  const pivot = headers[EXECUTION_LAG]
  const naming = final?.[2 * EXECUTION_LAG]
  if (pivot === undefined || naming === undefined) return undefined
  if (Math.floor(pivot.height / epochLength) !== runs.length) return undefined
  const certificates = new Map([...runs, newest].flatMap(certified))
  return { height: pivot.height, executionHash: naming.executionHash, headers, certificates, boundaries, epochs }
}

function certified({ headers, qc }: FinalRun): readonly (readonly [Hash, QuorumCertificate])[] {
  const certificates = [...headers.slice(1).map((header) => header.qc), qc]
  return certificates.map((one) => [one.blockId, one] as const)
}

export function encodePivot({ epochs, newest }: PivotProof): Bytes {
  return rlpEncode([epochs.map(encodeRun), encodeRun(newest)])
}

/** The inverse of {@link encodePivot}. Throws a `BaseError`. */
export function decodePivot(bytes: Bytes): PivotProof {
  const fields = readFields(rlpDecode(bytes), 'pivot')
  const epochs = fields.list('epochs', decodeRun)
  const rest = fields.list('newest', (item) => item)
  fields.end()
  return { epochs, newest: decodeRun(rest) }
}
