import type { Bytes, Hash, WasmRulesVersion } from '../primitives/index.ts'
import { assert, EMPTY_BYTES, keccakHash, messageOf } from '../primitives/index.ts'
import { MAX_WASM_CODE_BYTES } from '../vm/index.ts'
import { InvalidModuleError } from './binary/reader.ts'
import { WeightedCache } from './cache.ts'
import type { CodeMap } from './codeMap.ts'
import { customBytes, decodeModule, moduleLength } from './decode.ts'
import { gasScheduleOf } from './gasSchedule.ts'
import { customBytesHint } from './hints.ts'
import type { HostFunctionName } from './hostFunctions/index.ts'
import type { Instrumented } from './instrument.ts'
import { instrument } from './instrument.ts'
import { maximumPages } from './meterFunctions.ts'
import { AllowanceSpent } from './metering.ts'
import type { Module as DecodedModule } from './module.ts'
import type { Allowance, ModuleSize } from './prices.ts'
import type { Decompress } from './unpack.ts'
import { isCompressed, unpack } from './unpack.ts'
import type { CompiledModule } from './v8.ts'
import { CompileError, Module, validate } from './v8.ts'
import { CONSTRUCTOR, checkModule } from './validate.ts'

/** Why a code can never run: a sentence for people and the byte where it went wrong. */
export type CodeFault = { readonly reason: string; readonly offset: number }

/** A module that is ready to be instantiated. */
export type PreparedModule = {
  readonly kind: 'prepared'
  /** Whose rules it keeps. */
  readonly rules: WasmRulesVersion
  readonly compiled: CompiledModule
  readonly codeMap: CodeMap
  /** Host functions that it imports. */
  readonly imports: readonly HostFunctionName[]
  readonly hasConstructor: boolean
  readonly maximumPages: number
  readonly size: ModuleSize
}

/** Why a code is no module. */
export type InvalidModule = { readonly kind: 'invalid'; readonly fault: CodeFault }
/** A module, or why it is none. */
export type Preparation = PreparedModule | InvalidModule

/** The module takes more than the gas at hand pays for: it was left before that was done. */
export type Unpaid = { readonly kind: 'unpaid' }
const UNPAID: Unpaid = { kind: 'unpaid' }

/**
 * Validates, instruments and compiles a module. Never throws for what the bytes hold. O(metered bytes), about 0.05 us
 * each on one core (see docs/decisions/003-wasm-rules.md).
 */
export function prepareModule(bytes: Bytes, rules: WasmRulesVersion): Preparation {
  const preparation = prepareWithin(bytes, rules, UNLIMITED, undefined)
  assert(preparation.kind !== 'unpaid', 'an unlimited allowance is not spent')
  return preparation
}

/** Everything may be prepared. */
export const UNLIMITED: Allowance = { bytes: Number.POSITIVE_INFINITY, meteredBytes: Number.POSITIVE_INFINITY }

/** {@link prepareModule}, left off once `allowance` is spent. */
function prepareWithin(
  bytes: Bytes,
  rules: WasmRulesVersion,
  allowance: Allowance,
  compileBaseline: PreparerPlatform['compileBaseline'],
): Preparation | Unpaid {
  if (bytes.length > allowance.bytes) return UNPAID
  return orInvalid(() => {
    if (bytes.length > MAX_WASM_CODE_BYTES) {
      const size = `${bytes.length} bytes, more than ${MAX_WASM_CODE_BYTES}`
      throw new InvalidModuleError(`${size}${customBytesHint(customBytes(bytes))}`, MAX_WASM_CODE_BYTES)
    }
    const module = decodeModule(bytes, rules)
    checkModule(module)
    const instrumented = instrument(module, gasScheduleOf(rules), allowance.meteredBytes)
    checkTypes(bytes)
    return {
      kind: 'prepared',
      rules,
      compiled: compile(instrumented, compileBaseline),
      codeMap: instrumented.codeMap,
      imports: module.imports.map(({ module, name }) => ({ module, name })),
      hasConstructor: module.exports.some(({ name }) => name === CONSTRUCTOR),
      maximumPages: maximumPages(module),
      size: sizeOf(module, instrumented),
    }
  })
}

