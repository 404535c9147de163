import type { BlockInput } from '../../../../src/parallel/index.ts'
import type { Address, Bytes, SignedTransaction, Transaction, Word } from '../../../../src/primitives/index.ts'
import {
  addressOfPrivateKey,
  concatBytes,
  fromHex,
  keccak256,
  rulesOf,
  signTransaction,
  wordFromBytes,
  wordToBytes,
  ZERO_HASH,
} from '../../../../src/primitives/index.ts'
import type { StateDiff, StateView } from '../../../../src/state/index.ts'
import { viewOf } from '../../../../src/state/index.ts'
import type { VmKind } from '../../../../src/vm/index.ts'
import { addr, type Holding, hash, stateOf, testBlock, transaction } from '../../world.ts'
import type { ContractName, WorkloadCodes } from './codes.ts'

/** A block and the state that it begins with. */
export type BuiltBlock = {
  readonly input: BlockInput
  readonly state: StateDiff
  readonly view: StateView
  /** The block's transactions with their signatures, made on demand: 0.1 ms each. */
  signed(): readonly SignedTransaction[]
}

const ETHER = 10n ** 18n
export const COINBASE = addr(0xc0)
const PRICES = { maxFeePerGasWei: 10n, maxPriorityFeePerGasWei: 1n } as const
const FIRST_CONTRACT = 0x1000_0000
/** Storage of Token and Pool, the same in both languages. */
const BALANCES = 0n
const ALLOWANCES = 1n
const MUCH = 10n ** 30n

/** Sets the scene for a block: people with money, contracts with storage, and what the people send. */
export class Scene {
  readonly #codes: WorkloadCodes
  readonly #holdings = new Map<Address, Omit<Holding, 'storage'>>()
  readonly #storage = new Map<Address, Map<Word, Word>>()
  readonly #people = new Map<number, Address>()
  readonly #keys = new Map<Address, Bytes>()
  readonly #nonces = new Map<Address, bigint>()
  readonly #transactions: Transaction[] = []
  #contracts = 0

  constructor(codes: WorkloadCodes) {
    this.#codes = codes
  }

  /** How many transactions there are. */
  get count(): number {
    return this.#transactions.length
  }

  /** Somebody with money, by number. */
  person(number: number): Address {
    const known = this.#people.get(number)
    if (known !== undefined) return known
    const key = wordToBytes(BigInt(number) + 1n)
    const address = addressOfPrivateKey(key)
    this.#people.set(number, address)
    this.#keys.set(address, key)
    this.#holdings.set(address, { balanceWei: 1_000n * ETHER })
    return address
  }

  /** Gives money to an account that nobody has the key of. */
  fund(address: Address): Address {
    this.#holdings.set(address, { balanceWei: 1_000n * ETHER })
    return address
  }

  /** A new contract. */
  contract(name: ContractName, vm: VmKind): Address {
    return this.contractOf(this.#codes[name][vm])
  }

  /** The same, of any code. */
  contractOf(code: Bytes): Address {
    const address = addr(FIRST_CONTRACT + this.#contracts)
    this.#contracts += 1
    this.#holdings.set(address, { code, nonce: 1n })
    return address
  }

  set(contract: Address, slot: Word, value: Word): void {
    const slots = this.#storage.get(contract) ?? new Map<Word, Word>()
    this.#storage.set(contract, slots)
    slots.set(slot, value)
  }

  /** Gives somebody much of a token. */
  grant(token: Address, holder: Address): void {
    this.set(token, mappingSlot(BALANCES, holder), MUCH)
  }

  /** A pool of two tokens, funded, from which `traders` may take. */
  pool(vm: VmKind, tokens: readonly [Address, Address], traders: readonly Address[]): Address {
    const pool = this.contract('Pool', vm)
    tokens.forEach((token, index) => {
      this.set(pool, BigInt(index), BigInt(token))
      this.set(pool, BigInt(2 + index), MUCH)
      this.grant(token, pool)
      for (const trader of traders) {
        this.grant(token, trader)
        this.set(token, mappingSlot(mappingSlot(ALLOWANCES, trader), pool), MUCH)
      }
    })
    return pool
  }

  pay(from: Address, to: Address, valueWei = 1n): void {
    this.send(from, { to, valueWei, gasLimit: 21_000n })
  }

  transferToken(token: Address, from: Address, to: Address, value = 1n): void {
    this.send(from, { to: token, data: call('transfer(address,uint256)', BigInt(to), value), gasLimit: 120_000n })
  }

  swap(pool: Address, by: Address, zeroForOne: boolean, amount = 1_000n): void {
    const data = call('swap(bool,uint256)', zeroForOne ? 1n : 0n, amount)
    this.send(by, { to: pool, data, gasLimit: 400_000n })
  }

  send(sender: Address, parts: Partial<Transaction>): void {
    const nonce = this.#nonces.get(sender) ?? 0n
    this.#nonces.set(sender, nonce + 1n)
    this.#transactions.push(transaction({ ...PRICES, ...parts, sender, nonce }))
  }

  build(): BuiltBlock {
    const transactions = [...this.#transactions]
    const holdings = [...this.#holdings].map(([address, holding]) => {
      const storage = [...(this.#storage.get(address) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))
      return [address, { ...holding, storage }] as const
    })
    const state = stateOf(Object.fromEntries(holdings))
    const keys = this.#keys
    return {
      state,
      view: viewOf(state),
      input: {
        rules: rulesOf('osaka'),
        context: {
          ...testBlock,
          coinbase: COINBASE,
          gasLimit: transactions.reduce((sum, { gasLimit }) => sum + gasLimit, 0n),
        },
        parentHash: hash(0xaa),
        parentBeaconBlockRoot: ZERO_HASH,
        transactions,
        blockHash: () => undefined,
      },
      signed: () => transactions.map((one) => signTransaction(one, keys.get(one.sender) ?? new Uint8Array(0))),
    }
  }
}

/** Call data: a function by its signature, and words. */
export function call(signature: string, ...words: readonly Word[]): Bytes {
  return concatBytes(selector(signature), ...words.map(wordToBytes))
}

const selectors = new Map<string, Bytes>()

function selector(signature: string): Bytes {
  const known = selectors.get(signature) ?? keccak256(new TextEncoder().encode(signature)).subarray(0, 4)
  selectors.set(signature, known)
  return known
}

/** The slot of a key in the mapping that stands at `slot`. Source: Solidity, "Layout of State Variables in Storage". */

function mappingSlot(slot: Word, key: Address): Word {
  return wordFromBytes(keccak256(concatBytes(new Uint8Array(12), fromHex(key), wordToBytes(slot))))
}
