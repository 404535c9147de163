import { assert, type Bytes, fromHex, type Hex, toHex } from '../../primitives/index.ts'
import type { Store, StoreReader } from './store.ts'

/** A store that ends with the process: for tests and tools. A snapshot copies it, a scan sorts it. */
export function createMemoryStore(): Store {
  const values = new Map<Hex, Bytes>()
  let isOpen = true
  return {
    ...readerOf(values, () => isOpen),
    write: async (batch) => {
      assert(isOpen, 'a store is open while it is used')
      for (const { key, value } of batch) {
        if (value === undefined) values.delete(toHex(key))
        else values.set(toHex(key), value)
      }
    },
    snapshot: () => {
      assert(isOpen, 'a store is open while it is used')
      let isHeld = true
      const close = async () => {
        isHeld = false
      }
      return { ...readerOf(new Map(values), () => isHeld), close }
    },
    close: async () => {
      isOpen = false
    },
  }
}

function readerOf(values: ReadonlyMap<Hex, Bytes>, isOpen: () => boolean): StoreReader {
  return {
    get: (key) => {
      assert(isOpen(), 'a store is open while it is read')
      return values.get(toHex(key))
    },
    entries: async function* (from, to) {
      assert(isOpen(), 'a store is open while it is read')
      const [low, high] = [toHex(from), toHex(to)]
      const inRange = [...values].filter(([key]) => low <= key && key < high).sort(([a], [b]) => (a < b ? -1 : 1))
      for (const [key, value] of inRange) yield [fromHex(key), value] as const
    },
  }
}
