import type { Core } from '../../core/index.ts'
import type { Hardfork } from '../../primitives/index.ts'
import { translate } from '../compiler/index.ts'
import type { StoredCode } from '../interpreter/placedCode.ts'
import { readGasUntilDue, type Tier, writeGasUntilDue } from '../interpreter/tier.ts'
import { type CompiledCode, instantiate, unlink } from './compiledCode.ts'
import { createFunctionSlots } from './functionSlots.ts'

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
  /** Gas that it may still use before it is due. While the code is placed, its record says. */
  gasUntilDue: bigint
  compiled: CompiledCode | undefined
  /** It is too large: not to be tried again. */
  isRefused: boolean
  /** The code, while it is placed in the core. */
  placed: StoredCode | undefined
}

/** Interprets code until it has used enough gas, then compiles it. One per core. */
export function createTier(core: Core, policy: TierPolicy): Tier {
  const slots = createFunctionSlots(core)
  const entries = new Map<string, Entry>()
  /** Entries whose code is compiled, oldest first. */
  const compiled = new Set<Entry>()
  let cachedBytes = 0
  let hardfork: Hardfork = 'frontier'

  const fullPrice = (length: number): bigint => BigInt(policy.fixedGas + policy.gasPerByte * length)

  const entryOf = ({ hash, length }: StoredCode): Entry => {
    const key = `${hash} ${hardfork}`
    const known = entries.get(key)
    if (known !== undefined) return known
    const entry: Entry = { gasUntilDue: fullPrice(length), compiled: undefined, isRefused: false, placed: undefined }
    if (entries.size >= MAX_ENTRIES) entries.clear()
    entries.set(key, entry)
    return entry
  }

  /** Tells the core's driver how to run a code. */
  const link = (code: StoredCode): void => {
    const entry = entryOf(code)
    entry.placed = code
    unlink(core, code)
    entry.compiled?.link(code)
    writeGasUntilDue(core, code, entry.isRefused ? undefined : entry.gasUntilDue)
  }

  const compile = (code: StoredCode): void => {
    const entry = entryOf(code)
    entry.gasUntilDue = 0n
    if (entry.compiled !== undefined || entry.isRefused) return
    const bytes = core.memory.readBytes(code.pointer, code.length)
    const translation = translate(bytes, hardfork)
    entry.isRefused = translation === undefined
    if (translation === undefined) return
    entry.compiled = instantiate(core, slots, translation, bytes)
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
    if (entry.placed === undefined) return
    // Frames of it go on interpreted, and it has to earn its compilation again.
    unlink(core, entry.placed)
    writeGasUntilDue(core, entry.placed, fullPrice(entry.placed.length))
  }

  const remove = (code: StoredCode): void => {
    const entry = entryOf(code)
    entry.gasUntilDue = readGasUntilDue(core, code)
    entry.placed = undefined
  }

  return {
    begin(next, placed) {
      if (next === hardfork) return
      const codes = [...placed]
      for (const code of codes) remove(code)
      hardfork = next
      for (const code of codes) link(code)
    },
    place: link,
    remove,
    compile(code) {
      compile(code)
      link(code)
    },
  }
}
