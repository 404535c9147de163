/**
 * Amounts that do not fit a word, and balances and nonces at their end: one outcome, whatever executes. No shared suite
 * of state tests asks for these.
 */
import { describe, expect, it } from 'vitest'
import { createSequentialExecutor } from '../../../src/parallel/index.ts'
import type { Address, Hardfork, Transaction } from '../../../src/primitives/index.ts'
import { createAddress, fromHex, MAX_NONCE, MAX_WORD, rulesOf, ZERO_HASH } from '../../../src/primitives/index.ts'
import type { Environment, Strictness, TransactionOutcome } from '../../../src/router/index.ts'
import { executeTransaction } from '../../../src/router/index.ts'
import type { StateDiff, StateView } from '../../../src/state/index.ts'
import { createJournal, createOverlay } from '../../../src/state/index.ts'
import type { BlockContext } from '../../../src/vm/index.ts'
import { Random } from '../../fuzz/random.ts'
import { createEngine, ENGINE_NAMES } from '../../harness/engines.ts'
import { createOracle, createVirtualExecutor, workersDifferences } from '../../harness/parallel/executors.ts'
import { addr, transaction as anyTransaction, hash, testBlock, world } from '../../harness/world.ts'

const MODULUS = 2n ** 256n
const SENDER = addr(1)
/** No precompile. */
const RECIPIENT = addr(0x1002)
const COINBASE = addr(0xc0)

/** A transaction of {@link SENDER} to {@link RECIPIENT}. */
function transaction(parts: Partial<Transaction> = {}): Transaction {
  return anyTransaction({ sender: SENDER, to: RECIPIENT, ...parts })
}

/** A block without a base fee, as `eth_call` may have: then any price is enough. */
const block: BlockContext = { ...testBlock, baseFeeWei: 0n, blobBaseFeeWei: 0n, gasLimit: 2n ** 63n - 1n }

/** The number that `factor` has to be multiplied with to be 1 modulo 2^256; `factor` is odd. */
function inverse(factor: bigint): bigint {
  let found = 1n
  // Each step doubles the bits that are right.
  for (let bits = 1; bits < 256; bits *= 2) found = BigInt.asUintN(256, found * (2n - factor * found))
  return found
}

/** Every way to execute EVM code, and the plain journal under the reference. */
const engines: readonly { readonly name: string; environment(hardfork: Hardfork): Environment }[] = [
  ...ENGINE_NAMES.map((name) => {
    const { machinesOf, journal } = createEngine(name)
    return { name, environment: (hardfork: Hardfork) => environmentOf(hardfork, machinesOf(hardfork), journal) }
  }),
  {
    name: 'reference on Maps',
    environment: (hardfork) => environmentOf(hardfork, createEngine('reference').machinesOf(hardfork), createJournal()),
  },
]

function environmentOf(
  hardfork: Hardfork,
  machines: Environment['machines'],
  journal: Environment['journal'],
): Environment {
  return { rules: rulesOf(hardfork), block, machines, journal, blockHash: () => undefined }
}

type Outcome = { readonly outcome: TransactionOutcome; readonly state: StateView }

/** What one transaction comes to on every engine: the same on all of them, or the test fails. */
function runEverywhere(view: StateView, it: Transaction, strictness: Strictness, hardfork: Hardfork): Outcome {
  const outcomes = engines.map(({ name, environment }) => {
    const outcome = executeTransaction(environment(hardfork), view, it, strictness)
    return { name, outcome }
  })
  const [first] = outcomes
  if (first === undefined) throw new Error('there is an engine')
  for (const { name, outcome } of outcomes)
    expect({ name, ...plain(outcome) }).toEqual({ name, ...plain(first.outcome) })
  return { outcome: first.outcome, state: after(view, diffOf(first.outcome)) }
}

function plain(outcome: TransactionOutcome): object {
  if (outcome.kind === 'rejected') return outcome
  const { access: _access, ...rest } = outcome
  return rest
}

function diffOf(outcome: TransactionOutcome): StateDiff {
  return outcome.kind === 'executed' ? outcome.diff : []
}

