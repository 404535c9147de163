import { assert } from '../../primitives/index.ts'

/** A map that forgets what was used longest ago once it holds `capacity` entries. */
export interface BoundedCache<key, value> {
  /** What is kept under `key`, else what `make` gives, which is kept from now on. */
  get(key: key, make: () => value): value
}

/** An empty cache. */
export function createBoundedCache<key, value>(capacity: number): BoundedCache<key, value> {
  assert(capacity > 0, 'a cache has room for something')
  // A Map keeps the order of insertion: taking an entry out and putting it back makes it the newest.
  const entries = new Map<key, value>()
  return {
    get(key, make) {
      const kept = entries.get(key)
      const value = kept === undefined ? make() : kept
      entries.delete(key)
      entries.set(key, value)
      if (entries.size > capacity) {
        const oldest = entries.keys().next()
        if (!oldest.done) entries.delete(oldest.value)
      }
      return value
    },
  }
}
