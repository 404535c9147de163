import { describe, expect, test } from 'vitest'
import type { AccountAccess, BlockAccessList, BlockExecutor } from '../../../src/parallel/index.ts'
import { createSequentialExecutor } from '../../../src/parallel/index.ts'
import type { Address, Transaction } from '../../../src/primitives/index.ts'
import { fromHex, rulesOf, ZERO_HASH } from '../../../src/primitives/index.ts'
import { createEngine, ENGINE_NAMES } from '../../harness/engines.ts'
import { createVirtualExecutor } from '../../harness/parallel/executors.ts'
import { addr, hash, testBlock, transaction, world } from '../../harness/world.ts'

/** Calls {@link INNER} with an exact gas limit, and goes on whatever comes of it. */
const OUTER = addr(0x5500)
const INNER = addr(0x5501)
const TARGET = addr(0x7777)

/** What each executor is called, and the executor: the engines in order, and two workers on the interpreter. */
const executors: readonly (readonly [string, () => BlockExecutor])[] = [
  ...ENGINE_NAMES.map((name) => {
    const create = (): BlockExecutor => {
      const { machinesOf, journal } = createEngine(name)
      return createSequentialExecutor({ machinesOf, createJournal: () => journal })
    }
    return [name, create] as const
  }),
  ['two workers', () => createVirtualExecutor(2, () => 0)],
]

function accessed(execute: BlockExecutor['execute'], inner: string, sent: Partial<Transaction>): BlockAccessList {
  const calling = (gas: bigint) => fromHex(`0x5f5f5f5f5f61550161${gas.toString(16).padStart(4, '0')}f15000`)
  const view = world({
    [addr(1)]: { balanceWei: 10n ** 18n },
    [OUTER]: { code: calling(sent.gasLimit ?? 0n), nonce: 1n },
    [INNER]: { code: fromHex(`0x${inner}`), nonce: 1n, balanceWei: 1n },
  })
  const input = {
    rules: rulesOf('osaka'),
    context: testBlock,
    parentHash: hash(0xaa),
    parentBeaconBlockRoot: ZERO_HASH,
    transactions: [transaction({ to: OUTER, ...sent, gasLimit: 200_000n })],
    blockHash: () => undefined,
  }
  return execute(input, view).accessList
}

function entryOf(list: BlockAccessList, address: Address): AccountAccess | undefined {
  return list.find((account) => account.address === address)
}

/** Instructions, and the least gas of their frame with which they access {@link TARGET}: not all of them go on from there. */
const ACCESSES = [
  ['STATICCALL', '5f5f5f5f6177775afa00', 13n + 2_600n],
  ['CALL with value, to nobody', '5f5f5f5f60016177775af100', 16n + 2_600n + 9_000n],
  ['DELEGATECALL that grows memory', '5f5f60205f6177775af400', 14n + 2_600n + 3n],
  ['EXTCODECOPY of no bytes', '5f5f5f6177773c00', 9n + 2_600n],
  ['BALANCE', '6177773100', 3n + 2_600n],
  ['SELFDESTRUCT of value, to nobody', '617777ff', 3n + 5_000n + 2_600n],
] as const

describe.each(executors)(
  'state is accessed once what is known without it was paid for, by %s (EIP-7928)',
  (_, create) => {
    const { execute } = create()

    test.each(ACCESSES)('%s', (_name, code, leastGas) => {
      expect(entryOf(accessed(execute, code, { gasLimit: leastGas - 1n }), TARGET)).toBeUndefined()
      expect(entryOf(accessed(execute, code, { gasLimit: leastGas }), TARGET)).toMatchObject({ balanceChanges: [] })
    })

    test('SSTORE, by a frame with more than the stipend', () => {
      const slots = (gasLimit: bigint) => entryOf(accessed(execute, '600160075500', { gasLimit }), INNER)?.storageReads
      expect(slots(6n + 2_300n)).toEqual([])
      expect(slots(6n + 2_301n)).toEqual([7n])
    })

    test('slots of a contract that begins and ends in one transaction, or writes what was there', () => {
      const dying = accessed(execute, '', { to: undefined, data: fromHex('0x600754506001600855617777ff') })
      const created = dying.find(({ storageReads }) => storageReads.length > 0)
      expect(created).toMatchObject({
        storageReads: [7n, 8n],
        storageChanges: [],
        balanceChanges: [],
        nonceChanges: [],
        codeChanges: [],
      })
      const back = accessed(execute, '', { to: undefined, data: fromHex('0x60016008555f60085500') })
      expect(back.find(({ storageReads }) => storageReads.length > 0)).toMatchObject({ storageReads: [8n] })
    })
  },
)
