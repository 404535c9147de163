import { assertState } from '../primitives/index.ts'

/** One change and what it takes to undo it. */
type Change =
  | { readonly kind: 'set'; readonly map: Map<unknown, unknown>; readonly key: unknown; readonly before: unknown }
  | { readonly kind: 'insert'; readonly map: Map<unknown, unknown>; readonly key: unknown }
  | { readonly kind: 'add'; readonly set: Set<unknown>; readonly member: unknown }
  | { readonly kind: 'push'; readonly list: unknown[] }

/**
 * Changes to Maps, Sets and lists, in order, each of which can be taken back. Whoever keeps all its mutable state in
 * such containers and changes them only through one log gets an exact rollback for nothing.
 */
export class UndoLog {
  readonly #changes: Change[] = []

  /** The present moment: what {@link rollback} takes. */
  get length(): number {
    return this.#changes.length
  }

  /** `map.set(key, value)`. */
  set<K, V>(map: Map<K, V>, key: K, value: V): void {
    const before = map.get(key)
    const wasAbsent = before === undefined && !map.has(key)
    this.#changes.push(wasAbsent ? { kind: 'insert', map, key } : { kind: 'set', map, key, before })
    map.set(key, value)
  }

  /** `set.add(member)`. True when it was not a member before. */
  add<T>(set: Set<T>, member: T): boolean {
    if (set.has(member)) return false
    this.#changes.push({ kind: 'add', set, member })
    set.add(member)
    return true
  }

  /** `list.push(item)`. */
  push<T>(list: T[], item: T): void {
    this.#changes.push({ kind: 'push', list })
    list.push(item)
  }

  /** Undoes what happened since the log had length `to`, newest first. O(number of changes undone). */
  rollback(to: number): void {
    assertState(to >= 0 && to <= this.#changes.length, 'J1: a checkpoint is not newer than the journal')
    while (this.#changes.length > to) {
      const change = this.#changes.pop()
      if (change !== undefined) undo(change)
    }
  }
}

function undo(change: Change): void {
  switch (change.kind) {
    case 'set':
      change.map.set(change.key, change.before)
      break
    case 'insert':
      change.map.delete(change.key)
      break
    case 'add':
      change.set.delete(change.member)
      break
    case 'push':
      change.list.pop()
      break
  }
}
