import type { Address, Word } from '../primitives/index.ts'
import {
  BEACON_ROOTS,
  BLOCK_HASHES,
  CONSOLIDATION_REQUESTS,
  keccakHash,
  type SystemContract,
  WITHDRAWAL_REQUESTS,
} from '../primitives/index.ts'
import type { AccountDiff, StateView } from '../state/index.ts'
import type { AccountAccess } from './accessList/types.ts'
import type { BlockInput, BlockResult } from './executor.ts'

/** Entries of the ring buffers of both history contracts. Source: EIP-4788, EIP-2935. */
const RING_ENTRIES = 8_191n

/** Slots of a request contract besides its queue: excess, count, head and tail. Source: EIP-7002, EIP-7251. */
const REQUEST_SLOTS: readonly Word[] = [0n, 1n, 2n, 3n]

/** What an idle block does to one system contract. */
type Effect = { readonly access: AccountAccess; readonly diff: AccountDiff | undefined }

/**
 * The result of a block without transactions whose system contracts are those of the EIPs and whose request contracts
 * have nothing to do: what each call stores is known, so no code runs. Equal to what every {@link BlockExecutor} gives.
 * Undefined for any other block, which must be executed. Source: EIPs 2935, 4788, 7002, 7251.
 */
export function executeIdleBlock(input: BlockInput, view: StateView): BlockResult | undefined {
  if (input.transactions.length > 0) return undefined
  // By address, ascending.
  const effects: Effect[] = []
  for (const effect of effectsOf(input, view)) {
    if (effect === undefined) return undefined
    effects.push(effect)
  }
  return {
    outcomes: [],
    requests: [],
    fault: undefined,
    diff: effects.flatMap(({ diff }) => (diff === undefined ? [] : [diff])),
    accessList: effects.map(({ access }) => access),
    gasUsed: 0n,
    blobGasUsed: 0n,
  }
}

function* effectsOf(input: BlockInput, view: StateView): Iterable<Effect | undefined> {
  const { rules, context, parentHash, parentBeaconBlockRoot } = input
  if (rules.hasRequests) {
    yield unusedQueue(view, WITHDRAWAL_REQUESTS)
    yield unusedQueue(view, CONSOLIDATION_REQUESTS)
  }
  if (rules.storesBlockHashes) {
    yield stores(view, BLOCK_HASHES, [[(context.number - 1n) % RING_ENTRIES, BigInt(parentHash)]])
  }
  if (rules.hasBeaconRoot) {
    const entry = context.timestampSeconds % RING_ENTRIES
    yield stores(view, BEACON_ROOTS, [
      [entry, context.timestampSeconds],
      [entry + RING_ENTRIES, BigInt(parentBeaconBlockRoot)],
    ])
  }
}

/** A queue without requests and without an excess to lower: all of its slots are and stay 0. */
function unusedQueue(view: StateView, contract: SystemContract): Effect | undefined {
  const { address } = contract
  if (!isAsSpecified(view, contract)) return undefined
  if (REQUEST_SLOTS.some((slot) => view.storage(address, slot) !== 0n)) return undefined
  return { access: { ...untouched(address), storageReads: REQUEST_SLOTS }, diff: undefined }
}

/** `values` ascend by slot. */
function stores(
  view: StateView,
  contract: SystemContract,
  values: readonly (readonly [slot: Word, value: Word])[],
): Effect | undefined {
  const { address } = contract
  const account = view.account(address)
  if (account === undefined || !isAsSpecified(view, contract)) return undefined
  const storage = values.filter(([slot, value]) => view.storage(address, slot) !== value)
  const changed = new Set(storage.map(([slot]) => slot))
  const access = {
    ...untouched(address),
    storageChanges: storage.map(([slot, value]) => ({ slot, changes: [{ index: 0, value }] })),
    storageReads: values.flatMap(([slot]) => (changed.has(slot) ? [] : [slot])),
  }
  const diff = { address, account, code: undefined, storageReset: false, storage }
  return { access, diff: storage.length === 0 ? undefined : diff }
}

const codeHashes = new Map(
  [WITHDRAWAL_REQUESTS, CONSOLIDATION_REQUESTS, BLOCK_HASHES, BEACON_ROOTS].map(({ address, code }) => [
    address,
    keccakHash(code),
  ]),
)

function isAsSpecified(view: StateView, { address }: SystemContract): boolean {
  return view.account(address)?.codeHash === codeHashes.get(address)
}

function untouched(address: Address): AccountAccess {
  return {
    address,
    storageChanges: [],
    storageReads: [],
    balanceChanges: [],
    nonceChanges: [],
    codeChanges: [],
  }
}
