import { Common, Mainnet } from '@ethereumjs/common'
import { createEVM } from '@ethereumjs/evm'
import { Account, createAddressFromString } from '@ethereumjs/util'
import { isAtLeast, toHex, wordToBytes } from '../../../src/primitives/index.ts'
import { intrinsicGas } from '../../../src/router/index.ts'
import { startClocks } from './clocks.ts'
import type { Program, Runner } from './program.ts'

/** The package @ethereumjs/evm as it is published: its own asynchronous `runCall` on its own state manager. */
export const ethereumjsRunner: Runner = {
  name: '@ethereumjs/evm',
  prepare: async (program) => ({
    async run() {
      const evm = await createMachine(program)
      const { sender, to, data, valueWei, gasLimit, maxFeePerGasWei } = program.transaction
      const intrinsic = intrinsicGas(program.rules, program.transaction).gas
      const elapsed = startClocks()
      const { execResult } = await evm.runCall({
        caller: createAddressFromString(sender),
        origin: createAddressFromString(sender),
        to: createAddressFromString(to),
        data,
        value: valueWei,
        gasLimit: gasLimit - intrinsic,
        gasPrice: maxFeePerGasWei,
      })
      const times = elapsed()
      const spent = execResult.executionGasUsed + intrinsic
      const cap = spent / program.rules.maxRefundQuotient
      const refund = execResult.gasRefund ?? 0n
      return {
        times,
        output: toHex(execResult.returnValue),
        gasUsed: spent - (refund < cap ? refund : cap),
      }
    },
    gasUsed: async () => undefined,
  }),
  close: () => undefined,
}

/** A machine with the program's state; it runs the program once, for what it writes stays. */
async function createMachine({ rules, pre, block, transaction }: Program) {
  const hardfork = rules.hardfork === 'frontier' ? 'chainstart' : rules.hardfork
  const evm = await createEVM({ common: new Common({ chain: Mainnet, hardfork }) })
  for (const { address, account, code, storage } of pre) {
    if (account === undefined) continue
    const at = createAddressFromString(address)
    await evm.stateManager.putAccount(at, new Account(account.nonce, account.balanceWei))
    if (code !== undefined) await evm.stateManager.putCode(at, code)
    for (const [slot, value] of storage) await evm.stateManager.putStorage(at, wordToBytes(slot), wordToBytes(value))
  }
  if (isAtLeast(rules.hardfork, 'berlin')) {
    // What a transaction warms before it begins.
    for (const warm of [transaction.sender, transaction.to, block.coinbase])
      evm.journal.addAlwaysWarmAddress(warm.slice(2))
  }
  return evm
}