function orInvalid<value>(make: () => value): value | InvalidModule | Unpaid {
  try {
    return make()
  } catch (thrown) {
    if (thrown instanceof AllowanceSpent) return UNPAID
    return invalidOf(thrown)
  }
}

function invalidOf(thrown: unknown): InvalidModule {
  if (!(thrown instanceof InvalidModuleError)) throw thrown
  return { kind: 'invalid', fault: { reason: thrown.reason, offset: thrown.offset } }
}

/**
 * Leaves types to V8, whose answer for the features that are left by now is the specification's. Only the wording of the
 * fault is V8's own.
 */
function checkTypes(bytes: Bytes): void {
  const source = Uint8Array.from(bytes)
  if (validate(source)) return
  try {
    new Module(source)
  } catch (thrown) {
    const message = messageOf(thrown)
    const [, reason = message, offset = '0'] = /^[^:]*: (.*?) @\+(\d+)/.exec(message) ?? []
    throw new InvalidModuleError(reason, Number(offset))
  }
}

/**
 * Compiles what instrumentation made. The checks before leave V8 no reason to refuse it; if it does,
 * the module is invalid, here as on every other machine with this V8. A machine without memory is
 * another matter: its `RangeError` goes up.
 */
function compile(
  { bytes, isHeavy }: Instrumented,
  compileBaseline: PreparerPlatform['compileBaseline'],
): CompiledModule {
  try {
    // Version 1 has no bound on what the optimiser takes: 3 GB and 50 s were seen.
    if (isHeavy && compileBaseline !== undefined) return compileBaseline(bytes)
    return new Module(bytes)
  } catch (thrown) {
    if (!(thrown instanceof CompileError)) throw thrown
    throw new InvalidModuleError(`V8 refuses the instrumented module: ${thrown.message}`, 0)
  }
}

function sizeOf({ bytes, functions, data, memory, table }: DecodedModule, instrumented: Instrumented): ModuleSize {
  return {
    bytes: bytes.length,
    functions: functions.length,
    dataBytes: data?.bytes ?? 0,
    tableEntries: table?.entries ?? 0,
    initialPages: memory?.initialPages ?? 0,
    meteredBytes: instrumented.meteredBytes,
    instrumentedBytes: instrumented.bytes.length,
  }
}

/** Memory that prepared modules may take: V8's code is a few times as long as the instrumented bytes. */
const CACHE_BYTES = 64 * 1024 * 1024
/** What an entry weighs beyond its bytes. */
const ENTRY_BYTES = 4_096

/**
 * Modules that other threads prepared: what one compiled, all can use, and the code that V8 optimised meanwhile with it. An
 * exchange may lose modules; it must not hold back one for long, for it keeps it in memory.
 */
export type ModuleExchange = {
  /** Gives a module to all others. Plain data but for what V8 compiled. */
  offer(key: string, prepared: PreparedModule): void
  /** One that was offered and not taken by this thread yet. */
  take(): { readonly key: string; readonly prepared: PreparedModule } | undefined
}

/** For a thread that is alone. */
export const NO_EXCHANGE: ModuleExchange = { offer: () => undefined, take: () => undefined }

/** Lookups after which a thread empties the exchange, although it finds all that it looks for. */
const LOOKUPS_PER_TAKE = 1_024

/**
 * What the preparer uses of the platform. `compileBaseline` compiles so that V8's optimiser never
 * sees the module; absent, it may see all.
 */
export type PreparerPlatform = {
  readonly decompress: Decompress
  readonly compileBaseline?: ((instrumented: Bytes) => CompiledModule) | undefined
}

