import type { StoreReader, Write } from '../../../src/state/index.ts'

const KEYS = 40
const keyOf = (index: number) => Uint8Array.of(index)

/** A batch that writes its number, from 1, under every key: in a whole store all keys agree. */
export function batchOf(number: number): readonly Write[] {
  const value = new Uint8Array(1000)
  new DataView(value.buffer).setUint32(0, number)
  return Array.from({ length: KEYS }, (_, index) => ({ key: keyOf(index), value }))
}

/** The number of the newest batch, 0 when there is none. Throws when the store holds parts of several. */
export function lastBatch(store: StoreReader): number {
  const numbers = new Set(
    Array.from({ length: KEYS }, (_, index) => {
      const value = store.get(keyOf(index))
      return value === undefined ? 0 : new DataView(value.buffer, value.byteOffset).getUint32(0)
    }),
  )
  const [number = 0, ...others] = numbers
  if (others.length > 0) throw new Error(`a torn batch: keys of ${[...numbers].join(', ')}`)
  return number
}
