import type { Bytes } from '../../../src/primitives/index.ts'
import { concatBytes, toHex } from '../../../src/primitives/index.ts'
import type { FrameDriver } from '../../../src/router/frames.ts'
import { createFrameDriver, protocolContext } from '../../../src/router/frames.ts'
import type { StateView } from '../../../src/state/index.ts'
import type { VmKind } from '../../../src/vm/index.ts'
import type { Random } from '../../fuzz/random.ts'
import type { Engine } from '../engines.ts'
import { addr, environment, world } from '../world.ts'
import { buildTreeContracts, CONTRACTS, DESTROYER, DESTROYER_CODE, OPS, OTHERS, target } from './treeContracts.ts'

/** Enough for every burnt 63/64 that a tree may have. */
const GAS = 2n ** 60n
const MAX_DEPTH = 4
const MAX_ACTIONS = 40
/** Frames that burn all their gas, each of which leaves 1/64 to its caller. */
const MAX_BURNS = 4
const SENDER = addr(1)

/** One tree of calls: who is called first with which script, and on which VM each contract is. */
export type CallTree = {
  readonly root: number
  readonly valueWei: bigint
  readonly script: Bytes
  readonly kinds: readonly VmKind[]
  /** True when WebAssembly contracts write through their cache: then several writes can be one, and refunds differ. */
  readonly isLazy: boolean
}

/** What is left of a script's budget as it is written. */
type Budget = { actions: number; burns: number }

/** Any tree of calls. */
export function randomTree(random: Random): CallTree {
  const budget = { actions: MAX_ACTIONS, burns: MAX_BURNS }
  const isLazy = random.oneIn(3)
  return {
    root: random.below(CONTRACTS),
    valueWei: BigInt(random.below(3)),
    script: randomScript(random, { depth: 0, isStatic: false, isLazy }, budget),
    kinds: Array.from({ length: CONTRACTS }, () => (random.oneIn(2) ? 'evm' : 'wasm')),
    isLazy,
  }
}

type Place = { readonly depth: number; readonly isStatic: boolean; readonly isLazy: boolean }
type Action = keyof typeof OPS

const actions: readonly (readonly [weight: number, action: Action])[] = [
  [6, 'write'],
  [6, 'read'],
  [2, 'writeTransient'],
  [2, 'readTransient'],
  [2, 'log'],
  [9, 'call'],
  [2, 'context'],
  [1, 'return'],
  [1, 'revert'],
  [1, 'trap'],
  [1, 'destroy'],
  [2, 'create'],
  [1, 'balance'],
]
const ENDINGS: ReadonlySet<Action> = new Set(['return', 'revert', 'trap', 'destroy'])
/** What a static frame may do without failing: nothing is seen of a read that cannot be logged. */
const HARMLESS: ReadonlySet<Action> = new Set(['return', 'revert', 'trap', 'call'])

function randomScript(random: Random, place: Place, budget: Budget): Bytes {
  const parts: Bytes[] = []
  for (let left = random.between(place.depth === 0 ? 3 : 1, 8); left > 0 && budget.actions > 0; left -= 1) {
    const action = random.weighted(actions)
    // In a static frame the first forbidden act, a log included, burns an EVM frame's gas and ends it.
    const isForbidden = place.isStatic && !HARMLESS.has(action)
    if (isForbidden && budget.burns === 0) continue
    if (isForbidden) budget.burns -= 1
    budget.actions -= 1
    parts.push(randomAction(random, action, place, budget))
    // A call logs how it ended, so in a static frame it is the last act too.
    if (isForbidden || ENDINGS.has(action)) break
    if (place.isStatic && action === 'call') {
      if (budget.burns === 0) parts.pop()
      else budget.burns -= 1
      break
    }
  }
  return concatBytes(...parts)
}

function randomAction(random: Random, action: Action, place: Place, budget: Budget): Bytes {
  const op = place.isLazy && action === 'write' ? OPS.writeLater : OPS[action]
  const slot = random.below(3)
  switch (action) {
    case 'write':
    case 'writeTransient':
      return Uint8Array.of(op, slot, random.oneIn(3) ? 0 : random.below(4))
    case 'read':
    case 'readTransient':
      return Uint8Array.of(op, slot)
    case 'log':
      return Uint8Array.of(op, random.below(5), random.below(256))
    case 'call':
      return randomCall(random, place, budget)
    case 'return':
    case 'revert': {
      const data = random.bytes(random.below(70))
      return concatBytes(Uint8Array.of(op, data.length), data)
    }
    case 'destroy':
    case 'balance':
      return Uint8Array.of(op, randomAccount(random))
    case 'create':
      return randomCreate(random, place, budget)
    default:
      return Uint8Array.of(op)
  }
}

function randomAccount(random: Random): number {
  return random.oneIn(5) ? random.pick(OTHERS) : random.below(CONTRACTS)
}

