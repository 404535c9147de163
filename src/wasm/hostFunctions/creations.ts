import type { Bytes, Hash } from '../../primitives/index.ts'
import { concatBytes, hashFromBytes, ZERO_ADDRESS } from '../../primitives/index.ts'
import { codeKind, sizeLimits } from '../../vm/index.ts'
import { END_SECTION, isModule, moduleLength } from '../decode.ts'
import type { Frame } from '../frame.ts'
import { halt, trap } from '../frameEnd.ts'
import type { Gas, Ink } from '../ink.ts'
import { CHAIN_QUERY, gas, HOST_CALL, POINTER, readPrice, totalInk } from '../ink.ts'
import { childGas, takeResult } from './calls.ts'
import type { HostFunction } from './hostFunction.ts'
import { hostFunction, refuseStatic } from './hostFunction.ts'

const CREATE_GAS = 32_000
/** For each 32 bytes of init code. Source: EIP-3860. */
const INIT_WORD_GAS = 2
/** For each 32 bytes that CREATE2 hashes. Source: EIP-1014. */
const HASH_WORD_GAS = 6

/** A creation as the contract asks for it; pointers into its memory. */
type CreateRequest = {
  readonly initCode: Bytes
  readonly endowment: number
  readonly salt: number | undefined
  readonly addressOutput: number
  readonly lengthOutput: number
}

const createPrice = (length: number): Ink =>
  totalInk(HOST_CALL, POINTER, POINTER, POINTER, CHAIN_QUERY, readPrice(length), readPrice(length))

/** Creations of contracts of either VM. The address is 0 after a failure, whose output is the return data. */
export const creationFunctions: readonly HostFunction[] = [
  hostFunction({
    name: 'create1',
    params: ['i32', 'i32', 'i32', 'i32', 'i32'],
    result: 'none',
    price: (_frame, _code, length) => createPrice(length),
    run: (frame, code, length, endowment, addressOutput, lengthOutput) => {
      refuseStatic(frame, 'creation')
      const initCode = frame.memory.read(code, length)
      create(frame, { initCode, endowment, salt: undefined, addressOutput, lengthOutput })
    },
  }),
  hostFunction({
    name: 'create2',
    params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    result: 'none',
    price: (_frame, _code, length) => totalInk(createPrice(length), POINTER),
    run: (frame, code, length, endowment, salt, addressOutput, lengthOutput) => {
      refuseStatic(frame, 'creation')
      const initCode = frame.memory.read(code, length)
      create(frame, { initCode, endowment, salt, addressOutput, lengthOutput })
    },
  }),
]

/** Creations of WebAssembly contracts whose constructor's arguments stand apart from the module. */
export const wasmCreationFunctions: readonly HostFunction[] = [
  hostFunction({
    module: 'evmpp',
    name: 'create1_wasm',
    params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    result: 'none',
    price: (_frame, _code, length, _args, argsLength) => wasmCreatePrice(length, argsLength),
    run: (frame, code, length, args, argsLength, endowment, addressOutput, lengthOutput) => {
      const initCode = readWasmInitCode(frame, code, length, args, argsLength)
      create(frame, { initCode, endowment, salt: undefined, addressOutput, lengthOutput })
    },
  }),
  hostFunction({
    module: 'evmpp',
    name: 'create2_wasm',
    params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    result: 'none',
    price: (_frame, _code, length, _args, argsLength) => totalInk(wasmCreatePrice(length, argsLength), POINTER),
    run: (frame, code, length, args, argsLength, endowment, salt, addressOutput, lengthOutput) => {
      const initCode = readWasmInitCode(frame, code, length, args, argsLength)
      create(frame, { initCode, endowment, salt, addressOutput, lengthOutput })
    },
  }),
]

const wasmCreatePrice = (length: number, argsLength: number): Ink =>
  totalInk(createPrice(length), readPrice(argsLength), readPrice(argsLength))

/** The module, ended if it does not end itself, and the arguments. */
function readWasmInitCode(frame: Frame, code: number, length: number, args: number, argsLength: number): Bytes {
  refuseStatic(frame, 'creation')
  const ended = concatBytes(frame.memory.read(code, length), END_SECTION)
  if (!isModule(ended)) trap('creation from bytes that are not a WebAssembly module')
  return concatBytes(
    ended.subarray(0, moduleLength(ended, frame.host.rules.wasmRules)),
    frame.memory.read(args, argsLength),
  )
}

function create(frame: Frame, request: CreateRequest): void {
  const { memory, meter, execution, storage } = frame
  const { initCode } = request
  const valueWei = memory.readWord(request.endowment)
  const salt = request.salt === undefined ? undefined : hashFromBytes(memory.read(request.salt, 32))
  checkLength(frame, initCode)

  storage.flush()
  storage.clear()
  meter.chargeGas(initGas(initCode, salt))
  const gasLimit = childGas(meter.gasLeft, meter.gasLeft)
  meter.lend(gasLimit)

  const kind = salt === undefined ? 'create' : 'create2'
  const { recipient: caller, depth } = execution
  const result = frame.enter({ kind, caller, valueWei, gasLimit, depth: depth + 1, isStatic: false, initCode, salt })
  takeResult(frame, result)
  memory.writeAddress(request.addressOutput, (result.status === 'success' ? result.created : undefined) ?? ZERO_ADDRESS)
  memory.writeLength(request.lengthOutput, frame.returnData.length)
}

/** Source: EIP-3860, which burns the creator's gas. */
function checkLength({ host }: Frame, initCode: Bytes): void {
  const { initCodeBytes } = sizeLimits(codeKind(initCode), host.rules)
  if (initCodeBytes !== undefined && initCode.length > initCodeBytes) halt('init-code-too-large')
}

function initGas(initCode: Bytes, salt: Hash | undefined): Gas {
  const perWord = INIT_WORD_GAS + (salt === undefined ? 0 : HASH_WORD_GAS)
  return gas(CREATE_GAS + perWord * Math.ceil(initCode.length / 32))
}
