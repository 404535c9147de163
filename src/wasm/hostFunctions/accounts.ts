import type { Address } from '../../primitives/index.ts'
import { fromHex } from '../../primitives/index.ts'
import { accessGas } from '../accessPrice.ts'
import type { Frame } from '../frame.ts'
import { CHAIN_QUERY, gas, HOST_CALL, POINTER, totalInk, writePrice } from '../ink.ts'
import { overlap } from './data.ts'
import type { HostFunction } from './hostFunction.ts'
import { hostFunction } from './hostFunction.ts'

/** Reading an account's code, which may be long, besides its access. Source: Stylus, for 24 KiB of code. */
const CODE_GAS = 700

/** Reads an address and pays for the access to its account (EIP-2929). */
function visit({ memory, meter, host }: Frame, pointer: number, extraGas = 0): Address {
  const address = memory.readAddress(pointer)
  meter.chargeGas(gas(accessGas(host.journal, address) + extraGas))
  return address
}

/** What other accounts are: balance and code. */
export const accountFunctions: readonly HostFunction[] = [
  hostFunction({
    name: 'account_balance',
    params: ['i32', 'i32'],
    result: 'none',
    price: totalInk(HOST_CALL, POINTER, POINTER, CHAIN_QUERY),
    run: (frame, pointer, output) => {
      frame.memory.writeWord(output, frame.host.journal.balance(visit(frame, pointer)))
    },
  }),
  hostFunction({
    name: 'account_codehash',
    params: ['i32', 'i32'],
    result: 'none',
    price: totalInk(HOST_CALL, POINTER, POINTER, CHAIN_QUERY),
    run: (frame, pointer, output) => {
      frame.memory.write(output, fromHex(frame.host.journal.codeHash(visit(frame, pointer))))
    },
  }),
  hostFunction({
    name: 'account_code_size',
    params: ['i32'],
    result: 'i32',
    price: totalInk(HOST_CALL, CHAIN_QUERY),
    run: (frame, pointer) => frame.host.journal.code(visit(frame, pointer, CODE_GAS)).length,
  }),
  hostFunction({
    name: 'account_code',
    params: ['i32', 'i32', 'i32', 'i32'],
    result: 'i32',
    price: totalInk(HOST_CALL, CHAIN_QUERY),
    run: (frame, pointer, offset, size, output) => {
      const code = frame.host.journal.code(visit(frame, pointer, CODE_GAS))
      frame.meter.charge(writePrice(code.length))
      const count = overlap(code.length, offset, size)
      frame.memory.write(output, code.subarray(offset, offset + count))
      return count
    },
  }),
]
