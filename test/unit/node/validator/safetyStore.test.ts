import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { encodeRecord, resumeRecord } from '../../../../src/consensus/index.ts'
import { encodeFrame } from '../../../../src/node/validator/safety/frame.ts'
import {
  createSafetyStore,
  openSafetyStore,
  openSafetyStoreOn,
  type SafetyStore,
} from '../../../../src/node/validator/safety/safetyStore.ts'
import { keccakHash } from '../../../../src/primitives/index.ts'
import { Random } from '../../../fuzz/random.ts'
import { CrashDisk, PowerCut } from '../../../harness/consensus/crashDisk.ts'
import { blockOf, OWNER, proofOf, recordOf } from '../../../harness/consensus/safetyRecords.ts'

const SLOT_BYTES = 2 ** 20
const root = mkdtempSync(join(tmpdir(), 'evmpp-safety-'))
afterAll(() => rmSync(root, { recursive: true }))

let count = 0
let folder = ''
beforeEach(() => {
  count += 1
  folder = join(root, String(count))
})

/** What was found, as a number. */
function highVoteOf({ found }: SafetyStore): number | string {
  return found.kind === 'record' ? found.record.highVote : found.kind
}

async function reopened(finalizedHeight?: number): Promise<SafetyStore['found']> {
  const store = await openSafetyStore(folder, OWNER, finalizedHeight)
  await store.close()
  return store.found
}