function after(view: StateView, diff: StateDiff): StateView {
  const overlay = createOverlay(view)
  overlay.apply(diff)
  return overlay
}

/** What a block of these transactions comes to: in order, and on workers in several orders, all the same. */
function runBlock(view: StateView, transactions: readonly Transaction[], coinbase: Address = COINBASE): Outcome[] {
  const input = {
    rules: rulesOf('prague'),
    context: { ...block, coinbase },
    parentHash: hash(0xaa),
    parentBeaconBlockRoot: ZERO_HASH,
    transactions,
    blockHash: () => undefined,
  }
  const expected = createOracle().execute(input, view)
  const onMaps = createSequentialExecutor({
    machinesOf: (hardfork) => createEngine('reference').machinesOf(hardfork),
    createJournal,
  })
  expect(onMaps.execute(input, view).diff).toEqual(expected.diff)
  for (const seed of [1, 7, 42]) {
    const random = new Random(seed, 0)
    const workers = createVirtualExecutor(3, (bound) => random.below(bound))
    expect(workersDifferences(expected, workers, input, view)).toEqual([])
    expect(workers.failures).toEqual([])
  }
  const state = after(view, expected.diff)
  return expected.outcomes.map((outcome) => ({ outcome: outcome as TransactionOutcome, state }))
}

describe('a cost of more than a word is insufficient funds', () => {
  const gasLimit = 42_001n
  const price = inverse(gasLimit)
  const costs: readonly (readonly [string, Partial<Transaction>])[] = [
    ['gas whose price wraps to 1 wei', { type: 0, gasLimit, maxFeePerGasWei: price, maxPriorityFeePerGasWei: price }],
    ['a fee cap that wraps, and no tip', { gasLimit, maxFeePerGasWei: price, maxPriorityFeePerGasWei: 0n }],
    ['a value that wraps with the price of gas', { gasLimit, maxFeePerGasWei: 1n, valueWei: MODULUS - gasLimit }],
    [
      'the highest price and value',
      { maxFeePerGasWei: MAX_WORD, maxPriorityFeePerGasWei: MAX_WORD, valueWei: MAX_WORD },
    ],
    ['gas and a price that are powers of 2', { gasLimit: 2n ** 17n, maxFeePerGasWei: 2n ** 239n }],
    [
      'blob gas whose price wraps to nothing',
      {
        type: 3,
        maxFeePerGasWei: 0n,
        maxPriorityFeePerGasWei: 0n,
        maxFeePerBlobGasWei: 2n ** 239n,
        blobVersionedHashes: [`0x01${'00'.repeat(31)}` as Transaction['blobVersionedHashes'][number]],
      },
    ],
  ]
  // The remainder modulo 2^256 would be affordable.
  const view = world({ [SENDER]: { balanceWei: 1_000n } })

  it.each(costs)('%s', (_, parts) => {
    for (const strictness of ['consensus', 'simulation'] as const) {
      for (const hardfork of ['cancun', 'prague'] as const) {
        const { outcome } = runEverywhere(
          view,
          transaction({ maxPriorityFeePerGasWei: 0n, ...parts }),
          strictness,
          hardfork,
        )
        expect(outcome).toMatchObject({ kind: 'rejected', rejection: { code: 'INSUFFICIENT_ACCOUNT_FUNDS' } })
      }
    }
  })

  it('in blocks too, between transactions that go on', () => {
    const poor = costs
      .filter(([, { type }]) => type !== 3)
      .map(([, parts]) => transaction({ maxPriorityFeePerGasWei: 0n, ...parts }))
    const good = (nonce: bigint): Transaction =>
      transaction({ sender: addr(7), nonce, valueWei: 1n, maxFeePerGasWei: 1n })
    const rich = world({ [SENDER]: { balanceWei: 1_000n }, [addr(7)]: { balanceWei: 10n ** 18n } })
    const outcomes = runBlock(rich, [good(0n), ...poor, good(1n)])
    expect(outcomes.map(({ outcome }) => outcome.kind)).toEqual(['executed', ...poor.map(() => 'rejected'), 'executed'])
    expect(outcomes[0]?.state.account(SENDER)?.balanceWei).toBe(1_000n)
  })

  it('even of somebody who has all the wei that an account can have', () => {
    const all = world({ [SENDER]: { balanceWei: MAX_WORD } })
    const parts = { gasLimit: 21_000n, maxFeePerGasWei: 1n, maxPriorityFeePerGasWei: 0n }
    const { outcome } = runEverywhere(
      all,
      transaction({ ...parts, valueWei: MAX_WORD - 20_999n }),
      'consensus',
      'prague',
    )
    expect(outcome.kind).toBe('rejected')
    const { state } = runEverywhere(all, transaction({ ...parts, valueWei: MAX_WORD - 21_000n }), 'consensus', 'prague')
    expect(state.account(RECIPIENT)?.balanceWei).toBe(MAX_WORD - 21_000n)
    // There is no base fee and no tip: what was set aside for gas comes back.
    expect(state.account(SENDER)?.balanceWei).toBe(21_000n)
  })
})

