import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkLevelFiles, openLevelStore } from '../../../src/state/index.ts'

const root = mkdtempSync(join(tmpdir(), 'evmpp-files-'))
afterAll(() => rmSync(root, { recursive: true }))

const whole = join(root, 'whole')
const bad = join(root, 'bad')
const copy = join(root, 'copy')
const ALL = [Uint8Array.of(0), new Uint8Array(40).fill(0xff)] as const

/** Tables of two generations, and a log. Half of each value can be compressed. */
beforeAll(async () => {
  for (let round = 0; round < 4; round += 1) {
    const store = await openLevelStore(whole, { create: true, durable: false })
    for (let batch = 0; batch < 4; batch += 1) {
      await store.write(
        Array.from({ length: 40 }, (_, index) => {
          const key = Uint8Array.of(97, batch, index)
          const value = Uint8Array.from({ length: 200 }, (_, at) =>
            at < 100 ? round : (at * index * 131 + round) & 255,
          )
          return { key, value: round === 2 && index % 7 === 0 ? undefined : value }
        }),
      )
    }
    await store.close()
  }
})

function restore(): void {
  rmSync(bad, { recursive: true, force: true })
  cpSync(whole, bad, { recursive: true })
}

/** Of a copy, as opening a store writes to it. */
async function contents(path: string): Promise<readonly string[]> {
  rmSync(copy, { recursive: true, force: true })
  cpSync(path, copy, { recursive: true })
  const store = await openLevelStore(copy, { create: false, durable: false })
  try {
    const found: string[] = []
    for await (const [key, value] of store.entries(...ALL)) found.push(`${Buffer.from(key).toString('hex')} ${value}`)
    return found
  } finally {
    await store.close()
  }
}

/** Files that matter: LOG is LevelDB's diary, LOCK is empty. */
const files = (path: string) => readdirSync(path).filter((name) => /^(CURRENT|MANIFEST-\d+|\d+\.(ldb|log))$/.test(name))

function change(name: string, alter: (bytes: Buffer) => void): void {
  const file = join(bad, name)
  const bytes = readFileSync(file)
  alter(bytes)
  writeFileSync(file, bytes)
}

/** The kind of a file, so that random choices reach the small ones too. */
const kinds = [/^CURRENT$/, /^MANIFEST/, /\.ldb$/, /\.log$/]

test('CRC-32C is that of the standard', async () => {
  const { crc32c } = await import('../../../src/state/store/level/crc32c.ts')
  const text = new TextEncoder().encode('123456789')
  expect(crc32c(text)).toBe(0xe306_9283)
  // RFC 3720, B.4.
  expect(crc32c(new Uint8Array(32))).toBe(0x8a91_36aa)
  expect(crc32c(text, 3, 9, crc32c(text, 0, 3))).toBe(0xe306_9283)
})

describe('checkLevelFiles', () => {
  test('passes a store that is whole', async () => {
    expect(files(whole).some((name) => name.endsWith('.ldb'))).toBe(true)
    expect(() => checkLevelFiles(whole)).not.toThrow()
  })

  test('a changed byte anywhere is told, or changes nothing', async () => {
    const want = await contents(whole)
    const names = files(whole)
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: kinds.length - 1 }),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (kind, which, where, bits) => {
          restore()
          const same = names.filter((name) => kinds[kind]?.test(name))
          const name = same[which % same.length] ?? ''
          const size = statSync(join(bad, name)).size
          fc.pre(size > 0)
          change(name, (bytes) => bytes.writeUInt8((bytes[where % size] ?? 0) ^ bits, where % size))
          try {
            checkLevelFiles(bad)
          } catch (error) {
            expect(error).toMatchObject({ code: 'STORE_CORRUPT', message: expect.stringContaining(bad) })
            return
          }
          expect(await contents(bad)).toEqual(want)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('a table that no manifest names is nobody’s, whole or not', async () => {
    restore()
    writeFileSync(join(bad, '000999.ldb'), 'what an interrupted compaction has left')
    expect(() => checkLevelFiles(bad)).not.toThrow()
    expect(await contents(bad)).toEqual(await contents(whole))
  })

  test('a table or the log that a manifest names must be there, and whole', () => {
    for (const [pattern, damage] of [
      [/\.ldb$/, (file: string) => rmSync(file)],
      [/\.log$/, (file: string) => rmSync(file)],
      [/\.ldb$/, (file: string) => truncateSync(file, 100)],
    ] as const) {
      restore()
      const name = files(bad).find((one) => pattern.test(one)) ?? ''
      damage(join(bad, name))
      expect(() => checkLevelFiles(bad)).toThrow(name)
    }
  })

  test('a last write that a crash has cut off is no damage', async () => {
    restore()
    const log = files(bad).find((name) => name.endsWith('.log')) ?? ''
    const { size } = statSync(join(bad, log))
    for (const cut of [1, 100, 3_000]) {
      restore()
      truncateSync(join(bad, log), size - cut)
      expect(() => checkLevelFiles(bad)).not.toThrow()
    }
    restore()
    // Sectors that a power cut has kept from the disk.
    change(log, (bytes) => bytes.fill(0, size - (size % 512) - 512))
    expect(() => checkLevelFiles(bad)).not.toThrow()
    expect((await contents(bad)).length).toBeGreaterThan(0)
  })
})

test('a record whose bytes changed on the disk is told when it is read, by its key', async () => {
  restore()
  // Written again with LevelDB's own checksums right, as a compaction would: only the record's own can tell.
  const { ClassicLevel } = await import('classic-level')
  const raw = new ClassicLevel<Uint8Array, Uint8Array>(bad, { keyEncoding: 'view', valueEncoding: 'view' })
  const key = Uint8Array.of(97, 1, 1)
  const value = Buffer.from((await raw.get(key)) ?? [])
  value.writeUInt8((value[3] ?? 0) ^ 1, 3)
  await raw.put(key, value)
  await raw.put(Uint8Array.of(97, 1, 2), (await raw.get(Uint8Array.of(97, 1, 3))) ?? key)
  await raw.close()
  const store = await openLevelStore(bad, { create: false, durable: false })
  expect(() => store.get(key)).toThrow(/0x610101/)
  expect(() => store.get(Uint8Array.of(97, 1, 2))).toThrow(/0x610102/)
  expect(store.get(Uint8Array.of(97, 1, 4))).toBeDefined()
  const all = async () => {
    for await (const _entry of store.entries(...ALL));
  }
  await expect(all()).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
  await store.close()
})
