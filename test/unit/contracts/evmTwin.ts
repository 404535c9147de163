import { createEVM } from '@ethereumjs/evm'
import { createAddressFromString } from '@ethereumjs/util'
import type { Hex } from 'viem'
import { bytesToHex, hexToBytes, pad } from 'viem'
import type { Artifact } from '../../../src/cli/compile/index.ts'
import { assert } from '../../../src/primitives/index.ts'
import type { MockStorage, Outcome } from './mockHost.ts'
import { SENDER } from './mockHost.ts'

/** A Solidity contract on the reference EVM, to compare with: frames and the whole storage. */
export type Twin = {
  run(data: Hex, valueWei?: bigint): Promise<Pick<Outcome, 'status' | 'output'>>
  storage(): MockStorage
}

/** Deploys a contract without constructor arguments. */
export async function deployTwin(artifact: Artifact): Promise<Twin> {
  const evm = await createEVM()
  const caller = createAddressFromString(SENDER)
  const options = { caller, origin: caller, gasLimit: 10_000_000n }
  const { createdAddress: to } = await evm.runCall({ ...options, data: hexToBytes(artifact.bytecode) })
  assert(to !== undefined, 'the twin is created')
  const { storageStack } = evm.stateManager as unknown as { storageStack: Map<string, Uint8Array>[] }
  return {
    async run(data, value = 0n) {
      const { execResult } = await evm.runCall({ ...options, to, value, skipBalance: true, data: hexToBytes(data) })
      const status = execResult.exceptionError === undefined ? 'success' : 'revert'
      return { status, output: bytesToHex(execResult.returnValue) }
    },
    storage() {
      const entries = [...(storageStack.at(-1) ?? [])].flatMap(([key, value]): [Hex, Hex][] =>
        value.every((byte) => byte === 0) ? [] : [[`0x${key.split('_0x')[1]}`, pad(bytesToHex(value), { size: 32 })]],
      )
      return new Map(entries)
    },
  }
}