function randomCall(random: Random, place: Place, budget: Budget): Bytes {
  const kind = random.weighted([
    [5, 0],
    [1, 1],
    [2, 2],
  ])
  const value = kind === 0 && !place.isStatic && random.oneIn(3) ? random.below(4) : 0
  const hasGas = !random.oneIn(12)
  const below = { ...place, depth: place.depth + 1, isStatic: place.isStatic || kind === 1 }
  const script = place.depth < MAX_DEPTH ? randomScript(random, below, budget) : new Uint8Array(0)
  const head = [OPS.call, kind, randomAccount(random), value, hasGas ? 1 : 0, script.length >> 8, script.length & 0xff]
  return concatBytes(Uint8Array.from(head), script)
}

function randomCreate(random: Random, place: Place, budget: Budget): Bytes {
  const below = { ...place, depth: place.depth + 1 }
  const script = place.depth < MAX_DEPTH ? randomScript(random, below, budget) : new Uint8Array(0)
  const kind = random.below(2)
  // The same salt twice is a collision, which burns the creation's gas.
  const salt = budget.burns > 0 && random.oneIn(3) ? 0 : random.below(256)
  if (kind === 1) budget.burns = Math.max(0, budget.burns - (salt === 0 ? 1 : 0))
  const of = random.below(CONTRACTS)
  const head = [OPS.create, kind, salt, random.below(3), of, script.length >> 8, script.length & 0xff]
  return concatBytes(Uint8Array.from(head), script)
}

/** What a tree left, in a form to be compared; what depends on prices is not in it. */
export type Traces = {
  readonly ending: string
  readonly accounts: readonly string[]
  readonly logs: readonly string[]
  readonly refundGas: bigint
}

/** Runs trees on `engine`. */
export async function createTreeRunner(engine: Engine): Promise<(tree: CallTree) => Traces> {
  const codes = await buildTreeContracts()
  const views = new Map<string, StateView>()
  const viewOf = (kinds: readonly VmKind[]): StateView => {
    const key = kinds.join()
    const view = views.get(key) ?? initialState(kinds.map((kind) => codes[kind]))
    views.set(key, view)
    return view
  }
  const { journal } = engine
  const place = { ...environment({ machines: engine.machinesOf('osaka') }), journal }
  return ({ kinds, root, valueWei, script }) => {
    journal.begin(viewOf(kinds))
    const driver = createFrameDriver(place, protocolContext(SENDER))
    return tracesOf(driver, root, valueWei, script)
  }
}

function initialState(contracts: readonly Bytes[]): StateView {
  const holdings = contracts.map((code, index) => {
    const storage = [[0n, BigInt(index)] as const, [1n, 1n] as const].filter(([, value]) => value !== 0n)
    return [target(index), { balanceWei: 10n, nonce: 1n, code, storage }] as const
  })
  return world({
    ...Object.fromEntries(holdings),
    [SENDER]: { balanceWei: 100n },
    [target(6)]: { balanceWei: 5n },
    [DESTROYER]: { nonce: 1n, code: DESTROYER_CODE },
  })
}

function tracesOf(driver: FrameDriver, root: number, valueWei: bigint, input: Bytes): Traces {
  const recipient = target(root)
  const frame = { caller: SENDER, valueWei, gasLimit: GAS, depth: 0, isStatic: false, input }
  const result = driver.call({ ...frame, kind: 'call', recipient, codeAddress: recipient })
  const { diff, logs, refundGas } = driver.journal.finish(driver.rules)
  return {
    ending: result.status === 'halt' ? 'revert 0x' : `${result.status} ${toHex(result.output)}`,
    accounts: diff.map(({ address, account, storage }) => {
      const slots = storage.map(([slot, value]) => `${slot}=${value}`).join(' ')
      return `${address} ${account === undefined ? 'gone' : `${account.nonce} ${account.balanceWei}`} ${slots}`
    }),
    logs: logs.map(({ address, topics, data }) => `${address} ${topics.join()} ${toHex(data)}`),
    refundGas,
  }
}

/** Where two runs differ, or undefined. Refunds count unless writes were lazy. */
export function difference(tree: CallTree, mixed: Traces, pure: Traces): string | undefined {
  const parts = ['ending', 'accounts', 'logs', ...(tree.isLazy ? [] : (['refundGas'] as const))] as const
  const different = parts.filter((part) => String(mixed[part]) !== String(pure[part]))
  if (different.length === 0) return undefined
  const lines = different.map((part) => `${part}:\n  mixed ${mixed[part]}\n  evm   ${pure[part]}`)
  const { root, valueWei, kinds, script } = tree
  return [`root ${root} value ${valueWei} kinds ${kinds.join(' ')} script ${toHex(script)}`, ...lines].join('\n')
}

/** The same tree over EVM contracts only. */
export function allEvm(tree: CallTree): CallTree {
  return { ...tree, kinds: tree.kinds.map(() => 'evm') }
}
