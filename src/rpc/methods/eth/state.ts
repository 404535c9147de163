import {
  type Address,
  assert,
  EMPTY_CODE_HASH,
  toHex,
  toQuantity,
  type Word,
  wordToHash,
} from '../../../primitives/index.ts'
import type { AccountProof } from '../../../state/index.ts'
import { type BlockReference, block } from '../../codec/block.ts'
import { listOf, mapOf } from '../../codec/codec.ts'
import { address, type SlotKey, slot, slotKey } from '../../codec/scalars.ts'
import { invalidParams, refused } from '../../error.ts'
import type { JsonObject } from '../../json.ts'
import { defineMethod } from '../../method.ts'
import { isPending, requireState } from '../../query/blocks.ts'
import { waitingQuery } from '../../query/pool.ts'
import { accountAt } from '../../query/state.ts'
import type { Services } from '../../scope.ts'

/** geth's bound on slots in one request. */
const MAX_SLOTS = 1024

/** Accounts, code, storage and proofs, after a block. */
export const stateMethods = [
  defineMethod({
    name: 'eth_getBalance',
    summary: "An account's balance in wei.",
    params: [address, block],
    async handler(scope, account, at) {
      const ordered = isPending(at) ? scope.producer.pending() : undefined
      if (ordered?.accounts.has(account)) return toQuantity(ordered.accounts.get(account)?.balanceWei ?? 0n)
      return toQuantity((await accountAt(scope, at, account)).account?.balanceWei ?? 0n)
    },
  }),
  defineMethod({
    name: 'eth_getTransactionCount',
    summary: "An account's nonce; at `pending` the one after its ready transactions.",
    params: [address, block],
    handler({ archive, mempool }, account, at) {
      if (isPending(at)) return toQuantity(mempool.nextNonce(account))
      return toQuantity(requireState(archive, at).state.account(account)?.nonce ?? 0n)
    },
  }),
  defineMethod({
    name: 'eth_getCode',
    summary: "A contract's code: EVM bytecode, or a WebAssembly module beginning with `0x0061736d`.",
    params: [address, block],
    async handler(scope, account, at) {
      return toHex((await accountAt(scope, at, account)).code)
    },
  }),
  defineMethod({
    name: 'eth_getStorageAt',
    summary: 'One storage slot, 32 bytes.',
    params: [address, slot, block],
    async handler(scope, account, key, at) {
      return wordToHash((await accountAt(scope, at, account, [key])).storage[0] ?? 0n)
    },
  }),
  defineMethod({
    name: 'eth_getStorageValues',
    summary: 'Storage slots of several accounts, 32 bytes each.',
    params: [mapOf(address, listOf(slot, MAX_SLOTS)), block],
    async handler(scope, slotsByAddress, at) {
      const count = [...slotsByAddress.values()].reduce((sum, slots) => sum + slots.length, 0)
      if (count === 0) throw invalidParams('empty request')
      if (count > MAX_SLOTS) throw invalidParams(`too many slots (max ${MAX_SLOTS})`)
      const answers = [...slotsByAddress].map(async ([account, slots]) => {
        const { storage } = await accountAt(scope, at, account, slots)
        return [account, storage.map(wordToHash)] as const
      })
      return Object.fromEntries(await Promise.all(answers))
    },
  }),
  defineMethod({
    name: 'eth_getAccountInfo',
    summary: 'Balance, nonce and code of an account at once.',
    params: [address, block],
    async handler(scope, address, at) {
      const { account, code } = await accountAt(scope, at, address)
      return {
        balance: toQuantity(account?.balanceWei ?? 0n),
        nonce: toQuantity(account?.nonce ?? 0n),
        code: toHex(code),
      }
    },
  }),
  defineMethod({
    name: 'eth_getAccount',
    summary: 'Balance, nonce, code hash and storage root of an account.',
    params: [address, block],
    async handler(scope, account, at) {
      const { account: found, storageRoot } = await proofAt(scope, at, account, [])
      const { balanceWei, nonce, codeHash } = found ?? { balanceWei: 0n, nonce: 0n, codeHash: EMPTY_CODE_HASH }
      return { balance: toQuantity(balanceWei), nonce: toQuantity(nonce), codeHash, storageRoot }
    },
  }),
  defineMethod({
    name: 'eth_getProof',
    summary: "An account and slots of it with their Merkle proofs against the block's state root. Source: EIP-1186.",
    params: [address, listOf(slotKey, MAX_SLOTS), block],
    async handler(scope, account, keys, at) {
      const slots = keys.map((key) => key.slot)
      return proofView(await proofAt(scope, at, account, slots), keys)
    },
  }),
]

/** At `pending` after what waits in the pool; refused where others order blocks. Throws geth's text for a block that is not here. */
async function proofAt(
  services: Services,
  at: BlockReference,
  account: Address,
  slots: readonly Word[],
): Promise<AccountProof> {
  const { archive, producer, simulator } = services
  if (isPending(at) && producer.pending() !== undefined) throw refused('the pending state has no proof: ask for latest')
  const query = isPending(at) ? waitingQuery(services) : undefined
  if (query !== undefined) return simulator.pendingProof({ ...query, address: account, slots })
  const proof = await archive.prove(requireState(archive, at).blockHash, account, slots)
  assert(proof !== undefined, 'a state that is known can be proved')
  return proof
}

/** A key is given back short, unless it came with all 32 bytes. */
function proofView(proof: AccountProof, keys: readonly SlotKey[]): JsonObject {
  return {
    address: proof.address,
    accountProof: proof.accountProof.map(toHex),
    balance: toQuantity(proof.account?.balanceWei ?? 0n),
    codeHash: proof.account?.codeHash ?? EMPTY_CODE_HASH,
    nonce: toQuantity(proof.account?.nonce ?? 0n),
    storageHash: proof.storageRoot,
    storageProof: proof.storageProofs.map(({ slot, value, proof: nodes }, index) => ({
      key: keys[index]?.isFull === true ? wordToHash(slot) : toQuantity(slot),
      value: toQuantity(value),
      proof: nodes.map(toHex),
    })),
  }
}
