import type { BlockInput } from '../../../src/parallel/index.ts'
import { createSequentialExecutor } from '../../../src/parallel/index.ts'
import type { Address, SignedTransaction, Transaction } from '../../../src/primitives/index.ts'
import { EMPTY_BYTES, EMPTY_CODE_HASH, ZERO_HASH } from '../../../src/primitives/index.ts'
import { createOverlay, type StateView, viewOf } from '../../../src/state/index.ts'
import type { Engine } from '../../harness/engines.ts'
import { addr } from '../../harness/world.ts'
import { fixtureBlockHash } from '../roots.ts'
import { type NamedExecutor, teamsDifferences } from '../verdict.ts'
import type { StateCase } from './fixture.ts'

const BEFORE = 3
const AFTER = 4
const PADDING_GAS = 60_000n
/** Nobody of any fixture. */
const payer = (number: number): Address => addr(0xbadbad00 + number)

/**
 * Puts a case's transaction into a block between others that pay and call whom it pays and calls, and executes that block in
 * order, by the workers, and by workers that know its access list. Returns what differs.
 */
export function differencesInBlock(
  { machinesOf, journal }: Engine,
  teams: readonly NamedExecutor[],
  stateCase: StateCase,
  transaction: SignedTransaction,
): readonly string[] {
  const input = paddedBlock(stateCase, transaction)
  const view = padded(stateCase)
  const expected = createSequentialExecutor({ machinesOf, createJournal: () => journal }).execute(input, view)
  const rejected = expected.outcomes.filter(({ kind }, index) => index !== BEFORE && kind !== 'executed')
  if (rejected.length > 0) return ['the padding is not valid in its block']
  return teamsDifferences(teams, expected, input, view)
}

function padded({ pre }: StateCase): StateView {
  const overlay = createOverlay(viewOf(pre))
  for (let number = 0; number < BEFORE + AFTER; number += 1) {
    const address = payer(number)
    const account = overlay.account(address) ?? { nonce: 0n, balanceWei: 0n, codeHash: EMPTY_CODE_HASH }
    overlay.apply([
      {
        address,
        account: { ...account, balanceWei: 10n ** 24n },
        code: undefined,
        storageReset: false,
        storage: [],
      },
    ])
  }
  return overlay
}

/** There is room for the padding besides what the case had. */
function paddedBlock({ rules, block }: StateCase, transaction: SignedTransaction): BlockInput {
  const targets = [transaction.to ?? transaction.sender, block.coinbase, transaction.sender]
  const padding = Array.from({ length: BEFORE + AFTER }, (_, number): Transaction => {
    const price = block.baseFeeWei + 1n
    return {
      type: 0,
      chainId: undefined,
      sender: payer(number),
      nonce: 0n,
      gasLimit: PADDING_GAS,
      to: targets[number % targets.length] ?? block.coinbase,
      valueWei: BigInt(number % 2),
      data: EMPTY_BYTES,
      maxFeePerGasWei: price,
      maxPriorityFeePerGasWei: price,
      accessList: [],
      maxFeePerBlobGasWei: 0n,
      blobVersionedHashes: [],
      authorizations: [],
    }
  })
  return {
    rules,
    context: { ...block, gasLimit: block.gasLimit + PADDING_GAS * BigInt(BEFORE + AFTER) },
    parentHash: ZERO_HASH,
    parentBeaconBlockRoot: ZERO_HASH,
    transactions: [...padding.slice(0, BEFORE), transaction, ...padding.slice(BEFORE)],
    blockHash: fixtureBlockHash,
  }
}
