/** A frame's memory ends at one bound on every engine, which no gas limit of a network comes near. */
import { expect, test } from 'vitest'
import { fromHex, rulesOf } from '../../../src/primitives/index.ts'
import { executeTransaction } from '../../../src/router/index.ts'
import { MAX_EVM_MEMORY_BYTES } from '../../../src/vm/index.ts'
import { createEngine, ENGINE_NAMES } from '../../harness/engines.ts'
import { addr, testBlock, transaction, world } from '../../harness/world.ts'

const contract = addr(0x1002)

/** How a transaction with all gas that a frame can have ends on an engine. */
function run(name: (typeof ENGINE_NAMES)[number], code: string) {
  const { machinesOf, journal } = createEngine(name)
  const environment = {
    rules: rulesOf('prague'),
    block: { ...testBlock, baseFeeWei: 0n, gasLimit: 2n ** 63n - 1n },
    machines: machinesOf('prague'),
    journal,
    blockHash: () => undefined,
  }
  const view = world({ [contract]: { nonce: 1n, code: fromHex(code) } })
  const free = { maxFeePerGasWei: 0n, maxPriorityFeePerGasWei: 0n, gasLimit: 2n ** 62n }
  return executeTransaction(environment, view, transaction({ ...free, to: contract }), 'consensus')
}

test.each(ENGINE_NAMES)('%s: a byte beyond it is out of gas', (name) => {
  const beyond = (MAX_EVM_MEMORY_BYTES - 31).toString(16)
  const codes = {
    // MSTORE, MSTORE8 and RETURN, KECCAK256 and CALL of a range.
    mstore: `0x5f63${beyond}5200`,
    mstore8: `0x5f63${MAX_EVM_MEMORY_BYTES.toString(16)}5300`,
    return: `0x602063${beyond}f3`,
    keccak256: `0x602063${beyond}2000`,
    call: `0x5f5f602063${beyond}5f5f5af100`,
  }
  for (const [opcode, code] of Object.entries(codes)) {
    expect({ opcode, ...run(name, code) }).toMatchObject({ opcode, status: 'halt', haltReason: 'out-of-gas' })
  }
})
