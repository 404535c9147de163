import { createExecution } from '../../../../src/node/machines.ts'
import { createSequentialExecutor } from '../../../../src/parallel/index.ts'
import type { Address, Bytes } from '../../../../src/primitives/index.ts'
import { concatBytes, fromHex, rulesOf, wordToBytes, ZERO_HASH } from '../../../../src/primitives/index.ts'
import { createOverlay } from '../../../../src/state/index.ts'
import type { VmKind } from '../../../../src/vm/index.ts'
import { compileExamples } from '../../contracts.ts'
import { addr, hash, testBlock, transaction, world } from '../../world.ts'

/** Contracts of which a workload uses the code; each in both languages, with one storage layout. */
export const CONTRACT_NAMES = ['Counter', 'Token', 'Caller', 'Pool'] as const
export type ContractName = (typeof CONTRACT_NAMES)[number]

/** Code as it stands in an account, after its constructor. */
export type WorkloadCodes = Readonly<Record<ContractName, Readonly<Record<VmKind, Bytes>>>>

const GAS_LIMIT = 16_000_000n
const EMPTY_TEXT = [wordToBytes(0x60n), wordToBytes(0x80n), wordToBytes(0n), wordToBytes(0n), wordToBytes(0n)]
/** What each constructor is given; a workload sets the storage itself. */
const ARGUMENTS: Readonly<Record<ContractName, Bytes>> = {
  Counter: new Uint8Array(0),
  Token: concatBytes(...EMPTY_TEXT),
  Caller: new Uint8Array(0),
  Pool: concatBytes(wordToBytes(0n), wordToBytes(0n)),
}

/** Compiles the examples of a checkout (this one) and runs their constructors. */
export async function buildWorkloadCodes(root?: string): Promise<WorkloadCodes> {
  const { sol, asm } = await compileExamples(root)
  const codes = CONTRACT_NAMES.map((name) => {
    const [evm, wasm] = [sol, asm].map((examples) => deployed(fromHex(examples[name].bytecode), ARGUMENTS[name]))
    return [name, { evm, wasm }]
  })
  return Object.fromEntries(codes) as WorkloadCodes
}

function deployed(initCode: Bytes, argument: Bytes): Bytes {
  const view = world({ [addr(1)]: { balanceWei: 10n ** 20n } })
  const { outcomes, diff } = createSequentialExecutor(createExecution('interpreter')).execute(
    {
      rules: rulesOf('cancun'),
      context: { ...testBlock, gasLimit: GAS_LIMIT },
      parentHash: hash(1),
      parentBeaconBlockRoot: ZERO_HASH,
      transactions: [transaction({ to: undefined, data: concatBytes(initCode, argument), gasLimit: GAS_LIMIT })],
      blockHash: () => undefined,
    },
    view,
  )
  const [outcome] = outcomes
  if (outcome?.kind !== 'executed' || outcome.status !== 'success') throw new Error('a constructor failed')
  const overlay = createOverlay(view)
  overlay.apply(diff)
  const account = overlay.account(outcome.contractAddress as Address)
  if (account === undefined) throw new Error('a constructor left no contract')
  return overlay.code(account.codeHash)
}