describe('a folder', () => {
  test('gives back what was written, and the blocks in order', async () => {
    await createSafetyStore(folder, OWNER, recordOf(1))
    const store = await openSafetyStore(folder, OWNER)
    expect(store.found).toEqual({ kind: 'record', record: recordOf(1), blocks: [] })
    await store.write(recordOf(2), [blockOf(1), blockOf(2)])
    await store.write(recordOf(3), [])
    await store.close()
    expect(await reopened()).toEqual({ kind: 'record', record: recordOf(3), blocks: [blockOf(1), blockOf(2)] })
  })

  test('without a record: nothing is written until the operator says so', async () => {
    const store = await openSafetyStore(folder, OWNER)
    expect(store.found).toEqual({ kind: 'lost', isNew: true, reason: 'there is no safety record' })
    expect(() => store.write(recordOf(1), [])).toThrow('SR2')
    await store.resume(resumeRecord(recordOf(0), 500))
    await store.write(recordOf(501), [])
    await store.close()
    expect(await reopened()).toMatchObject({ kind: 'record', record: { highVote: 501 } })
  })

  test('with a record that is older than the chain: the same', async () => {
    await createSafetyStore(folder, OWNER, recordOf(1))
    const store = await openSafetyStore(folder, OWNER, 7)
    expect(store.found).toMatchObject({ kind: 'stale', reason: expect.stringContaining('ends at block 0') })
    expect(() => store.write(recordOf(2), [])).toThrow('SR2')
    await store.close()
    expect(await reopened(0)).toMatchObject({ kind: 'record' })
  })

  test('a new key takes no place where a record is or was', async () => {
    await createSafetyStore(folder, OWNER, recordOf(1))
    await expect(createSafetyStore(folder, OWNER, recordOf(0))).rejects.toMatchObject({ code: 'SAFETY_RECORD_EXISTS' })
    writeFileSync(join(folder, 'record'), 'something else')
    await expect(createSafetyStore(folder, OWNER, recordOf(0))).rejects.toMatchObject({ code: 'SAFETY_RECORD_EXISTS' })
    expect(await reopened()).toMatchObject({ kind: 'lost', isNew: false })
  })

  test.each([0, 1])('slot %i gone bad changes nothing, and is mended', async (slot) => {
    await createSafetyStore(folder, OWNER, recordOf(8))
    const file = join(folder, 'record')
    const whole = readFileSync(file)
    const bad = Buffer.from(whole)
    bad.writeUInt8((bad[slot * SLOT_BYTES + 60] ?? 0) ^ 1, slot * SLOT_BYTES + 60)
    writeFileSync(file, bad)
    expect(await reopened()).toMatchObject({ kind: 'record', record: { highVote: 8 } })
    expect(readFileSync(file).equals(whole)).toBe(true)
  })

  test('blocks are forgotten when their segments hold nothing else', async () => {
    await createSafetyStore(folder, OWNER, recordOf(1))
    for (const number of [1, 2, 3]) {
      const store = await openSafetyStore(folder, OWNER)
      await store.write(recordOf(number), [blockOf(number)])
      await store.prune(number - 2)
      await store.close()
    }
    expect(await reopened()).toMatchObject({ blocks: [blockOf(2), blockOf(3)] })
  })

  test('proofs stay, one of each kind for an epoch and a validator, also without a record', async () => {
    const store = await openSafetyStore(folder, OWNER)
    for (const epoch of [1, 2, 1]) await store.keep(proofOf(epoch))
    await store.keep({ ...proofOf(2), round: 7 })
    expect(store.evidence()).toEqual([proofOf(1), proofOf(2)])
    await store.close()
    const again = await openSafetyStore(folder, OWNER)
    expect(again.evidence()).toEqual([proofOf(1), proofOf(2)])
    await again.keep(proofOf(3))
    await again.close()
    const last = await openSafetyStore(folder, OWNER)
    expect(last.evidence()).toEqual([proofOf(1), proofOf(2), proofOf(3)])
    await last.close()
  })

  test('of another key: refused by name, and not touched', async () => {
    await createSafetyStore(folder, OWNER, recordOf(8))
    const file = join(folder, 'record')
    const before = readFileSync(file)
    const other = { ...OWNER, publicKey: new Uint8Array(48).fill(9) }
    await expect(openSafetyStore(folder, other)).rejects.toMatchObject({
      code: 'SAFETY_RECORD_FOREIGN',
      message: expect.stringMatching(new RegExp(`^${file} is .* of another key: of 0x(07){48}, .* 0x(09){48}`)),
      advice: [expect.stringContaining('"keys" and "safety"'), expect.stringContaining('--sign-from 1')],
    })
    expect(readFileSync(file).equals(before)).toBe(true)
    expect(await reopened()).toMatchObject({ kind: 'record', record: { highVote: 8 } })
  })

  test('of another network: refused by name', async () => {
    await createSafetyStore(folder, OWNER, recordOf(8))
    const other = { ...OWNER, genesisId: keccakHash(Uint8Array.of(1)) }
    await expect(openSafetyStore(folder, other)).rejects.toMatchObject({
      code: 'SAFETY_RECORD_FOREIGN',
      message: expect.stringMatching(`of another network: of genesis id ${OWNER.genesisId}, .* ${other.genesisId}`),
    })
    expect(await reopened()).toMatchObject({ kind: 'record', record: { highVote: 8 } })
  })

  test('of an older evmpp, without its owner: nothing is written until the operator says so', async () => {
    await createSafetyStore(folder, OWNER, recordOf(1))
    const file = join(folder, 'record')
    const bytes = readFileSync(file)
    for (const slot of [0, 1]) bytes.set(encodeFrame(9, encodeRecord(recordOf(8))), slot * SLOT_BYTES)
    writeFileSync(file, bytes)
    const store = await openSafetyStore(folder, OWNER)
    expect(store.found).toMatchObject({ kind: 'lost', isNew: false, reason: expect.stringMatching('older evmpp') })
    expect(() => store.write(recordOf(9), [])).toThrow('SR2')
    await store.resume(resumeRecord(recordOf(0), 500))
    await store.close()
    expect(await reopened()).toMatchObject({ kind: 'record', record: { highVote: 499 } })
  })

  test('a folder that can not be: a typed error', async () => {
    writeFileSync(folder, '')
    await expect(openSafetyStore(folder, OWNER)).rejects.toMatchObject({ code: 'SAFETY_RECORD_FAILED' })
  })
})

/**
 * Writes numbered records, one block each, until the power goes; whatever is found then must be the last one that was
 * acknowledged or a later one that was begun. Then the same again on what is left.
 */
