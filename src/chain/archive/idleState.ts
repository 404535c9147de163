import type { AccountAccess } from '../../parallel/index.ts'
import type { Hash } from '../../primitives/index.ts'
import {
  type AccountDiff,
  createMptTrie,
  createOverlay,
  nodeReader,
  type StateDiff,
  type StateOverlay,
  type StateTrie,
  type StateView,
  type StoreReader,
  trieAfter,
  trieView,
} from '../../state/index.ts'
import { corrupt, present, readAccessList } from '../records/records.ts'
import type { SegmentStart } from '../records/segments.ts'

/** The state after block `number` of an idle segment: that before the segment, with what its blocks changed since. */
export function idleState(reader: StoreReader, start: SegmentStart, number: bigint): StateOverlay {
  const state = createOverlay(trieView(reader, start.stateRoot))
  for (let at = start.firstBlock; at <= number; at += 1n) {
    const list = present(readAccessList(reader, at), `the access list of block ${at}`)
    state.apply(list.flatMap((account) => changeOf(state, account, at)))
  }
  return state
}

/** A trie that has the nodes of that state, besides those that are stored. `root` is what its header says. */
export async function idleTrie(
  reader: StoreReader,
  start: SegmentStart,
  number: bigint,
  root: Hash,
): Promise<StateTrie> {
  const stored = nodeReader(reader)
  const diff: StateDiff = idleState(reader, start, number).diff()
  const update = await createMptTrie(stored).apply(start.stateRoot, diff)
  if (update.root !== root) throw corrupt(`the access lists up to block ${number} do not lead to its state`)
  return trieAfter(stored, update)
}

/** What a list says of an account, as a diff against `state`. An idle block changes storage only. */
function changeOf(state: StateView, access: AccountAccess, number: bigint): readonly AccountDiff[] {
  const { address, storageChanges, balanceChanges, nonceChanges, codeChanges } = access
  if (storageChanges.length === 0) return []
  const account = state.account(address)
  if (account === undefined || balanceChanges.length + nonceChanges.length + codeChanges.length > 0) {
    throw corrupt(`the access list of block ${number} is not that of an idle block`)
  }
  const storage = storageChanges.map(({ slot, changes }) => [slot, changes.at(-1)?.value ?? 0n] as const)
  return [{ address, account, code: undefined, storageReset: false, storage }]
}
