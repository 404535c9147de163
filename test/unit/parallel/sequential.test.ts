import { describe, expect, it } from 'vitest'
import { createSequentialExecutor, leaveOutRejected } from '../../../src/parallel/index.ts'
import type { Transaction } from '../../../src/primitives/index.ts'
import {
  concatBytes,
  EMPTY_BYTES,
  rulesOf,
  toAddress,
  toHash,
  wordToBytes,
  ZERO_HASH,
} from '../../../src/primitives/index.ts'
import { createJournal, createOverlay } from '../../../src/state/index.ts'
import type { Execution } from '../../../src/vm/index.ts'
import type { Behaviour } from '../../harness/world.ts'
import { addr, hash, label, refusing, scripted, testBlock, transaction, world } from '../../harness/world.ts'

const ETHER = 10n ** 18n
const BEACON_ROOTS = toAddress('0x000f3df6d732807ef1319fb7b8bb8522d0beac02')
const BLOCK_HASHES = toAddress('0x0000f90827f1c53a10cb7a02335b175320002935')
const CONSOLIDATIONS = toAddress('0x0000bbddc7ce488642fb579f8b00f3a590007251')
const WITHDRAWALS = toAddress('0x00000961ef480eb55e80d19ad83579a64c007002')

function execute(
  view: ReturnType<typeof world>,
  transactions: readonly Transaction[],
  behaviours: readonly Behaviour[] = [],
  gasLimit = 30_000_000n,
) {
  const executor = createSequentialExecutor({
    createJournal,
    machinesOf: () => ({ evm: scripted(behaviours), wasm: refusing, precompiles: new Map() }),
  })
  return executor.execute(
    {
      rules: rulesOf('osaka'),
      context: { ...testBlock, gasLimit },
      parentHash: hash(0xaa),
      parentBeaconBlockRoot: ZERO_HASH,
      transactions,
      blockHash: () => undefined,
    },
    view,
  )
}

describe('a block', () => {
  const view = world({ [addr(1)]: { balanceWei: ETHER } })

  it('runs each transaction on what the one before left', () => {
    const { outcomes, gasUsed, diff } = execute(view, [
      transaction({ valueWei: 1n }),
      transaction({ nonce: 1n, valueWei: 2n }),
    ])
    const overlay = createOverlay(view)
    overlay.apply(diff)
    expect(outcomes.map(({ kind }) => kind)).toEqual(['executed', 'executed'])
    expect(overlay.account(addr(2))?.balanceWei).toBe(3n)
    expect(gasUsed).toBe(42_000n)
  })

  it('leaves out what is not valid in it, and goes on', () => {
    const { outcomes, gasUsed } = execute(view, [transaction({ nonce: 5n }), transaction()])
    expect(outcomes.map(({ kind }) => kind)).toEqual(['rejected', 'executed'])
    expect(gasUsed).toBe(21_000n)
  })

  it('admits gas limits up to the room that is left', () => {
    const { outcomes } = execute(
      view,
      [transaction({ gasLimit: 21_000n }), transaction({ nonce: 1n, gasLimit: 21_000n })],
      [],
      41_999n,
    )
    expect(outcomes[1]).toMatchObject({ rejection: { code: 'GAS_ALLOWANCE_EXCEEDED' } })
  })

  it('lists what each part of it accessed and changed', () => {
    const coinbase = testBlock.coinbase
    const store: Behaviour = ({ recipient, gasLimit }, { journal }) => {
      journal.setStorage(recipient, 3n, journal.storage(recipient, 2n) + 1n)
      journal.setStorage(recipient, 4n, journal.storage(recipient, 4n))
      return { status: 'success', output: EMPTY_BYTES, gasLeft: gasLimit }
    }
    const revert: Behaviour = ({ recipient, gasLimit }, { journal }) => {
      journal.setStorage(recipient, 5n, 1n)
      journal.balance(addr(0x77))
      return { status: 'revert', output: EMPTY_BYTES, gasLeft: gasLimit }
    }
    const count: Behaviour = ({ recipient, gasLimit }, { journal }) => {
      journal.setStorage(recipient, 0n, journal.storage(recipient, 0n) + 1n)
      return { status: 'success', output: EMPTY_BYTES, gasLeft: gasLimit }
    }
    const storing = addr(0x55)
    const { accessList, outcomes } = execute(
      world({
        [addr(1)]: { balanceWei: ETHER },
        [storing]: { code: label(0), nonce: 1n, storage: [[2n, 8n]] },
        [addr(0x56)]: { code: label(1), nonce: 1n },
        [BEACON_ROOTS]: { code: label(2), nonce: 1n },
        [WITHDRAWALS]: { code: label(2), nonce: 1n },
      }),
      [
        transaction({ to: storing }),
        transaction({ nonce: 9n }),
        transaction({ nonce: 1n, to: addr(0x56), maxPriorityFeePerGasWei: 0n }),
        transaction({ nonce: 2n, valueWei: 5n, maxPriorityFeePerGasWei: 0n }),
      ],
      [store, revert, count],
    )
    const unchanged = { storageChanges: [], storageReads: [], balanceChanges: [], nonceChanges: [], codeChanges: [] }
    const counted = (index: number) => [{ slot: 0n, changes: [{ index, value: 1n }] }]
    const [fee1, fee] = [21_000n * 3n, 21_000n * 2n]
    const expected = [
      {
        ...unchanged,
        address: addr(1),
        balanceChanges: [
          { index: 1, value: ETHER - fee1 },
          { index: 3, value: ETHER - fee1 - fee },
          { index: 4, value: ETHER - fee1 - fee * 2n - 5n },
        ],
        nonceChanges: [1, 3, 4].map((index, at) => ({ index, value: BigInt(at + 1) })),
      },
      { ...unchanged, address: addr(2), balanceChanges: [{ index: 4, value: 5n }] },
      {
        ...unchanged,
        address: storing,
        storageChanges: [{ slot: 3n, changes: [{ index: 1, value: 9n }] }],
        storageReads: [2n, 4n],
      },
      { ...unchanged, address: addr(0x56), storageReads: [5n] },
      { ...unchanged, address: addr(0x77) },
      { ...unchanged, address: coinbase, balanceChanges: [{ index: 1, value: 21_000n }] },
      { ...unchanged, address: BLOCK_HASHES },
      { ...unchanged, address: WITHDRAWALS, storageChanges: counted(5) },
      { ...unchanged, address: CONSOLIDATIONS },
      { ...unchanged, address: BEACON_ROOTS, storageChanges: counted(0) },
    ]
    expect(accessList).toEqual(expected.sort((a, b) => (a.address < b.address ? -1 : 1)))
    // Without the one that was rejected, those behind it move up.
    const moved = leaveOutRejected(accessList, outcomes)
    const sender = moved.find(({ address }) => address === addr(1))
    expect(sender?.nonceChanges.map(({ index }) => index)).toEqual([1, 2, 3])
    expect(moved.find(({ address }) => address === WITHDRAWALS)?.storageChanges).toEqual(counted(4))
  })

  it('lets the protocol call its contracts before and after', () => {
    const calls: Execution[] = []
    const record: Behaviour = (execution) => {
      calls.push(execution)
      return {
        status: 'success',
        output: execution.recipient === WITHDRAWALS ? Uint8Array.of(9) : EMPTY_BYTES,
        gasLeft: 0n,
      }
    }
    const code = label(0)
    const holding = { code, nonce: 1n }
    const { requests } = execute(
      world({ [BEACON_ROOTS]: holding, [BLOCK_HASHES]: holding, [WITHDRAWALS]: holding }),
      [],
      [record],
    )
    expect(calls.map(({ recipient, input }) => [recipient, input.length])).toEqual([
      [BEACON_ROOTS, 32],
      [BLOCK_HASHES, 32],
      [WITHDRAWALS, 0],
    ])
    expect(requests).toEqual([Uint8Array.of(1, 9)])
  })

  it('can not be where a contract that makes requests is absent or fails', () => {
    const answer: Behaviour = ({ gasLimit }) => ({ status: 'success', output: EMPTY_BYTES, gasLeft: gasLimit })
    const halt: Behaviour = () => ({ status: 'halt', reason: 'invalid-opcode' })
    const faultOf = (withdrawals: number | undefined) =>
      execute(
        world({
          [CONSOLIDATIONS]: { code: label(0), nonce: 1n },
          ...(withdrawals === undefined ? {} : { [WITHDRAWALS]: { code: label(withdrawals), nonce: 1n } }),
        }),
        [],
        [answer, halt],
      ).fault?.code
    expect(faultOf(undefined)).toBe('SYSTEM_CONTRACT_EMPTY')
    expect(faultOf(1)).toBe('SYSTEM_CONTRACT_CALL_FAILED')
    expect(faultOf(0)).toBeUndefined()
  })
})

