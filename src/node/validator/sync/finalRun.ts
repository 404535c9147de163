import {
  type Block,
  blockId,
  type Checker,
  type ConsensusConfig,
  checkQc,
  decodeBlock,
  decodeMessage,
  type EpochStart,
  encodeBlock,
  encodeMessage,
  type Header,
  type QuorumCertificate,
  RULES,
} from '../../../consensus/index.ts'
import { BaseError, type Bytes, type RlpItem, readFields, rlpEncode } from '../../../primitives/index.ts'
import type { FinalBlock } from '../finalBlocks.ts'

/**
 * A run of blocks, each the parent of the next, with the certificate of the last: it makes all but the last final, so it proves
 * to whoever knows the validators that these are the blocks of their heights.
 */
export type FinalRun = { readonly headers: readonly Header[]; readonly qc: QuorumCertificate }

/** Headers of one run: more than any run of failed rounds that is likely. */
const MAX_RUN = 256

/** The epochs that are known, and the rules by which they follow each other. */
export type RunEpochs = { readonly epochs: readonly EpochStart[]; readonly config: ConsensusConfig }

/** A run from `first` on that proves at least the blocks up to `last`; undefined when the blocks that would do it are not here. */
export function finalRun(
  at: (height: number) => FinalBlock | undefined,
  known: RunEpochs,
  first: number,
  last: number,
): FinalRun | undefined {
  const headers: Header[] = []
  for (let height = first; height < first + MAX_RUN; height += 1) {
    const final = at(height)
    if (final === undefined) return undefined
    const { header } = final.block
    headers.push(header)
    const { qc } = final
    if (height <= last || qc === undefined || !RULES.commitsParent(header, qc)) continue
    if (finalPart(known, headers, qc) > last - first) return { headers, qc }
  }
  return undefined
}

/** The headers that a run proves final, ascending; undefined when it proves nothing, or is of an epoch that is not known. */
export function provenFinal(checker: Checker, { headers, qc }: FinalRun): readonly Header[] | undefined {
  const last = headers.at(-1)
  if (last === undefined || qc.blockId !== blockId(last) || !RULES.commitsParent(last, qc)) return undefined
  const isLinked = headers.every((header, index) => {
    const parent = headers[index - 1]
    return parent === undefined || (header.qc.blockId === blockId(parent) && header.height === parent.height + 1)
  })
  if (!isLinked || checkQc(checker, qc) !== undefined) return undefined
  return headers.slice(0, finalPart({ epochs: checker.record.epochs, config: checker.env.config }, headers, qc))
}

function finalPart({ epochs, config }: RunEpochs, headers: readonly Header[], qc: QuorumCertificate): number {
  return RULES.finalPart(epochs, config, headers.slice(0, -1), qc)
}

/** A run's RLP: its headers, as blocks without bodies, and the certificate. */
export function encodeRun({ headers, qc }: FinalRun): RlpItem {
  const body: Bytes = new Uint8Array()
  const certificate = encodeMessage({ kind: 'advance', certificate: { kind: 'qc', qc } })
  return [headers.map((header) => encodeBlock({ header, body })), certificate]
}

/** The inverse of {@link encodeRun}. Throws a `BaseError`. */
export function decodeRun(item: RlpItem): FinalRun {
  const fields = readFields(item, 'run')
  const headers = fields.list('headers', (header) => headerOf(header))
  const message = decodeMessage(fields.bytes('certificate'))
  fields.end()
  if (message.kind !== 'advance' || message.certificate.kind !== 'qc' || headers.length > MAX_RUN) {
    throw new BaseError('RLP_INVALID_VALUE', 'the run has no certificate, or is too long')
  }
  return { headers, qc: message.certificate.qc }
}

function headerOf(item: RlpItem): Header {
  const block: Block = decodeBlock(item instanceof Uint8Array ? item : rlpEncode(item))
  return block.header
}
