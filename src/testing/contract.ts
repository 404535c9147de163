import type { Abi, AbiFunction, Hex } from 'viem'
import { decodeFunctionResult, encodeFunctionData } from 'viem'
import type { CallOptions, TestContract, TestReceipt } from './types.ts'

/** How a contract reaches its chain: raw data in, a receipt with raw output out. */
export type Transact = (to: Hex, data: Hex, options: CallOptions, keeps: boolean) => TestReceipt<Hex>

type Call = (args?: readonly unknown[], options?: CallOptions) => Promise<TestReceipt>

/** The functions of `abi`, at `address`. */
export function createContract<const abi extends Abi>(address: Hex, abi: abi, transact: Transact): TestContract<abi> {
  const call =
    (functionName: string, keeps: boolean): Call =>
    async (args = [], options = {}) => {
      const wide: Abi = abi
      const data = encodeFunctionData({ abi: wide, functionName, args })
      const receipt = transact(address, data, options, keeps)
      return { ...receipt, result: decodeFunctionResult({ abi: wide, functionName, args, data: receipt.result }) }
    }
  const functions = abi.filter((item): item is AbiFunction => item.type === 'function')
  const isRead = ({ stateMutability }: AbiFunction): boolean => stateMutability === 'view' || stateMutability === 'pure'
  const each = <made>(which: readonly AbiFunction[], make: (name: string) => made): Record<string, made> =>
    Object.fromEntries(which.map(({ name }) => [name, make(name)]))
  const read = (name: string) => async (args?: readonly unknown[], options?: CallOptions) =>
    (await call(name, false)(args, options)).result
  return {
    address,
    abi,
    read: each(functions.filter(isRead), read),
    write: each(
      functions.filter((item) => !isRead(item)),
      (name) => call(name, true),
    ),
    simulate: each(functions, (name) => call(name, false)),
    // The names and types of these functions are those that viem derives from the ABI's type.
  } as unknown as TestContract<abi>
}