async function lifeOf(disk: CrashDisk, random: Random, lives: number): Promise<string | undefined> {
  let [acknowledged, begun, proved] = [0, 0, 0]
  for (let life = 0; life < lives; life += 1) {
    disk.operationsLeft = life === 0 ? Number.POSITIVE_INFINITY : random.below(40)
    try {
      const store = await openSafetyStoreOn(disk, 'disk', OWNER, 0)
      const found = highVoteOf(store)
      if (life === 0) await store.resume(recordOf(0))
      else if (typeof found === 'string') return `found ${found} where ${acknowledged} was acknowledged`
      else if (found < acknowledged || found > begun) return `found ${found}, not ${acknowledged} to ${begun}`
      const heights = store.found.kind === 'record' ? store.found.blocks.map(({ header }) => header.height) : []
      for (let height = Math.max(1, acknowledged - 2); height <= acknowledged; height += 1) {
        if (!heights.includes(height)) return `block ${height} of ${acknowledged} is gone`
      }
      const kept = store.evidence().length
      if (kept < proved || kept > proved + 1) return `found ${kept} proofs, not ${proved}`
      proved = kept
      begun = Math.max(acknowledged, typeof found === 'number' ? found : 0)
      for (let writes = random.below(12); writes > 0; writes -= 1) {
        begun += 1
        await store.write(recordOf(begun), [blockOf(begun)])
        acknowledged = begun
        if (random.oneIn(3)) await store.prune(begun - 3)
        if (random.oneIn(3)) {
          await store.keep(proofOf(proved))
          proved += 1
        }
      }
      await store.close()
    } catch (thrown) {
      if (!(thrown instanceof PowerCut)) throw thrown
    }
    disk.restart()
  }
  return undefined
}

describe('a disk that tears and loses what was not synced', () => {
  test('nothing acknowledged is lost: 200 disks, 12 power cuts each', async () => {
    const broken: string[] = []
    for (let index = 0; index < 200; index += 1) {
      const random = new Random(20261127, index)
      const fault = await lifeOf(new CrashDisk(random), random, 12)
      if (fault !== undefined) broken.push(`disk ${index}: ${fault}`)
    }
    expect(broken).toEqual([])
  })

  test('the test can fail: a disk that only says that it has synced', async () => {
    const faults: string[] = []
    for (let index = 0; index < 20; index += 1) {
      const random = new Random(20261127, index)
      const disk = new CrashDisk(random)
      disk.isHonest = false
      faults.push(...([await lifeOf(disk, random, 12)].filter((fault) => fault !== undefined) as string[]))
    }
    expect(faults.length).toBeGreaterThan(10)
  })
})

describe('processes', () => {
  const bundle = join('dist', 'test-safetyWorker.mjs')
  const start = () => spawn(process.execPath, [bundle, folder], { stdio: ['ignore', 'pipe', 'inherit'] })

  test('kill -9 at any moment: what was acknowledged is there; the lock goes with the process', async () => {
    await build({
      entryPoints: ['test/harness/consensus/safetyWorker.ts'],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'warning',
    })
    await createSafetyStore(folder, OWNER, recordOf(0))
    let last = 0
    for (const writes of [1, 7, 20]) {
      const child = start()
      const ended = new Promise((resolve) => child.once('close', resolve))
      let heard = 0
      for await (const line of createInterface(child.stdout)) {
        last = Number(line)
        heard += 1
        if (heard === 1)
          await expect(openSafetyStore(folder, OWNER)).rejects.toMatchObject({ code: 'SAFETY_RECORD_LOCKED' })
        if (heard === writes) child.kill('SIGKILL')
      }
      await ended
      const found = await reopened()
      expect(found).toMatchObject({ kind: 'record' })
      if (found.kind !== 'record') return
      expect(found.record.highVote - last).toBeOneOf([0, 1])
      expect(found.blocks).toContainEqual(blockOf(last))
    }
  })
})
