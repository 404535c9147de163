import type { Address } from '../../primitives/index.ts'
import { EMPTY_BYTES } from '../../primitives/index.ts'
import type { CallMessage, Result } from '../../vm/index.ts'
import { accessGas, delegationGas } from '../accessPrice.ts'
import type { Frame } from '../frame.ts'
import { trap } from '../frameEnd.ts'
import type { Gas, Ink } from '../ink.ts'
import { CHAIN_QUERY, gas, HOST_CALL, POINTER, readPrice, totalInk } from '../ink.ts'
import type { HostFunction } from './hostFunction.ts'
import { hostFunction } from './hostFunction.ts'

const VALUE_GAS = 9_000
const NEW_ACCOUNT_GAS = 25_000
const STIPEND_GAS = 2_300n

const STATUS_SUCCESS = 0
const STATUS_FAILURE = 2

/** A call as the contract asks for it; pointers into its memory. */
type CallRequest = {
  readonly kind: 'call' | 'delegatecall' | 'staticcall'
  readonly target: number
  readonly data: number
  readonly dataLength: number
  readonly valueWei: bigint
  /** At most so much; 63/64 of what is left if that is less. */
  readonly gasLimit: bigint
  readonly lengthOutput: number
}

/** The price of every call before its gas part. */
const callPrice = (length: number): Ink =>
  totalInk(HOST_CALL, POINTER, POINTER, POINTER, CHAIN_QUERY, readPrice(length), readPrice(length))

/** Calls of other contracts, whichever VM they run on. Answer 0 for success, 2 for every failure. */
export const callFunctions: readonly HostFunction[] = [
  hostFunction({
    name: 'call_contract',
    params: ['i32', 'i32', 'i32', 'i32', 'i64', 'i32'],
    result: 'i32',
    price: (_frame, _target, _data, length) => callPrice(length),
    run: (frame, target, data, dataLength, value, gasLimit, lengthOutput) => {
      const valueWei = frame.memory.readWord(value)
      return call(frame, { kind: 'call', target, data, dataLength, valueWei, gasLimit, lengthOutput })
    },
  }),
  withoutValue('delegate_call_contract', 'delegatecall'),
  withoutValue('static_call_contract', 'staticcall'),
]

function withoutValue(name: string, kind: 'delegatecall' | 'staticcall'): HostFunction {
  return hostFunction({
    name,
    params: ['i32', 'i32', 'i32', 'i64', 'i32'],
    result: 'i32',
    price: (_frame, _target, _data, length) => callPrice(length),
    run: (frame, target, data, dataLength, gasLimit, lengthOutput) =>
      call(frame, { kind, target, data, dataLength, valueWei: 0n, gasLimit, lengthOutput }),
  })
}

function call(frame: Frame, request: CallRequest): number {
  const { memory, meter, execution } = frame
  if (request.valueWei !== 0n && execution.isStatic) trap('call with value in a static call')
  const target = memory.readAddress(request.target)
  const input = memory.read(request.data, request.dataLength)

  settleStorage(frame, request.kind)
  // In two parts: who cannot pay for the access has not accessed the target (EIP-7928).
  meter.chargeGas(gas(accessGas(frame.host.journal, target) + (request.valueWei === 0n ? 0 : VALUE_GAS)))
  meter.chargeGas(targetGas(frame, target, request.valueWei))
  const allowed = childGas(meter.gasLeft, request.gasLimit)
  meter.lend(allowed)
  const gasLimit = request.valueWei === 0n ? allowed : allowed + STIPEND_GAS

  const result = frame.enter({ ...callee(frame, request, target), input, gasLimit })
  const status = takeResult(frame, result)
  memory.writeLength(request.lengthOutput, frame.returnData.length)
  return status
}

/** Other frames must see what was written here; and unless they may write nothing, what was read here may change. */
function settleStorage({ storage }: Frame, kind: CallRequest['kind']): void {
  storage.flush()
  if (kind !== 'staticcall') storage.clear()
}

/** What a call costs for what its target is: a new account, a delegation. Reads the target. Source: EIP-161, 7702. */
function targetGas({ host }: Frame, target: Address, valueWei: bigint): Gas {
  const { journal, rules } = host
  const isNew = valueWei !== 0n && journal.isEmpty(target)
  return gas(delegationGas(journal, rules, target) + (isNew ? NEW_ACCOUNT_GAS : 0))
}

/** The gas that a child gets: what was asked for, and never more than 63/64 of what is left. Source: EIP-150. */
export function childGas(left: bigint, asked: bigint): bigint {
  const most = left - left / 64n
  return asked < most ? asked : most
}

function callee(
  { execution }: Frame,
  { kind, valueWei }: CallRequest,
  target: Address,
): Omit<CallMessage, 'input' | 'gasLimit'> {
  const { recipient, caller, depth, isStatic } = execution
  const below = { kind, codeAddress: target, depth: depth + 1 }
  if (kind === 'delegatecall') return { ...below, caller, recipient, valueWei: execution.valueWei, isStatic }
  return { ...below, caller: recipient, recipient: target, valueWei, isStatic: isStatic || kind === 'staticcall' }
}

/** Takes back the gas that was left and keeps the output as return data. */
export function takeResult(frame: Frame, result: Result): number {
  if (result.status !== 'halt') frame.meter.credit(result.gasLeft)
  frame.returnData = result.status === 'halt' ? EMPTY_BYTES : result.output
  return result.status === 'success' ? STATUS_SUCCESS : STATUS_FAILURE
}
