import type { Address, Bytes, Hardfork, Hash, Transaction } from '../../src/primitives/index.ts'
import {
  EMPTY_BYTES,
  EMPTY_CODE_HASH,
  keccakHash,
  rulesOf,
  toAddress,
  toHash,
  ZERO_HASH,
} from '../../src/primitives/index.ts'
import type { Environment, Machines } from '../../src/router/index.ts'
import type { AccountDiff, StateDiff, StateView } from '../../src/state/index.ts'
import { createJournal, viewOf } from '../../src/state/index.ts'
import type { BlockContext, Execution, Host, Result, VmEngine } from '../../src/vm/index.ts'

/** An address that reads well in a failure: `addr(7)` is 0x…07. */
export function addr(number: number): Address {
  return toAddress(`0x${number.toString(16).padStart(40, '0')}`)
}

/** What a test says of an account; the rest is empty. */
export type Holding = {
  readonly balanceWei?: bigint
  readonly nonce?: bigint
  readonly code?: Bytes
  readonly storage?: readonly (readonly [bigint, bigint])[]
}

/** A state that holds just these accounts. */
export function world(holdings: Readonly<Record<Address, Holding>>): StateView {
  return viewOf(stateOf(holdings))
}

/** The same as what makes that state out of nothing. */
export function stateOf(holdings: Readonly<Record<Address, Holding>>): StateDiff {
  const diff = Object.entries(holdings).map(([address, holding]): AccountDiff => {
    const { balanceWei = 0n, nonce = 0n, code, storage = [] } = holding
    const codeHash = code === undefined ? EMPTY_CODE_HASH : keccakHash(code)
    return { address: address as Address, account: { nonce, balanceWei, codeHash }, code, storageReset: false, storage }
  })
  return diff.sort((a, b) => (a.address < b.address ? -1 : 1))
}

/** A transaction of type 2 from `addr(1)` to `addr(2)` with enough of everything; `parts` say otherwise. */
export function transaction(parts: Partial<Transaction> = {}): Transaction {
  return {
    type: 2,
    chainId: 31_337n,
    sender: addr(1),
    nonce: 0n,
    gasLimit: 100_000n,
    to: addr(2),
    valueWei: 0n,
    data: EMPTY_BYTES,
    maxFeePerGasWei: 10n,
    maxPriorityFeePerGasWei: 1n,
    accessList: [],
    maxFeePerBlobGasWei: 0n,
    blobVersionedHashes: [],
    authorizations: [],
    ...parts,
  }
}

/** A block with base fee 2 wei; its coinbase is `addr(0xc0)`. */
export const testBlock: BlockContext = {
  number: 1n,
  timestampSeconds: 1_000n,
  gasLimit: 30_000_000n,
  baseFeeWei: 2n,
  blobBaseFeeWei: 1n,
  coinbase: addr(0xc0),
  prevRandao: ZERO_HASH,
  chainId: 31_337n,
}

/** An engine that does what the test says; its "code" is a label that picks the behaviour. */
export type Behaviour = (execution: Execution, host: Host, code: Bytes) => Result

/** Code that names a behaviour of {@link scripted}: one byte, of no VM in particular (0x80 and up are EVM code). */
export function label(number: number): Bytes {
  return Uint8Array.of(0x80 + number)
}

/** An EVM engine whose code is a label of `behaviours`. */
export function scripted(behaviours: readonly Behaviour[]): VmEngine {
  return {
    kind: 'evm',
    validate: (_code, gasLimit) => ({ status: 'valid', gasLeft: gasLimit }),
    execute(execution, code, host) {
      const behaviour = behaviours[(code[0] ?? 0) - 0x80]
      if (behaviour === undefined) throw new Error(`no behaviour ${code[0]}`)
      return behaviour(execution, host, code)
    },
  }
}

/** An engine that refuses everything: for tests in which it must not run. */
export const refusing: VmEngine = {
  kind: 'wasm',
  validate: () => ({ status: 'halt', reason: 'invalid-code', fault: 'refused' }),
  execute: () => ({ status: 'halt', reason: 'invalid-code', fault: 'refused' }),
}

/** Where scripted transactions run. */
export function environment(parts: {
  readonly hardfork?: Hardfork
  readonly block?: Partial<BlockContext>
  readonly behaviours?: readonly Behaviour[]
  readonly machines?: Partial<Machines>
  readonly blockHash?: (number: bigint) => Hash | undefined
}): Environment {
  const { hardfork = 'osaka', block = {}, behaviours = [], machines = {}, blockHash = () => undefined } = parts
  return {
    rules: rulesOf(hardfork),
    block: { ...testBlock, ...block },
    machines: { evm: scripted(behaviours), wasm: refusing, precompiles: new Map(), ...machines },
    journal: createJournal(),
    blockHash,
  }
}

/** Any 32-byte hash, from a number. */
export function hash(number: number): Hash {
  return toHash(`0x${number.toString(16).padStart(64, '0')}`)
}
