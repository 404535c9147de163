import fc from 'fast-check'
import {
  type Address,
  type Bytes,
  EMPTY_CODE_HASH,
  keccakHash,
  toAddress,
  type Word,
} from '../../../src/primitives/index.ts'
import type { AccountDiff, Journal, StateDiff, StateView } from '../../../src/state/index.ts'

/** Few of each, so that operations meet. */
export const addresses: readonly Address[] = ['11', '12', 'ff'].map((tail) => toAddress(`0x${tail.padStart(40, '4')}`))
export const slots: readonly Word[] = [0n, 1n, 2n ** 255n + 1n]
const codes: readonly Bytes[] = [[], [0], [0x60, 1], [0, 0x61, 0x73, 0x6d]].map((bytes) => Uint8Array.from(bytes))

const address = fc.constantFrom(...addresses)
const slot = fc.constantFrom(...slots)
const value = fc.constantFrom(0n, 0n, 127n, 128n, 2n ** 256n - 1n)
const amount = fc.constantFrom(0n, 1n, 300n)
const code = fc.constantFrom(...codes)

const operations = {
  addBalance: fc.tuple(address, amount).map(
    ([of, wei]) =>
      (j: Journal) =>
        j.addBalance(of, wei),
  ),
  subtractBalance: fc.tuple(address, amount).map(([of, wei]) => (j: Journal) => {
    if (j.balance(of) >= wei) j.subtractBalance(of, wei)
  }),
  setNonce: fc.tuple(address, amount).map(
    ([of, nonce]) =>
      (j: Journal) =>
        j.setNonce(of, nonce),
  ),
  setCode: fc.tuple(address, code).map(
    ([of, bytes]) =>
      (j: Journal) =>
        j.setCode(of, bytes),
  ),
  setStorage: fc.tuple(address, slot, value).map(
    ([of, at, word]) =>
      (j: Journal) =>
        j.setStorage(of, at, word),
  ),
  setTransient: fc.tuple(address, slot, value).map(
    ([of, at, word]) =>
      (j: Journal) =>
        j.setTransient(of, at, word),
  ),
  touchAddress: address.map((of) => (j: Journal) => j.touchAddress(of)),
  touchSlot: fc.tuple(address, slot).map(
    ([of, at]) =>
      (j: Journal) =>
        j.touchSlot(of, at),
  ),
  markCreated: address.map((of) => (j: Journal) => j.markCreated(of)),
  markDestroyed: address.map((of) => (j: Journal) => j.markDestroyed(of)),
  log: fc.tuple(address, code).map(
    ([of, data]) =>
      (j: Journal) =>
        j.log({ address: of, topics: [], data }),
  ),
  addRefund: amount.map((gas) => (j: Journal) => {
    j.addRefund(gas)
    if (gas === 1n && j.refundGas > 100n) j.addRefund(-100n)
  }),
} as const

/** One thing that is done to a journal; prints itself in a counterexample. */
export type Step =
  | { readonly kind: 'do'; readonly name: string; readonly act: (journal: Journal) => unknown }
  | { readonly kind: 'frame'; readonly steps: readonly Step[]; readonly reverts: boolean }

const operation: fc.Arbitrary<Step> = fc.oneof(
  ...Object.entries(operations).map(([name, acts]) => ({
    weight: name === 'setStorage' ? 4 : 1,
    arbitrary: acts.map((act) => ({ kind: 'do' as const, name, act })),
  })),
)

/** A transaction: operations, and frames that may be rolled back, at most three deep. */
export const steps: fc.Arbitrary<readonly Step[]> = fc.letrec<{ steps: Step[]; step: Step; frame: Step }>((tie) => ({
  steps: fc.array(tie('step'), { maxLength: 20, size: 'max' }),
  step: fc.oneof({ maxDepth: 3 }, { weight: 4, arbitrary: operation }, { weight: 1, arbitrary: tie('frame') }),
  frame: fc.record({ kind: fc.constant('frame' as const), steps: tie('steps'), reverts: fc.boolean() }),
})).steps

/** Runs steps as a router would: a checkpoint before each frame, a rollback after one that reverts. */
export function run(journal: Journal, list: readonly Step[]): void {
  for (const step of list) {
    if (step.kind === 'do') step.act(journal)
    else {
      const start = journal.checkpoint()
      run(journal, step.steps)
      if (step.reverts) journal.rollback(start)
    }
  }
}

/** The steps that are left when reverted frames never happened. */
export function surviving(list: readonly Step[]): readonly Step[] {
  return list.flatMap((step) => (step.kind === 'do' ? [step] : step.reverts ? [] : surviving(step.steps)))
}

const accountDiff = (of: Address): fc.Arbitrary<AccountDiff> =>
  fc
    .record({ nonce: amount, balanceWei: amount, code, values: fc.array(value, { maxLength: slots.length }) })
    .map(({ nonce, balanceWei, code: bytes, values }) => ({
      address: of,
      account: { nonce, balanceWei, codeHash: bytes.length === 0 ? EMPTY_CODE_HASH : keccakHash(bytes) },
      code: bytes.length === 0 ? undefined : bytes,
      storageReset: false,
      storage: slots.flatMap((at, index) => {
        const word = values[index] ?? 0n
        return word === 0n ? [] : [[at, word] as const]
      }),
    }))

/** A state to begin with: some of the addresses, empty accounts and odd storage included. */
export const genesis: fc.Arbitrary<StateDiff> = fc
  .subarray([...addresses])
  .chain((some) => fc.tuple(...some.sort().map(accountDiff)))

/** Everything a view says about the addresses and slots in play. */
export function answersOf(view: StateView) {
  return addresses.map((of) => {
    const account = view.account(of)
    return {
      address: of,
      account,
      code: account && view.code(account.codeHash),
      storage: slots.map((at) => view.storage(of, at)),
      hasStorage: view.hasStorage(of),
    }
  })
}