describe('deposits (EIP-6110)', () => {
  const DEPOSITS = toAddress('0x00000000219ab540356cbb839cbe05303d7705fa')
  const topics = [toHash('0x649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5')]
  const sizes = [48, 32, 8, 96, 8]

  /** The event's data; each field is filled with its number. */
  function depositData(): Uint8Array {
    const tails = sizes.map((size, index) => {
      const padded = new Uint8Array(Math.ceil(size / 32) * 32)
      padded.fill(index + 1, 0, size)
      return concatBytes(wordToBytes(BigInt(size)), padded)
    })
    let offset = sizes.length * 32
    const heads = tails.map((tail) => {
      const head = wordToBytes(BigInt(offset))
      offset += tail.length
      return head
    })
    return concatBytes(...heads, ...tails)
  }

  const logging =
    (data: Uint8Array): Behaviour =>
    ({ recipient, gasLimit }, { journal }) => {
      journal.log({ address: recipient, topics, data })
      journal.log({ address: recipient, topics: [hash(1)], data: EMPTY_BYTES })
      return { status: 'success', output: EMPTY_BYTES, gasLeft: gasLimit }
    }
  const view = world({
    [addr(1)]: { balanceWei: ETHER },
    [DEPOSITS]: { code: label(0), nonce: 1n },
    [addr(0x55)]: { code: label(0), nonce: 1n },
  })
  const deposit = [transaction({ to: DEPOSITS }), transaction({ nonce: 1n, to: addr(0x55) })]

  it('are the requests of type 0 that the deposit contract logged', () => {
    const { requests } = execute(view, deposit, [logging(depositData())])
    const fields = sizes.flatMap((size, index) => Array.from({ length: size }, () => index + 1))
    expect(requests).toEqual([Uint8Array.from([0, ...fields])])
  })

  it('of another layout are in no block', () => {
    const cut = depositData().subarray(0, 575)
    const moved = depositData()
    moved[31] = 0
    const short = depositData()
    short[160 + 31] = 47
    for (const data of [cut, moved, short, EMPTY_BYTES]) {
      const { outcomes, diff, requests } = execute(view, deposit.slice(0, 1), [logging(data)])
      expect(outcomes).toMatchObject([{ kind: 'rejected', rejection: { code: 'INVALID_DEPOSIT_EVENT_LAYOUT' } }])
      expect(diff).toEqual([])
      expect(requests).toEqual([])
    }
  })
})