describe('a balance stops at 2^256 - 1', () => {
  const NEAR = MAX_WORD - 8n
  const free = { maxFeePerGasWei: 0n, maxPriorityFeePerGasWei: 0n }
  const balanceAfter = (state: StateView, address: Address): bigint | undefined => state.account(address)?.balanceWei

  it('when value is sent to it', () => {
    const view = world({ [SENDER]: { balanceWei: NEAR }, [RECIPIENT]: { balanceWei: NEAR } })
    const { outcome, state } = runEverywhere(view, transaction({ ...free, valueWei: 100n }), 'consensus', 'prague')
    expect(outcome).toMatchObject({ kind: 'executed', status: 'success' })
    expect([balanceAfter(state, SENDER), balanceAfter(state, RECIPIENT)]).toEqual([NEAR - 100n, MAX_WORD])
  })

  it('when a contract sends, and a rollback restores it', () => {
    // CALL(0xffff, 0x1003, 9 wei); then, with call data, REVERT.
    const forward = fromHex('0x5f5f5f5f600961100361fffff150366012' + '57005b5f5ffd')
    const view = world({
      [SENDER]: { balanceWei: 10n ** 18n },
      [RECIPIENT]: { balanceWei: 50n, code: forward, nonce: 1n },
      [addr(0x1003)]: { balanceWei: NEAR },
    })
    const call = transaction({ ...free, gasLimit: 200_000n })
    expect(runEverywhere(view, call, 'consensus', 'prague').outcome).toMatchObject({ status: 'success' })
    runEverywhere(view, transaction({ ...free, gasLimit: 200_000n, data: fromHex('0x01') }), 'consensus', 'prague')
  })

  it('when a contract destroys itself in its favour', () => {
    // PUSH2 0x1003 SELFDESTRUCT.
    const destroy = fromHex('0x611003ff')
    const view = world({
      [SENDER]: { balanceWei: 10n ** 18n },
      [RECIPIENT]: { balanceWei: 50n, code: destroy, nonce: 1n },
      [addr(0x1003)]: { balanceWei: NEAR },
    })
    for (const hardfork of ['shanghai', 'prague'] as const) {
      const { state } = runEverywhere(view, transaction({ ...free, gasLimit: 200_000n }), 'consensus', hardfork)
      expect(balanceAfter(state, addr(0x1003))).toBe(MAX_WORD)
      expect(balanceAfter(state, RECIPIENT) ?? 0n).toBe(0n)
    }
  })

  it('when a creation is paid for at an address that is rich', () => {
    const created = createAddress(SENDER, 0n)
    const view = world({ [SENDER]: { balanceWei: 1_000n }, [created]: { balanceWei: NEAR } })
    const creation = transaction({ ...free, to: undefined, valueWei: 100n, data: fromHex('0x00') })
    const { state } = runEverywhere(view, creation, 'consensus', 'prague')
    expect(balanceAfter(state, created)).toBe(MAX_WORD)
  })

  it('when gas comes back to a sender who was sent value meanwhile, and when the coinbase is paid', () => {
    // Sends all its balance to its caller.
    const giveAll = fromHex('0x5f5f5f5f47335af100')
    const view = world({
      [SENDER]: { balanceWei: MAX_WORD },
      [RECIPIENT]: { balanceWei: 10n ** 18n, code: giveAll, nonce: 1n },
      [COINBASE]: { balanceWei: NEAR },
    })
    const { outcome, state } = runEverywhere(
      view,
      transaction({ maxFeePerGasWei: 1n, maxPriorityFeePerGasWei: 1n }),
      'consensus',
      'prague',
    )
    expect(outcome).toMatchObject({ kind: 'executed', status: 'success' })
    expect([balanceAfter(state, SENDER), balanceAfter(state, COINBASE)]).toEqual([MAX_WORD, MAX_WORD])
  })

  it('and blocks go on, in whatever order workers find their transactions', () => {
    const senders = Array.from({ length: 6 }, (_, index) => addr(0x100 + index))
    const rich = addr(0xff0)
    const view = world({
      ...Object.fromEntries(senders.map((sender) => [sender, { balanceWei: 2n ** 254n }])),
      [rich]: { balanceWei: 2n ** 255n - 5n },
      [COINBASE]: { balanceWei: MAX_WORD - 50_000n },
    })
    const price = { maxFeePerGasWei: 1n, maxPriorityFeePerGasWei: 1n, gasLimit: 21_000n }
    const credits = senders.map((sender, index) =>
      transaction({ ...price, sender, to: rich, valueWei: index % 2 === 0 ? 3n : 2n ** 253n }),
    )
    const debits = [0n, 1n].map((nonce) =>
      transaction({ ...price, sender: rich, nonce, to: addr(0x300), valueWei: 2n ** 253n }),
    )
    for (const order of [
      [...credits, ...debits],
      [...debits, ...credits],
      [credits[0], ...debits, ...credits.slice(1)],
    ]) {
      const outcomes = runBlock(
        view,
        order.filter((it) => it !== undefined),
      )
      expect(outcomes.every(({ outcome }) => outcome.kind === 'executed')).toBe(true)
      expect(balanceAfter(outcomes[0]?.state ?? view, COINBASE)).toBe(MAX_WORD)
    }
    runBlock(view, [...credits, ...debits], rich)
  })
})

