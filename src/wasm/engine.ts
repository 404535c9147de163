import type { Bytes, Rules } from '../primitives/index.ts'
import type { Execution, Host, Result, Validation, VmEngine } from '../vm/index.ts'
import { MAX_WASM_CODE_BYTES } from '../vm/index.ts'
import { customBytes, moduleLength } from './decode.ts'
import { gasScheduleOf } from './gasSchedule.ts'
import { customBytesHint, SIZE_HINT } from './hints.ts'
import type { InstancePool } from './instancePool.ts'
import { createInstancePool } from './instancePool.ts'
import type { InvalidModule, ModuleExchange, PreparedModule, Preparer, PreparerPlatform } from './prepare.ts'
import { createPreparer, NO_EXCHANGE } from './prepare.ts'
import {
  startAllowance,
  startGas,
  unpackedBytesGas,
  validationAllowance,
  validationBytesGas,
  validationContentGas,
} from './prices.ts'
import { runFrame } from './runFrame.ts'
import type { TransactionScratch } from './transactionScratch.ts'
import { newScratch, perTransaction } from './transactionScratch.ts'
import { isCompressed } from './unpack.ts'
import { CONSTRUCTOR, ENTRY_POINT } from './validate.ts'

/** What one engine keeps: a cache, instances that wait, and scratch for the transactions that are running. */
type Workshop = {
  readonly preparer: Preparer
  readonly instances: InstancePool
  readonly scratchOf: (host: Host) => TransactionScratch
  /** Modules whose preparation the transaction paid for, by their code's key: none is prepared twice in it. */
  readonly modulesOf: (host: Host) => Map<string, PreparedModule>
}

/** What of the platform the engine uses. */
export type WasmPlatform = PreparerPlatform & { readonly exchange?: ModuleExchange }

/**
 * Builds the engine for WebAssembly contracts. One per thread; cheap until the first module is compiled. Brotli, and whatever
 * joins threads, are handed in.
 */
export function createWasmEngine({ exchange = NO_EXCHANGE, ...platform }: WasmPlatform): VmEngine {
  const workshop: Workshop = {
    preparer: createPreparer(platform, exchange),
    instances: createInstancePool(),
    scratchOf: perTransaction(newScratch),
    modulesOf: perTransaction(() => new Map()),
  }
  return {
    kind: 'wasm',
    validate: (code, gasLimit, rules): Validation => {
      const admitted = admit(workshop, code, gasLimit, rules)
      return admitted.status === 'halt' ? admitted : { status: 'valid', gasLeft: admitted.gasLeft }
    },
    execute: (execution, code, host) =>
      execution.kind === 'create' || execution.kind === 'create2'
        ? deploy(workshop, execution, code, host)
        : run(workshop, execution, code, host),
  }
}

/** Stored code was valid when it was stored; code that a test or a genesis put there may not be. */
function run(
  { preparer, instances, scratchOf, modulesOf }: Workshop,
  execution: Execution,
  code: Bytes,
  host: Host,
): Result {
  const { gasLimit, input: args } = execution
  const { wasmRules } = host.rules
  const prices = gasScheduleOf(wasmRules).modules
  // Nothing is looked at, not even the code's hash, for less than any frame costs.
  if (gasLimit < BigInt(prices.startBase)) return OUT_OF_GAS
  const modules = modulesOf(host)
  const key = preparer.keyOf(code, wasmRules)
  const held = modules.get(key)
  const prepared = held ?? preparer.prepare(code, wasmRules, startAllowance(prices, gasLimit))
  if (prepared.kind === 'unpaid') return OUT_OF_GAS
  if (prepared.kind === 'invalid') return invalidCode(prepared)
  const startPrice = startGas(prices, prepared.size, held === undefined)
  if (gasLimit < BigInt(startPrice)) return OUT_OF_GAS
  modules.set(key, prepared)
  const request = { prepared, startPrice, entry: ENTRY_POINT, args, execution, gasLimit }
  return runFrame(request, host, scratchOf(host), instances)
}

