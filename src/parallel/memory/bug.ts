import type { Arena } from './arena.ts'
import { MemoryFull } from './arena.ts'
import { BUG, STOP_BUG, STOPPED } from './control.ts'

/** An invariant that a worker found broken. Nobody goes on: whoever started the block throws it again, and its thread ends. */
export function reportBug(arena: Arena, invariant: string): void {
  try {
    const bytes = Buffer.from(invariant, 'utf8')
    const text = arena.take(1 + ((bytes.length + 3) >> 2))
    arena.set(text, bytes.length)
    arena.bytes.set(bytes, (text + 1) * 4)
    arena.replace(BUG, 0, text)
  } catch (thrown) {
    if (!(thrown instanceof MemoryFull)) throw thrown
  }
  arena.store(STOPPED, STOP_BUG)
}

/** What {@link reportBug} was told first. */
export function bugIn(arena: Arena): string {
  const text = arena.load(BUG)
  if (text === 0) return 'an invariant that a worker had no room to name'
  const start = (text + 1) * 4
  return Buffer.from(arena.bytes.slice(start, start + arena.get(text))).toString('utf8')
}
