import { join } from 'node:path'
import type { Block, Evidence, SafetyRecord } from '../../../consensus/index.ts'
import { assert, BaseError, toHex } from '../../../primitives/index.ts'
import { openLevelStore, type Store } from '../../../state/index.ts'
import { openBlockLog } from './blockLog.ts'
import { type Disk, openFolder } from './disk.ts'
import { openEvidenceLog } from './evidenceLog.ts'
import { type FoundSlots, isSameKey, openRecordSlots, RECORD_FILE, type RecordOwner } from './recordSlots.ts'

/**
 * The safety record on a disk: what a validator has signed, and the blocks that it signed for. It belongs to the key, not to the
 * chain's data: beside the one, outside the other, so that it stays when the chain is synced anew.
 *
 * - SR1 *Acknowledged is durable.* What `write` resolved for is what the next opening finds, or something newer, after
 *   kill -9 and power cuts at any point; one slot going bad changes nothing.
 * - SR2 *Never an older record by accident.* Without a whole record (`lost`), or with one that the chain itself has
 *   outrun (`stale`), nothing is written and so nothing signed until the operator says from which round on (`resume`).
 * - SR3 *One process per key*: a lock that the kernel takes back, whatever the process dies of.
 * - SR4 *One key and one network per record*: it names both, and serves no other.
 */
export type SafetyStore = {
  readonly found: FoundRecord
  /** `persist` of consensus: the record and the blocks are durable, all or none of them, when it resolves. In order. */
  write(record: SafetyRecord, blocks: readonly Block[]): Promise<void>
  /** The operator has decided: from now on this is the record (`resumeRecord`), and `write` works. */
  resume(record: SafetyRecord): Promise<void>
  /** The chain's own store holds all final blocks up to `height` durably; they may be forgotten here. */
  prune(height: number): Promise<void>
  /** Proofs against validators that were kept, durably. */
  evidence(): readonly Evidence[]
  /** Keeps a proof; it is durable when it resolves. Not bound to SR2: a proof is no signature of this key. */
  keep(evidence: Evidence): Promise<void>
  /** Waits for what is being written, then gives the lock back. */
  close(): Promise<void>
}

/** What a disk held. `reason` is a sentence for the operator. */
export type FoundRecord =
  | { readonly kind: 'record'; readonly record: SafetyRecord; readonly blocks: readonly Block[] }
  | {
      readonly kind: 'stale'
      readonly record: SafetyRecord
      readonly blocks: readonly Block[]
      readonly reason: string
    }
  | { readonly kind: 'lost'; readonly isNew: boolean; readonly reason: string }

/**
 * Makes the record of the new key of `owner` in `folder`. Throws `SAFETY_RECORD_EXISTS` when there is one already, whole or not, and what
 * {@link openSafetyStore} throws.
 */
export async function createSafetyStore(folder: string, owner: RecordOwner, record: SafetyRecord): Promise<void> {
  const store = await openSafetyStore(folder, owner)
  try {
    if (store.found.kind !== 'lost' || !store.found.isNew) {
      throw new BaseError('SAFETY_RECORD_EXISTS', `${folder} holds a safety record already`, {
        advice: ['Start the node with it, or choose another directory for the new key.'],
      })
    }
    await store.resume(record)
  } finally {
    await store.close()
  }
}

/**
 * Opens the record of `owner` in `folder`. `finalizedHeight` is how far the chain's own store is: never further than a record
 * that is up to date. Throws `SAFETY_RECORD_LOCKED` when another process has it, `SAFETY_RECORD_FOREIGN` when it is of another
 * key or network, `SAFETY_RECORD_FAILED` when the operating system refuses.
 */
export async function openSafetyStore(folder: string, owner: RecordOwner, finalizedHeight = 0): Promise<SafetyStore> {
  const disk = await openFolder(folder)
  const lock = await takeLock(folder)
  try {
    const store = await openSafetyStoreOn(disk, folder, owner, finalizedHeight)
    return {
      ...store,
      close: async () => {
        await store.close()
        await lock.close()
      },
    }
  } catch (cause) {
    await lock.close()
    throw cause
  }
}