/**
 * Creates a contract in one step: pays for validation, validates, runs the constructor if there is one on the bytes after
 * the module, and gives the module back as the code to store. Compressed init code is stored as it is; its arguments, from
 * version 2 of the rules on, stand in the stream after the module.
 */
function deploy(workshop: Workshop, execution: Execution, initCode: Bytes, host: Host): Result {
  const code = initCode.slice(0, moduleLength(initCode, host.rules.wasmRules))
  const admitted = admit(workshop, code, execution.gasLimit, host.rules)
  if (admitted.status === 'halt') return admitted
  const { prepared, gasLeft } = admitted

  const { preparer, instances, scratchOf, modulesOf } = workshop
  const { wasmRules } = host.rules
  modulesOf(host).set(preparer.keyOf(code, wasmRules), prepared)
  if (!prepared.hasConstructor) return { status: 'success', output: code, gasLeft }
  const args = isCompressed(code) ? preparer.argumentsOf(code, wasmRules) : initCode.slice(code.length)
  const startPrice = startGas(gasScheduleOf(wasmRules).modules, prepared.size, false)
  const request = { prepared, startPrice, entry: CONSTRUCTOR, args, execution, gasLimit: gasLeft }
  const result = runFrame(request, host, scratchOf(host), instances)
  return result.status === 'success' ? { ...result, output: code } : result
}

type Halt = Result & { readonly status: 'halt' }
type Admitted = { readonly status: 'valid'; readonly prepared: PreparedModule; readonly gasLeft: bigint }

const OUT_OF_GAS: Halt = { status: 'halt', reason: 'out-of-gas' }

/** Finds out whether code may be stored. Each step is paid before it is done: decompressing, validating, counting. */
function admit({ preparer }: Workshop, code: Bytes, gasLimit: bigint, { wasmRules }: Rules): Admitted | Halt {
  const prices = gasScheduleOf(wasmRules).modules
  const paidBytes = gasLimit - BigInt(validationBytesGas(prices, Math.min(code.length, MAX_WASM_CODE_BYTES)))
  if (paidBytes < 0n) return unpaidDeployment(code, code.length)
  const module = preparer.moduleBytes(code)
  if (module.kind === 'invalid') return invalidCode(module)
  const paidModule = paidBytes - BigInt(isCompressed(code) ? unpackedBytesGas(prices, module.bytes) : 0)
  if (paidModule < 0n) return unpaidDeployment(code, module.bytes)
  const prepared = preparer.prepare(code, wasmRules, validationAllowance(prices, paidModule))
  if (prepared.kind === 'unpaid') return unpaidDeployment(code, module.bytes)
  if (prepared.kind === 'invalid') return invalidCode(prepared)
  const gasLeft = paidModule - BigInt(validationContentGas(prices, prepared.size))
  return gasLeft < 0n ? unpaidDeployment(code, module.bytes) : { status: 'valid', prepared, gasLeft }
}

/** The limit that fits is most often the gas: 16,777,216 a transaction deploy about 64 KB as they are. */
function unpaidDeployment(code: Bytes, moduleBytes: number): Halt {
  const how = isCompressed(code) ? `${moduleBytes} bytes, ${code.length} compressed` : `${moduleBytes} bytes`
  const custom = isCompressed(code) ? '' : customBytesHint(customBytes(code))
  const stored = isCompressed(code) ? '' : `, or ${SIZE_HINT}`
  const fault = `out of gas: a module of ${how} costs 30 gas a byte to validate and 200 a stored byte${custom}; give more gas${stored}`
  return { ...OUT_OF_GAS, fault }
}

function invalidCode({ fault }: InvalidModule): Halt {
  return { status: 'halt', reason: 'invalid-code', fault: `${fault.reason} at byte ${fault.offset}` }
}
