import { type Evidence, resumeRecord, type SafetyRecord, type SignatureScheme } from '../../consensus/index.ts'
import type { Address } from '../../primitives/index.ts'
import { validatorId } from '../setup/networkGenesis.ts'
import type { SafetyDisk } from './driver.ts'
import type { ValidatorNodeOptions } from './options.ts'
import { type FoundRecord, openSafetyStore, type SafetyStore } from './safety/safetyStore.ts'
import type { Signer } from './validator.ts'

/** Whether and how a node votes. */
export type Voice = {
  /** This node's validator id, whether it votes or not. */
  readonly self: Address | undefined
  /** Undefined when it does not vote. */
  readonly signer: Signer | undefined
  /** Why a node with a consensus key does not vote: a sentence for the operator. */
  readonly refusal: string | undefined
  readonly disk: SafetyDisk
  /** Proofs against validators that this node has kept. */
  evidence(): readonly Evidence[]
  close(): Promise<void>
}

/** Who has no key has no folder for proofs either, and validators do not send it what they could be made of. */
const NOTHING = { keep: async () => undefined, evidence: () => [], close: async () => undefined }

/**
 * Opens what a node's key has signed. A record that is lost, or older than the chain, keeps it from voting until the operator
 * says from which round on it may (`signFrom`); it follows like a node without a key meanwhile. `chain` is what the chain's
 * own store tells; up to `executedHeight` this node has executed it. Throws `SAFETY_RECORD_LOCKED` when another process has the key,
 * `SAFETY_RECORD_FOREIGN` when the record is of another key or network.
 */
export async function openVoice(
  options: ValidatorNodeOptions,
  scheme: SignatureScheme,
  chain: SafetyRecord,
  executedHeight: number,
): Promise<Voice> {
  const { consensusKey } = options.keys
  if (consensusKey === undefined) return silent(undefined, undefined)
  // Whether a set has it is for the chain to say, epoch by epoch.
  const publicKey = scheme.publicKey(consensusKey)
  const self = validatorId(publicKey)
  const owner = { publicKey, genesisId: options.network.consensus.genesisId }
  const store = await openSafetyStore(options.safetyDirectory, owner, executedHeight)
  const signer = await signerOf(options, store, chain, { id: self, secretKey: consensusKey })
  if (typeof signer === 'string') return silent(self, signer, store)
  return { self, signer, refusal: undefined, disk: store, evidence: store.evidence, close: store.close }
}

/** Who signs, or why nobody does. */
async function signerOf(
  { signFrom }: ValidatorNodeOptions,
  store: SafetyStore,
  chain: SafetyRecord,
  key: Pick<Signer, 'id' | 'secretKey'>,
): Promise<Signer | string> {
  const { found } = store
  const record = known(found, chain)
  const blocks = found.kind === 'lost' ? [] : found.blocks
  const obstacle = found.kind === 'record' ? found.record.haltReason : found.reason
  if (obstacle === undefined) return { ...key, record, blocks }
  if (signFrom === undefined) return obstacle
  const resumed = resumeRecord(record, signFrom)
  await store.resume(resumed)
  return { ...key, record: resumed, blocks }
}

/**
 * What the operator's word is about. It begins where the chain is: a record that lay behind it would be an old copy again at
 * the next start, when the validator is stopped before it has signed anything.
 */
function known(found: FoundRecord, chain: SafetyRecord): SafetyRecord {
  if (found.kind === 'lost') return chain
  return found.kind === 'stale' ? { ...found.record, root: chain.root, epochs: chain.epochs } : found.record
}

/** A node that signs nothing has no signatures to remember: what it learns is in its chain, or learnt again. */
function silent(
  self: Address | undefined,
  refusal: string | undefined,
  { keep, evidence, close }: Pick<SafetyStore, 'keep' | 'evidence' | 'close'> = NOTHING,
): Voice {
  const disk: SafetyDisk = { write: async () => undefined, prune: async () => undefined, keep }
  return { self, signer: undefined, refusal, disk, evidence, close }
}