describe('a nonce stops at 2^64 - 1 (EIP-2681)', () => {
  const last = world({ [SENDER]: { balanceWei: 10n ** 18n, nonce: MAX_NONCE } })

  it.each(['consensus', 'simulation'] as const)('its account sends nothing (%s)', (strictness) => {
    for (const to of [RECIPIENT, undefined]) {
      const { outcome } = runEverywhere(last, transaction({ to, nonce: MAX_NONCE }), strictness, 'prague')
      expect(outcome).toMatchObject({ kind: 'rejected', rejection: { code: 'NONCE_IS_MAX' } })
    }
    const { outcome } = runEverywhere(last, transaction(), 'simulation', 'prague')
    expect(outcome).toMatchObject({
      rejection: { code: 'NONCE_IS_MAX', message: expect.stringContaining('nonce has max value') },
    })
  })

  it('the transaction before it is the last', () => {
    const view = world({ [SENDER]: { balanceWei: 10n ** 18n, nonce: MAX_NONCE - 1n } })
    const { state } = runEverywhere(view, transaction({ nonce: MAX_NONCE - 1n }), 'consensus', 'prague')
    expect(state.account(SENDER)?.nonce).toBe(MAX_NONCE)
  })

  it('its contract creates nothing, and keeps its nonce', () => {
    // CREATE(0, 0, 0), CREATE2(0, 0, 0, 0): their sum to slot 0.
    const creator = fromHex('0x5f5f5ff05f5f5f5ff5015f5500')
    const view = world({
      [SENDER]: { balanceWei: 10n ** 18n },
      [RECIPIENT]: { nonce: MAX_NONCE, code: creator, storage: [[0n, 1n]] },
    })
    const { outcome, state } = runEverywhere(view, transaction({ gasLimit: 500_000n }), 'consensus', 'prague')
    expect(outcome).toMatchObject({ kind: 'executed', status: 'success' })
    expect([state.account(RECIPIENT)?.nonce, state.storage(RECIPIENT, 0n)]).toEqual([MAX_NONCE, 0n])
  })
})
