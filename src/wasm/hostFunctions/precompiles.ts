import type { Address } from '../../primitives/index.ts'
import { toAddress } from '../../primitives/index.ts'
import type { Frame } from '../frame.ts'
import { gasScheduleOf } from '../gasSchedule.ts'
import { HOST_CALL, ink, readPrice, totalInk, writePrice } from '../ink.ts'
import { childGas } from './calls.ts'
import type { HostFunction } from './hostFunction.ts'
import { hostFunction } from './hostFunction.ts'

/** What a precompile answers that refuses its input or lacks gas: no length of an output. */
const FAILED = -1

/**
 * The precompiles without the price of a call: `name(input, length, gas: i64, output, capacity) -> i32`. Takes at most
 * `gas` of the frame's gas, as a call would (63/64 of what is left if that is less), writes the first `capacity` bytes of
 * the output and answers the output's length; or burns that gas and answers -1. Return data stays what it was.
 *
 * They are reached through `Host.call`, which owns the fork's precompiles, with a delegate call: it moves no value and
 * touches no account. So no table of them has to be handed to this room.
 */
export const precompileFunctions: readonly HostFunction[] = [
  precompile('ecrecover', 0x01),
  precompile('sha256', 0x02),
  precompile('ripemd160', 0x03),
  precompile('modexp', 0x05),
  precompile('bn254_add', 0x06),
  precompile('bn254_mul', 0x07),
  precompile('bn254_pairing', 0x08),
  precompile('blake2f', 0x09),
  precompile('kzg_point_evaluation', 0x0a),
  precompile('bls12_g1_add', 0x0b),
  precompile('bls12_g1_msm', 0x0c),
  precompile('bls12_g2_add', 0x0d),
  precompile('bls12_g2_msm', 0x0e),
  precompile('bls12_pairing', 0x0f),
  precompile('bls12_map_fp_to_g1', 0x10),
  precompile('bls12_map_fp2_to_g2', 0x11),
  precompile('p256_verify', 0x100),
]

function precompile(name: string, number: number): HostFunction {
  const address = toAddress(`0x${number.toString(16).padStart(40, '0')}`)
  return hostFunction({
    module: 'evmpp',
    name,
    params: ['i32', 'i32', 'i64', 'i32', 'i32'],
    result: 'i32',
    price: ({ host }, _input, length) => {
      const { precompileBaseInk } = gasScheduleOf(host.rules.wasmRules)
      return totalInk(HOST_CALL, ink(precompileBaseInk), readPrice(length))
    },
    run: (frame, input, length, gasLimit, output, capacity) => {
      const answer = ask(frame, address, frame.memory.read(input, length), gasLimit)
      if (answer === undefined) return FAILED
      const count = Math.min(answer.length, capacity)
      frame.meter.charge(writePrice(count))
      frame.memory.write(output, answer.subarray(0, count))
      return answer.length
    },
  })
}

function ask(frame: Frame, codeAddress: Address, input: Uint8Array, asked: bigint): Uint8Array | undefined {
  const { meter, execution } = frame
  const gasLimit = childGas(meter.gasLeft, asked)
  meter.lend(gasLimit)
  const { caller, recipient, valueWei, depth, isStatic } = execution
  const result = frame.enter({
    kind: 'delegatecall',
    caller,
    recipient,
    codeAddress,
    valueWei,
    input,
    gasLimit,
    depth,
    isStatic,
  })
  if (result.status !== 'success') return undefined
  meter.credit(result.gasLeft)
  return result.output
}
