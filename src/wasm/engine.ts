import type { Bytes } from '../primitives/index.ts'
import type { Execution, Host, Result, VmEngine } from '../vm/index.ts'
import { MAX_WASM_CODE_BYTES } from '../vm/index.ts'
import { moduleLength } from './decode.ts'
import { gas } from './ink.ts'
import type { Preparation } from './prepare.ts'
import { createPreparer } from './prepare.ts'
import { validationBytesGas, validationContentGas } from './prices.ts'
import { runFrame } from './runFrame.ts'
import type { TransactionScratch } from './transactionScratch.ts'
import { createScratchPad } from './transactionScratch.ts'
import { CONSTRUCTOR, ENTRY_POINT } from './validate.ts'

/** What one engine keeps: a cache, and scratch for the transactions that are running. */
type Workshop = {
  readonly prepare: (bytes: Bytes) => Preparation
  readonly scratchOf: (host: Host) => TransactionScratch
}

/** Builds the engine for WebAssembly contracts. One per thread; cheap until the first module is compiled. */
export function createWasmEngine(): VmEngine {
  const workshop: Workshop = { prepare: createPreparer(), scratchOf: createScratchPad() }
  return {
    kind: 'wasm',
    validate: (code) => {
      const preparation = workshop.prepare(code)
      return preparation.kind === 'invalid' ? preparation.fault : undefined
    },
    execute: (execution, code, host) =>
      execution.kind === 'create' || execution.kind === 'create2'
        ? deploy(workshop, execution, code, host)
        : run(workshop, execution, code, host),
  }
}

/** Stored code was valid when it was stored; code that a test or a genesis put there may not be. */
function run(workshop: Workshop, execution: Execution, code: Bytes, host: Host): Result {
  const prepared = workshop.prepare(code)
  if (prepared.kind === 'invalid') return invalidCode(prepared)
  const gasLimit = gas(execution.gasLimit)
  const request = { prepared, entry: ENTRY_POINT, args: execution.input, execution, gasLimit }
  return runFrame(request, host, workshop.scratchOf(host))
}

/**
 * Creates a contract in one step: pays for validation, validates, runs the constructor if there is one on the bytes after
 * the module, and gives the module back as the code to store.
 */
function deploy(workshop: Workshop, execution: Execution, initCode: Bytes, host: Host): Result {
  const code = initCode.slice(0, moduleLength(initCode))
  const paidBytes = execution.gasLimit - validationBytesGas(Math.min(code.length, MAX_WASM_CODE_BYTES))
  if (paidBytes < 0n) return { status: 'halt', reason: 'out-of-gas' }
  const prepared = workshop.prepare(code)
  if (prepared.kind === 'invalid') return invalidCode(prepared)
  const gasLeft = paidBytes - validationContentGas(prepared.size)
  if (gasLeft < 0n) return { status: 'halt', reason: 'out-of-gas' }

  if (!prepared.hasConstructor) return { status: 'success', output: code, gasLeft }
  const args = initCode.slice(code.length)
  const request = { prepared, entry: CONSTRUCTOR, args, execution, gasLimit: gas(gasLeft) }
  const result = runFrame(request, host, workshop.scratchOf(host))
  return result.status === 'success' ? { ...result, output: code } : result
}

function invalidCode({ fault }: Preparation & { kind: 'invalid' }): Result {
  return { status: 'halt', reason: 'invalid-code', fault: `${fault.reason} at byte ${fault.offset}` }
}
