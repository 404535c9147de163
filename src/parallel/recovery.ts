import type { SignedTransaction } from '../primitives/index.ts'
import { type Address, type Bytes, decodeTransaction, decodeTransactionOf, fromHex } from '../primitives/index.ts'
import { Arena, MemoryFull, type Pointer } from './memory/arena.ts'
import { BATCH, BATCH_COUNT, BATCH_NEXT, TASK, TASK_RECOVER } from './memory/control.ts'
import type { Team } from './team/team.ts'

/** Fewer are decoded at once: waking a team costs as much as to recover one sender. */
const MIN_BATCH = 8

/** A transaction of a batch: where its bytes are and how many, whether its sender is known, and the sender's 20 bytes. */
const ITEM_WORDS = 8
const ITEM_BYTES = 0
const ITEM_LENGTH = 1
const ITEM_IS_KNOWN = 2
const ITEM_SENDER = 3
const ADDRESS_BYTES = 20

/**
 * Decodes transactions as they stand in blocks; a team recovers their senders, which is four fifths of the work (70 us of 85).
 * Throws what `decodeTransaction` throws, for the first that it throws for.
 */
export function decodeBatch(team: Team, raws: readonly Bytes[]): readonly SignedTransaction[] {
  const memory = raws.length < MIN_BATCH ? undefined : team.memory()
  const senders = memory === undefined ? [] : sendersOf(team, new Arena(memory), raws)
  return raws.map((raw, index) => {
    const sender = senders[index]
    return sender === undefined ? decodeTransaction(raw) : decodeTransactionOf(sender, raw)
  })
}

/** The senders that the team found; undefined for one that has none, or when the team did not finish. */
function sendersOf(team: Team, arena: Arena, raws: readonly Bytes[]): readonly (Address | undefined)[] {
  try {
    arena.clear()
    const items = arena.takeZeroed(raws.length * ITEM_WORDS)
    raws.forEach((raw, index) => {
      const at = arena.take((raw.length + 3) >> 2)
      arena.bytes.set(raw, at * 4)
      arena.set(items + index * ITEM_WORDS + ITEM_BYTES, at)
      arena.set(items + index * ITEM_WORDS + ITEM_LENGTH, raw.length)
    })
    arena.store(BATCH, items)
    arena.store(BATCH_COUNT, raws.length)
    arena.store(TASK, TASK_RECOVER)
    const failure = team.run(
      arena,
      () => undefined,
      () => false,
    )
    return failure === undefined ? raws.map((_, index) => senderAt(arena, items + index * ITEM_WORDS)) : []
  } catch (thrown) {
    if (thrown instanceof MemoryFull) return []
    throw thrown
  }
}

function senderAt(arena: Arena, item: Pointer): Address | undefined {
  if (arena.load(item + ITEM_IS_KNOWN) === 0) return undefined
  const start = (item + ITEM_SENDER) * 4
  return `0x${Buffer.from(arena.bytes.slice(start, start + ADDRESS_BYTES)).toString('hex')}` as Address
}

/** A worker's part of a batch: one transaction after the other that nobody took yet. */
export function recoverSenders(arena: Arena, pause: () => void): void {
  const items = arena.load(BATCH)
  const count = arena.load(BATCH_COUNT)
  for (let index = arena.add(BATCH_NEXT, 1); index < count; index = arena.add(BATCH_NEXT, 1)) {
    const item = items + index * ITEM_WORDS
    const start = arena.get(item + ITEM_BYTES) * 4
    const sender = senderOf(arena.bytes.slice(start, start + arena.get(item + ITEM_LENGTH)))
    pause()
    if (sender === undefined) continue
    arena.bytes.set(fromHex(sender), (item + ITEM_SENDER) * 4)
    arena.store(item + ITEM_IS_KNOWN, 1)
  }
}

function senderOf(raw: Bytes): Address | undefined {
  try {
    return decodeTransaction(raw).sender
  } catch {
    // Whoever wants the transaction finds out why.
    return undefined
  }
}
