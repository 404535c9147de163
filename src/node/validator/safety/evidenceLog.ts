import { decodeEvidence, type Evidence, encodeEvidence, isSameOffence } from '../../../consensus/index.ts'
import type { Bytes } from '../../../primitives/index.ts'
import { BaseError } from '../../../primitives/index.ts'
import type { Disk, DiskFile } from './disk.ts'
import { encodeFrame, type Frame, frameAt } from './frame.ts'

const EVIDENCE_FILE = 'evidence'
/** Two for each of 300 validators in one epoch, and room for more: who fills it has proved enough. */
const MAX_PROOFS = 1_000

/** Proofs against validators, for as long as the key's folder is there. */
export type EvidenceLog = {
  /** What it holds, in the order in which it came: one of each kind for an epoch and a validator. */
  all(): readonly Evidence[]
  /** Durable when it resolves. What says nothing new changes nothing. */
  add(evidence: Evidence): Promise<void>
  close(): Promise<void>
}

/** Opens the log: one file, a row of frames. What follows a frame that is not whole was never acknowledged, and is written over. */
export async function openEvidenceLog(disk: Disk): Promise<EvidenceLog> {
  const found = framesIn((await disk.read(EVIDENCE_FILE)) ?? new Uint8Array())
  const proofs = found.map(({ evidence }) => evidence)
  let end = found.at(-1)?.end ?? 0
  let file: DiskFile | undefined

  return {
    all: () => [...proofs],
    async add(evidence) {
      if (proofs.length >= MAX_PROOFS || proofs.some((one) => isSameOffence(one, evidence))) return
      proofs.push(evidence)
      if (file === undefined) {
        file = await disk.open(EVIDENCE_FILE)
        await disk.syncNames()
      }
      const frame = encodeFrame(proofs.length, encodeEvidence(evidence))
      await file.writeAt(frame, end)
      await file.sync()
      end += frame.length
    },
    close: async () => file?.close(),
  }
}

type ProofFrame = Frame & { readonly evidence: Evidence }

function framesIn(bytes: Bytes): readonly ProofFrame[] {
  const frames: ProofFrame[] = []
  for (let frame = frameAt(bytes, 0); frame !== undefined; frame = frameAt(bytes, frame.end)) {
    const evidence = evidenceIn(frame)
    if (evidence === undefined) break
    frames.push({ ...frame, evidence })
  }
  return frames
}

function evidenceIn({ payload }: Frame): Evidence | undefined {
  try {
    return decodeEvidence(payload)
  } catch (thrown) {
    // Of another version.
    if (thrown instanceof BaseError) return undefined
    throw thrown
  }
}
