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

/** Epochs that one answer proves at most: what both sides read and check before others have their turn. */
const MAX_PAGE_EPOCHS = 64
/** Bytes of an answer above which no further epoch is added. A run is below 200 KiB, so an answer fits into a frame. */
const MAX_PAGE_BYTES = 256 * 1024

/**
 * Part of a proof of where a node may begin whose state comes from others. `epochs` has one run for each epoch after the
 * newest that the asker has proved, from the block that decided it on; `newest` leads to the block that names the result
 * of the pivot, and is undefined while there are epochs left to prove before it.
 */
export type PivotProof = { readonly epochs: readonly FinalRun[]; readonly newest: FinalRun | undefined }

/** Epochs that are proved, from the first on, and the run that proves each but the first. */
export type ProvenEpochs = { readonly epochs: readonly Epoch[]; readonly runs: readonly FinalRun[] }

/** What a whole proof proves, to whoever knows the validators of the first epoch. */
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

/** Which chain is proved, as far as this node has it. */
export type ProvableChain = {
  readonly at: (height: number) => FinalBlock | undefined
  readonly config: ConsensusConfig
  /** There is nothing below but what proves epochs. */
  readonly firstHeight: number
  readonly headHeight: number
}

/**
 * The next part of the proof for whoever has proved epochs up to the last of `known` (ascending, one at least): so many
 * epochs as fit into an answer and, after the last of them, the newest pivot that this node can prove. Undefined when it can
 * prove neither. What it reads and how long the answer is depends on neither the chain's length nor on `known`.
 */
export function provePivot(chain: ProvableChain, known: readonly EpochStart[]): PivotProof | undefined {
  const { config, firstHeight, headHeight } = chain
  const top = headHeight - EXECUTION_LAG - 1
  const { epochs, starts, isFull } = provenPage(chain, known, top)
  if (isFull) return { epochs, newest: undefined }
  const provedBefore = starts.length - epochs.length
  const lastBefore = starts[provedBefore - 1]?.epoch ?? 0
  for (let height = top; height > headHeight - MAX_SEARCHED; height -= 1) {
    const oldest = height - EXECUTION_LAG
    const needed = Math.floor(height / config.epochLength) - lastBefore
    if (oldest < Math.max(1, firstHeight) || needed < 0) return undefined
    if (needed > epochs.length) continue
    const newest = finalRun(
      chain.at,
      { epochs: starts.slice(0, provedBefore + needed), config },
      oldest,
      height + EXECUTION_LAG,
    )
    if (newest !== undefined) return { epochs: epochs.slice(0, needed), newest }
  }
  return undefined
}

/** Runs for the epochs after `known`, up to the last that a block up to `top` decides, or one that is not provable here. */
function provenPage({ at, config }: ProvableChain, known: readonly EpochStart[], top: number) {
  const epochs: FinalRun[] = []
  const starts = [...known]
  let sizeBytes = 0
  for (;;) {
    const last = starts.at(-1) ?? FIRST_EPOCH
    const boundary = (last.epoch + 1) * config.epochLength
    if (boundary > top) return { epochs, starts, isFull: false }
    if (epochs.length >= MAX_PAGE_EPOCHS || sizeBytes > MAX_PAGE_BYTES) return { epochs, starts, isFull: true }
    const run = finalRun(at, { epochs: starts, config }, boundary, boundary)
    const header = run?.headers[0]
    if (run === undefined || header === undefined) return { epochs, starts, isFull: false }
    epochs.push(run)
    starts.push(startOf(config, last, header))
    sizeBytes += rlpEncode(encodeRun(run)).length
  }
}

const FIRST_EPOCH: EpochStart = { epoch: 0, startRound: 0 }

function startOf(config: ConsensusConfig, last: EpochStart, boundary: Header): EpochStart {
  return { epoch: last.epoch + 1, startRound: startAfter(config, last, boundary) }
}

/** What is proved without any proof: the first epoch. */
export function firstProven({ config }: Env, validators: ValidatorSet): ProvenEpochs {
  return { epochs: [{ ...FIRST_EPOCH, boundaryId: config.genesisId, validators }], runs: [] }
}

/**
 * `proven`, and what this part of a proof adds to it. The part was asked for when `epochsAsked` epochs were proved; some of
 * those that it proves may have been proved by another since. Undefined when something of it proves nothing.
 */
export function extendProof(
  proven: ProvenEpochs,
  { epochs: runs, newest }: PivotProof,
  epochsAsked: number,
  env: Env,
): { readonly proven: ProvenEpochs; readonly pivot: Pivot | undefined } | undefined {
  let extended = proven
  for (const run of runs.slice(proven.epochs.length - epochsAsked)) {
    const next = withEpoch(extended, run, env)
    if (next === undefined) return undefined
    extended = next
  }
  if (newest === undefined) return runs.length === 0 ? undefined : { proven: extended, pivot: undefined }
  const count = epochsAsked + runs.length
  const upTo = { epochs: extended.epochs.slice(0, count), runs: extended.runs.slice(0, count - 1) }
  const pivot = pivotOf(upTo, newest, env)
  return pivot && { proven: extended, pivot }
}

/** With the epoch that the first block of a run decides. */
function withEpoch({ epochs, runs }: ProvenEpochs, run: FinalRun, env: Env): ProvenEpochs | undefined {
  const boundary = provenFinal({ env, record: { epochs } }, run)?.[0]
  const [first, last] = [epochs[0], epochs.at(-1)]
  if (boundary?.height !== env.config.epochLength * epochs.length) return undefined
  if (first?.validators === undefined || last === undefined) return undefined
  const boundaryId = blockId(boundary)
  const { epoch, startRound } = startOf(env.config, last, boundary)
  const validators = successors(epoch, boundaryId, first.validators)
  return { epochs: [...epochs, { epoch, boundaryId, startRound, validators }], runs: [...runs, run] }
}

function pivotOf({ epochs, runs }: ProvenEpochs, newest: FinalRun, env: Env): Pivot | undefined {
  const final = provenFinal({ env, record: { epochs } }, newest)
  const headers = final?.slice(0, EXECUTION_LAG + 1) ?? []
  const pivot = headers[EXECUTION_LAG]
  const naming = final?.[2 * EXECUTION_LAG]
  if (pivot === undefined || naming === undefined) return undefined
  if (Math.floor(pivot.height / env.config.epochLength) !== runs.length) return undefined
  const certificates = new Map([...runs, newest].flatMap(certified))
  const boundaries = runs.flatMap((run) => run.headers)
  return { height: pivot.height, executionHash: naming.executionHash, headers, certificates, boundaries, epochs }
}

function certified({ headers, qc }: FinalRun): readonly (readonly [Hash, QuorumCertificate])[] {
  const certificates = [...headers.slice(1).map((header) => header.qc), qc]
  return certificates.map((one) => [one.blockId, one] as const)
}

export function encodePivot({ epochs, newest }: PivotProof): Bytes {
  return rlpEncode([epochs.map(encodeRun), newest === undefined ? [] : [encodeRun(newest)]])
}

/** The inverse of {@link encodePivot}. Throws a `BaseError`. */
export function decodePivot(bytes: Bytes): PivotProof {
  const fields = readFields(rlpDecode(bytes), 'pivot')
  const epochs = fields.list('epochs', decodeRun)
  const [newest] = fields.list('newest', decodeRun)
  fields.end()
  return { epochs, newest }
}