/** The same on any disk, without the lock; `folder` is its name in errors. */
export async function openSafetyStoreOn(
  disk: Disk,
  folder: string,
  owner: RecordOwner,
  finalizedHeight: number,
): Promise<SafetyStore> {
  const slots = await openRecordSlots(disk, owner, (found) => refuse(join(folder, RECORD_FILE), found, owner))
  const log = await openBlockLog(disk)
  const evidence = await openEvidenceLog(disk)
  const found = judge(slots.found, log.blocks, finalizedHeight)
  let mayWrite = found.kind === 'record'
  let last: Promise<void> = Promise.resolve()

  /** One after the other. After a failure the disk's content is not known any more, so nothing follows it. */
  function inOrder(work: () => Promise<void>): Promise<void> {
    last = last.then(work)
    // Whoever waits for the work hears of its failure, and so does everybody after.
    last.catch(() => undefined)
    return last
  }

  return {
    found,
    write(record, blocks) {
      assert(mayWrite, 'SR2: without its record a validator signs nothing')
      return inOrder(async () => {
        // Blocks that no record speaks of do no harm; a record that speaks of no block would.
        if (blocks.length > 0) await log.append(blocks)
        await slots.write(record)
      })
    },
    resume(record) {
      return inOrder(async () => {
        await slots.write(record)
        mayWrite = true
      })
    },
    prune: (height) => inOrder(() => log.prune(height)),
    evidence: () => evidence.all(),
    keep: (proof) => inOrder(() => evidence.add(proof)),
    async close() {
      await last.catch(() => undefined)
      await log.close()
      await slots.close()
      await evidence.close()
    },
  }
}

/** Why there is no record; a sentence for the operator each. */
const WITHOUT_RECORD = {
  empty: 'there is no safety record',
  damaged: 'the safety record is damaged: neither of its slots is whole',
  unnamed: 'the safety record is of an older evmpp and does not say whose key and which network it is of',
} as const

function judge(slots: FoundSlots, blocks: readonly Block[], finalizedHeight: number): FoundRecord {
  if (slots.kind !== 'record') {
    return { kind: 'lost', isNew: slots.kind === 'empty', reason: WITHOUT_RECORD[slots.kind] }
  }
  const { record } = slots
  const { height } = record.root
  if (finalizedHeight <= height) return { kind: 'record', record, blocks }
  const reason = `the safety record ends at block ${height} and the chain here at ${finalizedHeight}: it is an old copy`
  return { kind: 'stale', record, blocks, reason }
}

/** SR4: with it this node would vote as somebody else, or take its own network for a broken one. */
function refuse(path: string, found: RecordOwner, owner: RecordOwner): never {
  const isOtherKey = !isSameKey(found, owner)
  const what = isOtherKey
    ? `of another key: of ${toHex(found.publicKey)}, and this node's key is ${toHex(owner.publicKey)}`
    : `of another network: of genesis id ${found.genesisId}, and this node's genesis file is of ${owner.genesisId}`
  const where = isOtherKey ? `; its genesis id is ${found.genesisId}, here ${owner.genesisId}` : ''
  throw new BaseError('SAFETY_RECORD_FOREIGN', `${path} is the safety record ${what}${where}`, {
    advice: [
      isOtherKey
        ? 'Let "keys" and "safety" of the config name what belongs together: a record goes with its key.'
        : 'Let "genesis" of the config name the file that this record was made with, whose rules nobody has edited since.',
      'A key that has signed nothing in this network begins with a new folder and "--sign-from 1"; see docs/operating.md.',
    ],
  })
}

/** LevelDB's lock, for Node has none: the kernel's, on a file, released with the process. */
async function takeLock(folder: string): Promise<Store> {
  const path = join(folder, 'lock')
  try {
    return await openLevelStore(path, { create: true, durable: false })
  } catch (cause) {
    if (!(cause instanceof BaseError) || cause.code !== 'STORE_LOCKED') throw cause
    throw new BaseError('SAFETY_RECORD_LOCKED', `another process signs with the key of ${folder}`, {
      advice: ['Stop it first: two processes with one key contradict each other, and that is final.'],
      cause,
    })
  }
}
