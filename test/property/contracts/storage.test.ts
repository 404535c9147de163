import * as fc from 'fast-check'
import type { Abi } from 'viem'
import { encodeFunctionData } from 'viem'
import { beforeAll, expect, test } from 'vitest'
import type { Artifact } from '../../../src/cli/compile/index.ts'
import type { Address, Bytes, Hash } from '../../../src/primitives/index.ts'
import { assert, fromHex, toHash, toHex } from '../../../src/primitives/index.ts'
import type { Executed } from '../../../src/router/index.ts'
import { executeTransaction } from '../../../src/router/index.ts'
import type { StateDiff } from '../../../src/state/index.ts'
import { createOverlay, emptyView, stateRootOf } from '../../../src/state/index.ts'
import { createEngine } from '../../harness/engines.ts'
import { addr, environment, transaction, world } from '../../harness/world.ts'
import { compileText } from '../../unit/contracts/contract.ts'
import { zooAssembly, zooSolidity } from '../../unit/contracts/zoo.ts'
import type { Step } from './zooSteps.ts'
import { step } from './zooSteps.ts'

let twins: { readonly assembly: Artifact; readonly solidity: Artifact }
beforeAll(async () => {
  const [solidity, assembly] = await compileText({ 'Zoo.ts': zooAssembly, 'Zoo.sol': zooSolidity })
  assert(solidity !== undefined && assembly !== undefined, 'both compile')
  twins = { assembly, solidity }
}, 180_000)

const ANY_CODE: Hash = toHash(`0x${'c0de'.repeat(16)}`)
const { machinesOf, journal } = createEngine('reference')

/** A world in which gas costs nothing, so that what a contract did is all that differs from another. */
function createWorld() {
  const setting = {
    ...environment({ machines: machinesOf('osaka'), block: { baseFeeWei: 0n, gasLimit: 60_000_000n } }),
    journal,
  }
  const state = createOverlay(emptyView)
  state.apply(everything(world({ [addr(1)]: { balanceWei: 10n ** 18n } }), addr(1)))
  let nonce = 0n
  return {
    state,
    send(to: Address | undefined, data: Bytes): Executed {
      const gas = { gasLimit: 16_000_000n, maxFeePerGasWei: 0n, maxPriorityFeePerGasWei: 0n }
      const outcome = executeTransaction(setting, state, transaction({ to, data, nonce, ...gas }), 'consensus')
      assert(outcome.kind === 'executed', 'the transaction may be in a block')
      nonce += 1n
      state.apply(outcome.diff)
      return outcome
    },
  }
}

/** The account of a view as a diff against nothing. */
function everything(view: ReturnType<typeof world>, address: Address): StateDiff {
  return [{ address, account: view.account(address), code: undefined, storageReset: false, storage: [] }]
}

/** Deploys the artifact, makes the calls, and says what each answered and what the state is, whatever the code is. */
function outcomeOf(artifact: Artifact, steps: readonly Step[]) {
  const { send, state } = createWorld()
  const created = send(undefined, fromHex(artifact.bytecode))
  expect(created.status).toBe('success')
  const answers = steps.map(([functionName, args]) => {
    const data = fromHex(encodeFunctionData({ abi: twins.assembly.abi as Abi, functionName, args }))
    const { status, output } = send(created.contractAddress, data)
    return { functionName, status, output: toHex(output) }
  })
  const diff = state
    .diff()
    .map((each) =>
      each.address === created.contractAddress && each.account !== undefined
        ? { ...each, account: { ...each.account, codeHash: ANY_CODE } }
        : each,
    )
  const slots = diff.find(({ address }) => address === created.contractAddress)?.storage
  return { answers, slots, root: stateRootOf(diff) }
}

test('twins in two languages answer alike and leave the same slots and the same root, on the real machines', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
      expect(outcomeOf(twins.assembly, steps)).toEqual(outcomeOf(twins.solidity, steps))
    }),
    { numRuns: 150 },
  )
})