/** What turns stored code into modules. */
export type Preparer = {
  /** How long the module in this code is, decompressed if need be. At most 1 ms. */
  moduleBytes(code: Bytes): { readonly kind: 'module'; readonly bytes: number } | InvalidModule
  /** What stands after the module in compressed code: a constructor's arguments. Empty in version 1. */
  argumentsOf(code: Bytes, rules: WasmRulesVersion): Bytes
  /** The name of this code under these rules. */
  keyOf(code: Bytes, rules: WasmRulesVersion): string
  /** What a cache has is given whatever the allowance. */
  prepare(code: Bytes, rules: WasmRulesVersion, allowance: Allowance): Preparation | Unpaid
}

/**
 * {@link prepareModule} for code as it is stored, that remembers, and shares with other threads. Keyed by the code's hash; the hash itself is remembered by the identity of the
 * bytes, because hashing 128 KiB takes 0.7 ms.
 */
export function createPreparer(platform: PreparerPlatform, exchange: ModuleExchange): Preparer {
  const { decompress } = platform
  const hashes = new WeakMap<Bytes, Hash>()
  const prepared = new WeightedCache<string, Preparation>(CACHE_BYTES)
  let lookups = 0
  const keep = (key: string, made: Preparation): void =>
    prepared.set(key, made, ENTRY_BYTES + (made.kind === 'prepared' ? weightOf(made) : 0))
  const keyOf = (code: Bytes, rules: WasmRulesVersion): string => {
    const hash = hashes.get(code) ?? keccakHash(code)
    hashes.set(code, hash)
    return `${hash}:${rules}`
  }
  const takeAll = (): void => {
    for (let offered = exchange.take(); offered !== undefined; offered = exchange.take()) {
      keep(offered.key, offered.prepared)
    }
  }
  return {
    moduleBytes: (code) => {
      const module = unpackOrInvalid(code, decompress)
      return 'kind' in module ? module : { kind: 'module', bytes: module.length }
    },
    argumentsOf: (code, rules) => {
      const unpacked = unpackOrInvalid(code, decompress)
      if ('kind' in unpacked || rules === 1) return EMPTY_BYTES
      return unpacked.slice(moduleLength(unpacked, rules))
    },
    keyOf,
    prepare: (code, rules, allowance) => {
      const key = keyOf(code, rules)
      lookups += 1
      if (lookups % LOOKUPS_PER_TAKE === 0) takeAll()
      const known = prepared.get(key)
      if (known !== undefined) return known
      takeAll()
      const taken = prepared.get(key)
      if (taken !== undefined) return taken
      const fresh = prepareStored(code, rules, platform, allowance)
      if (fresh.kind === 'unpaid') return fresh
      keep(key, fresh)
      if (fresh.kind === 'prepared') exchange.offer(key, fresh)
      return fresh
    },
  }
}

function weightOf({ size, codeMap }: PreparedModule): number {
  return size.instrumentedBytes + codeMap.written.byteLength + codeMap.original.byteLength
}

function unpackOrInvalid(code: Bytes, decompress: Decompress): Bytes | InvalidModule {
  try {
    return unpack(code, decompress)
  } catch (thrown) {
    return invalidOf(thrown)
  }
}

/** Where a fault is: in the module, which for compressed code is not what is stored. */
function prepareStored(
  code: Bytes,
  rules: WasmRulesVersion,
  platform: PreparerPlatform,
  allowance: Allowance,
): Preparation | Unpaid {
  // To decompress takes at most 1 ms, which is what the least that a frame pays is for.
  if (code.length > allowance.bytes || allowance.bytes <= 0 || allowance.meteredBytes <= 0) return UNPAID
  const { decompress, compileBaseline } = platform
  if (!isCompressed(code)) return prepareWithin(code, rules, allowance, compileBaseline)
  const module = unpackOrInvalid(code, decompress)
  if ('kind' in module) return module
  const length = rules === 1 ? module.length : moduleLength(module, rules)
  const preparation = prepareWithin(module.subarray(0, length), rules, allowance, compileBaseline)
  if (preparation.kind !== 'invalid') return preparation
  const { reason, offset } = preparation.fault
  return { kind: 'invalid', fault: { reason: `in the decompressed module: ${reason}`, offset } }
}
