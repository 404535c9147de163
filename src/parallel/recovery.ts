import type { SignedTransaction } from '../primitives/index.ts'
import {
  type Address,
  addressFromBytes,
  type Bytes,
  decodeTransaction,
  decodeTransactionOf,
  fromHex,
  senderIn,
} from '../primitives/index.ts'
import { Arena, MemoryFull, type Pointer } from './memory/arena.ts'
import { BATCH, BATCH_COUNT, BATCH_NEXT, TASK, TASK_RECOVER } from './memory/control.ts'
import type { Team } from './team/team.ts'

/** Fewer are decoded at once: waking a team costs as much as to recover one sender. */
const MIN_BATCH = 8

/** A transaction of a batch: where its bytes are and how many, what is known of its sender, and the sender's 20 bytes. */
const ITEM_WORDS = 8
const ITEM_BYTES = 0
const ITEM_LENGTH = 1
/** 0 is nothing yet. */
const ITEM_STATE = 2
const ITEM_SENDER = 3
const SENDER_FOUND = 1
/** There is none. */
const SENDER_MISSING = 2
const ADDRESS_BYTES = 20

/**
 * Decodes transactions as they stand in blocks. A team recovers their senders, which is four fifths of the work (70 us of 85), and the
 * caller decodes the rest meanwhile. Throws what `decodeTransaction` throws, for the first that it throws for.
 */
export function decodeBatch(team: Team, raws: readonly Bytes[]): readonly SignedTransaction[] {
  const memory = raws.length < MIN_BATCH ? undefined : team.memory()
  const decoded = memory === undefined ? [] : decodeOnTeam(team, new Arena(memory), raws)
  // What the team did not come to, or what is no transaction.
  for (const raw of raws.slice(decoded.length)) decoded.push(decodeTransaction(raw))
  return decoded
}

/** The transactions before the first whose sender the team did not find, or that is none. */
function decodeOnTeam(team: Team, arena: Arena, raws: readonly Bytes[]): SignedTransaction[] {
  const decoded: SignedTransaction[] = []
  try {
    const items = layOutBatch(arena, raws)
    const decodeNext = (): boolean => {
      const raw = raws[decoded.length]
      const item = items + decoded.length * ITEM_WORDS
      if (raw === undefined || arena.load(item + ITEM_STATE) !== SENDER_FOUND) return false
      decoded.push(decodeTransactionOf(senderAt(arena, item), raw))
      return true
    }
    let isBroken = false
    const help = (): boolean => {
      try {
        return !isBroken && decodeNext()
      } catch {
        // The team works on; whoever decodes it again finds out why.
        isBroken = true
        return false
      }
    }
    const failure = team.run(arena, () => undefined, help)
    if (failure === undefined) while (help());
  } catch (thrown) {
    if (!(thrown instanceof MemoryFull)) throw thrown
  }
  return decoded
}

function layOutBatch(arena: Arena, raws: readonly Bytes[]): Pointer {
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
  return items
}

function senderAt(arena: Arena, item: Pointer): Address {
  const start = (item + ITEM_SENDER) * 4
  return addressFromBytes(arena.bytes.slice(start, start + ADDRESS_BYTES))
}

/** A worker's part of a batch: one transaction after the other that nobody took yet. */
export function recoverSenders(arena: Arena, pause: () => void): void {
  const items = arena.load(BATCH)
  const count = arena.load(BATCH_COUNT)
  for (let index = arena.add(BATCH_NEXT, 1); index < count; index = arena.add(BATCH_NEXT, 1)) {
    const item = items + index * ITEM_WORDS
    const start = arena.get(item + ITEM_BYTES) * 4
    const sender = senderIn(arena.bytes.slice(start, start + arena.get(item + ITEM_LENGTH)))
    pause()
    if (sender !== undefined) arena.bytes.set(fromHex(sender), (item + ITEM_SENDER) * 4)
    arena.store(item + ITEM_STATE, sender === undefined ? SENDER_MISSING : SENDER_FOUND)
  }
}
