import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Bytes, equalBytes } from '../../src/primitives/index.ts'
import type { Store, StoreReader, Write } from '../../src/state/index.ts'

const bytes = (...values: number[]): Bytes => Uint8Array.of(...values)
const put = (key: Bytes, value: Bytes): Write => ({ key, value })
const remove = (key: Bytes): Write => ({ key, value: undefined })

async function scan(reader: StoreReader, from: Bytes, to: Bytes): Promise<(readonly [Bytes, Bytes])[]> {
  const found: (readonly [Bytes, Bytes])[] = []
  for await (const entry of reader.entries(from, to)) found.push(entry)
  return found
}

/** What every {@link Store} promises while its process lives; `createStore` gives a new, empty one. */
export function storeSuite(name: string, createStore: () => Promise<Store>): void {
  describe(`store: ${name}`, () => {
    let store: Store
    beforeEach(async () => {
      store = await createStore()
    })
    afterEach(() => store.close())

    test('gives back what was put, as plain bytes', async () => {
      await store.write([put(bytes(1), bytes(7, 8)), put(bytes(2), bytes())])
      expect(store.get(bytes(1))).toEqual(bytes(7, 8))
      expect(store.get(bytes(2))).toEqual(bytes())
      expect(store.get(bytes(3))).toBeUndefined()
      expect(store.get(bytes(1, 0))).toBeUndefined()
    })

    test('overwrites and deletes; deleting what is absent does nothing', async () => {
      await store.write([put(bytes(1), bytes(7)), put(bytes(2), bytes(7))])
      await store.write([put(bytes(1), bytes(8)), remove(bytes(2)), remove(bytes(3))])
      expect([store.get(bytes(1)), store.get(bytes(2))]).toEqual([bytes(8), undefined])
    })

    test('within a batch the later write of a key wins', async () => {
      await store.write([put(bytes(1), bytes(7)), remove(bytes(1)), remove(bytes(2)), put(bytes(2), bytes(9))])
      expect([store.get(bytes(1)), store.get(bytes(2))]).toEqual([undefined, bytes(9)])
    })

    test('an empty batch is fine', async () => {
      await store.write([])
      expect(await scan(store, bytes(), bytes(255))).toEqual([])
    })

    test('scans a range in order of bytes: start included, end not', async () => {
      const keys = [bytes(2), bytes(1, 255), bytes(1), bytes(200), bytes(1, 0), bytes(0)]
      await store.write(keys.map((key, index) => put(key, bytes(index))))
      expect(await scan(store, bytes(1), bytes(200))).toEqual([
        [bytes(1), bytes(2)],
        [bytes(1, 0), bytes(4)],
        [bytes(1, 255), bytes(1)],
        [bytes(2), bytes(0)],
      ])
      expect(await scan(store, bytes(3), bytes(3))).toEqual([])
    })

    test('a scan may be left early', async () => {
      await store.write([put(bytes(1), bytes(1)), put(bytes(2), bytes(2))])
      for await (const [key] of store.entries(bytes(0), bytes(9))) {
        expect(key).toEqual(bytes(1))
        break
      }
    })

    test('a snapshot never changes (S2)', async () => {
      await store.write([put(bytes(1), bytes(1)), put(bytes(2), bytes(2))])
      const snapshot = store.snapshot()
      await store.write([put(bytes(1), bytes(9)), remove(bytes(2)), put(bytes(3), bytes(3))])
      expect([1, 2, 3].map((key) => snapshot.get(bytes(key)))).toEqual([bytes(1), bytes(2), undefined])
      expect(await scan(snapshot, bytes(0), bytes(9))).toEqual([
        [bytes(1), bytes(1)],
        [bytes(2), bytes(2)],
      ])
      await snapshot.close()
      expect(store.get(bytes(1))).toEqual(bytes(9))
    })

    test('holds many entries and large values', async () => {
      const large = new Uint8Array(300_000).map((_, index) => index % 251)
      const key = (index: number) => bytes(5, index >> 8, index & 255)
      await store.write([put(bytes(6), large), ...Array.from({ length: 3000 }, (_, i) => put(key(i), key(i)))])
      expect(equalBytes(store.get(bytes(6)) ?? bytes(), large)).toBe(true)
      const found = await scan(store, bytes(5), bytes(6))
      expect(found).toEqual(Array.from({ length: 3000 }, (_, i) => [key(i), key(i)]))
    })

    test('is not read or written once closed', async () => {
      await store.write([put(bytes(1), bytes(1))])
      await store.close()
      expect(() => store.get(bytes(1))).toThrow()
      await expect(store.write([put(bytes(1), bytes(2))])).rejects.toThrow()
    })
  })
}
