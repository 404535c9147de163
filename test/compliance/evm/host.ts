import type { Address, Bytes, Hardfork } from '../../../src/primitives/index.ts'
import {
  EMPTY_BYTES,
  EMPTY_CODE_HASH,
  keccakHash,
  rulesOf,
  toAddress,
  toHash,
  ZERO_HASH,
} from '../../../src/primitives/index.ts'
import type { Journal, StateDiff } from '../../../src/state/index.ts'
import { createJournal, viewOf } from '../../../src/state/index.ts'
import type { Execution, Host, Message, Result } from '../../../src/vm/index.ts'

/** The address `0x…nn`. */
export function addressOf(low: number): Address {
  return toAddress(`0x${low.toString(16).padStart(40, '0')}`)
}

/** Runs the code under test. */
export const SELF = addressOf(0x5e1f)
/** Called it. */
export const CALLER = addressOf(0xca11)
/** Some other account. */
export const OTHER = addressOf(0x0ff)

/** An account at the start; what is not said is 0 or empty. */
export type Holding = {
  readonly balanceWei?: bigint
  readonly nonce?: bigint
  readonly code?: Bytes
  readonly storage?: readonly (readonly [bigint, bigint])[]
}

/** The host of a single frame: a real journal, a fixed block, and children whose end is given in advance. */
export type FakeHost = Host & { readonly messages: readonly Message[] }

/** Builds one on the accounts of `state`. Every child ends as `answer` says; the messages are kept. An engine may need a journal of its own. */
export function createFakeHost(
  hardfork: Hardfork,
  state: ReadonlyMap<Address, Holding> = new Map(),
  answer: (message: Message) => Result = keepGas,
  journal: Journal = createJournal(),
): FakeHost {
  journal.begin(viewOf([...state].map(([address, holding]) => accountDiff(address, holding))))
  const messages: Message[] = []
  return {
    journal,
    messages,
    rules: rulesOf(hardfork),
    block: {
      number: 1000n,
      timestampSeconds: 1_700_000_000n,
      gasLimit: 30_000_000n,
      baseFeeWei: 7n,
      blobBaseFeeWei: 3n,
      coinbase: addressOf(0xc0),
      prevRandao: toHash(`0x${'ab'.repeat(32)}`),
      chainId: 31337n,
    },
    transaction: { origin: addressOf(0x0419), gasPriceWei: 9n, blobVersionedHashes: [ZERO_HASH] },
    blockHash: (number) => (number === 999n ? toHash(`0x${'99'.repeat(32)}`) : undefined),
    // Every call comes here, so that its end is as the test says.
    mustRoute: () => true,
    call: (message) => {
      messages.push(message)
      return answer(message)
    },
  }
}

function keepGas({ gasLimit }: Message): Result {
  return { status: 'success', output: EMPTY_BYTES, gasLeft: gasLimit }
}

function accountDiff(
  address: Address,
  { balanceWei = 0n, nonce = 0n, code = EMPTY_BYTES, storage = [] }: Holding,
): StateDiff[number] {
  const codeHash = code.length === 0 ? EMPTY_CODE_HASH : keccakHash(code)
  const account = { balanceWei, nonce, codeHash }
  return { address, account, code: code.length === 0 ? undefined : code, storageReset: false, storage }
}

/** The frame in which the code under test runs. */
export function executionOf(changes: Partial<Execution> = {}): Execution {
  return {
    kind: 'call',
    caller: CALLER,
    recipient: SELF,
    codeAddress: SELF,
    valueWei: 0n,
    input: EMPTY_BYTES,
    gasLimit: 1_000_000n,
    depth: 0,
    isStatic: false,
    ...changes,
  }
}
