import type { Core, Pointer } from '../../core/index.ts'
import { layout, outcome } from '../../core/index.ts'
import type { Hardfork } from '../../primitives/index.ts'
import { translate } from '../compiler/index.ts'
import type { StoredCode } from '../interpreter/codeCache.ts'
import type { Tier } from '../interpreter/tier.ts'
import { type CompiledCode, instantiate } from './compiledCode.ts'

/** When code is worth compiling, and how much of it is kept. Never changes a result. */
export type TierPolicy = {
  /** Gas that a code must have used before it is compiled: a fixed part and a part per byte. */
  readonly fixedGas: number
  readonly gasPerByte: number
  /** Bytes of WebAssembly that are kept; what was compiled first goes first. */
  readonly maxCachedBytes: number
}

/** By then whoever sent the code has paid for what it costs to compile it (notes on Monad's rule: 32 gas per byte). */
export const DEFAULT_POLICY: TierPolicy = { fixedGas: 10_000, gasPerByte: 32, maxCachedBytes: 64 * 2 ** 20 }

/** For tests: everything that can be compiled is, when it first runs. */
export const FIRST_USE_POLICY: TierPolicy = { ...DEFAULT_POLICY, fixedGas: 0, gasPerByte: 0 }

/** Codes that something is remembered of. */
const MAX_ENTRIES = 16_384

/** What is known of a code in a fork. */
type Entry = {
  gasUsed: number
  compiled: CompiledCode | undefined
  /** It is too large: not to be tried again. */
  isRefused: boolean
}

/** Interprets code until it has used enough gas, then compiles it. One per core. */
export function createTier(core: Core, policy: TierPolicy): Tier {
  const entries = new Map<string, Entry>()
  /** Entries whose code is compiled, oldest first. */
  const compiled = new Set<Entry>()
  let cachedBytes = 0
  let hardfork: Hardfork = 'frontier'
  // By object, too: a frame should not have to make a key.
  let byCode = new WeakMap<StoredCode, Entry>()

  const entryOf = (code: StoredCode): Entry => {
    const known = byCode.get(code)
    if (known !== undefined) return known
    const key = `${code.hash} ${hardfork}`
    const entry = entries.get(key) ?? { gasUsed: 0, compiled: undefined, isRefused: false }
    if (entries.size >= MAX_ENTRIES) entries.clear()
    entries.set(key, entry)
    byCode.set(code, entry)
    return entry
  }

  const compile = (entry: Entry, { pointer, length }: StoredCode): void => {
    const bytes = core.memory.readBytes(pointer, length)
    const translation = translate(bytes, hardfork)
    entry.isRefused = translation === undefined
    if (translation === undefined) return
    entry.compiled = instantiate(core, translation, bytes)
    compiled.add(entry)
    cachedBytes += entry.compiled.size
    for (const oldest of compiled) {
      if (cachedBytes <= policy.maxCachedBytes || oldest === entry) break
      forget(oldest)
    }
  }

  const forget = (entry: Entry): void => {
    compiled.delete(entry)
    cachedBytes -= entry.compiled?.size ?? 0
    entry.compiled?.release()
    entry.compiled = undefined
    entry.gasUsed = 0
  }

  return {
    begin(next) {
      if (next === hardfork) return
      hardfork = next
      byCode = new WeakMap()
    },
    run(frame, code) {
      const entry = entryOf(code)
      const { fixedGas, gasPerByte } = policy
      const isDue = !entry.isRefused && entry.gasUsed >= fixedGas + gasPerByte * code.length
      if (isDue && entry.compiled === undefined) compile(entry, code)
      if (entry.compiled !== undefined) return entry.compiled.run(frame)
      const before = gasOf(core, frame + layout.FRAME_GAS)
      const status = core.exports.run(frame)
      entry.gasUsed += before - gasKept(core, frame, status)
      return status
    },
  }
}

/** A u64 in memory, as near as a number comes. */
function gasOf({ memory }: Core, pointer: Pointer): number {
  return memory.view.getUint32(pointer, true) + 2 ** 32 * memory.view.getUint32(pointer + 4, true)
}

/** Of the gas that a frame had, what it has not used now: what is left, and what it gives to a call. */
function gasKept(core: Core, frame: Pointer, status: number): number {
  if (status === outcome.STATUS_HALT) return 0
  const left = gasOf(core, frame + layout.FRAME_GAS)
  const isCall = status === outcome.STATUS_CALL || status === outcome.STATUS_CREATE
  return isCall ? left + gasOf(core, frame + layout.FRAME_ACTION_GAS) : left
}
