import type { Address, Word } from '../primitives/index.ts'
import type { Account, StateView } from '../state/index.ts'

/**
 * A view that asks another one at most once for each thing, or not at all for what it was told. For one block. What it was asked
 * before, nobody can tell it otherwise: the workers' state begins after what the protocol did first.
 */
export type RememberedView = StateView & {
  learnAccount(address: Address, account: Account | undefined): void
  learnSlot(address: Address, slot: Word, value: Word): void
}

/**
 * The state before a block is asked when a transaction begins, when the block's change is found, and for its access list: with
 * a store behind it that is 4 us each time.
 */
export function rememberedView(base: StateView): RememberedView {
  const accounts = new Map<Address, Account | undefined>()
  const storage = new Map<Address, Map<Word, Word>>()
  const slotsOf = (address: Address): Map<Word, Word> => {
    const known = storage.get(address)
    if (known !== undefined) return known
    const slots = new Map<Word, Word>()
    storage.set(address, slots)
    return slots
  }
  return {
    account(address) {
      const known = accounts.get(address)
      if (known !== undefined || accounts.has(address)) return known
      const account = base.account(address)
      accounts.set(address, account)
      return account
    },
    storage(address, slot) {
      const slots = slotsOf(address)
      const known = slots.get(slot)
      if (known !== undefined) return known
      const value = base.storage(address, slot)
      slots.set(slot, value)
      return value
    },
    code: (codeHash) => base.code(codeHash),
    hasStorage: (address) => base.hasStorage(address),
    learnAccount(address, account) {
      if (!accounts.has(address)) accounts.set(address, account)
    },
    learnSlot(address, slot, value) {
      const slots = slotsOf(address)
      if (!slots.has(slot)) slots.set(slot, value)
    },
  }
}
