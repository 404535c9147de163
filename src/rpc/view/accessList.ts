import type { AccountAccess, BlockAccessList, Change } from '../../parallel/index.ts'
import { hashAccessList } from '../../parallel/index.ts'
import { toHex, toQuantity, wordToHash } from '../../primitives/index.ts'
import type { JsonObject } from '../json.ts'

/** A block's access list under the names of EIP-7928, and its hash. */
export function accessListView(list: BlockAccessList): JsonObject {
  return { hash: hashAccessList(list), accessList: list.map(accountView) }
}

function accountView(account: AccountAccess): JsonObject {
  return {
    address: account.address,
    storageChanges: account.storageChanges.map(({ slot, changes }) => ({
      slot: wordToHash(slot),
      slotChanges: changes.map((change) => changeView(change, 'postValue', wordToHash)),
    })),
    storageReads: account.storageReads.map(wordToHash),
    balanceChanges: account.balanceChanges.map((change) => changeView(change, 'postBalance', toQuantity)),
    nonceChanges: account.nonceChanges.map((change) => changeView(change, 'postNonce', toQuantity)),
    codeChanges: account.codeChanges.map((change) => changeView(change, 'newCode', toHex)),
  }
}

function changeView<value>({ index, value }: Change<value>, name: string, view: (value: value) => string): JsonObject {
  return { blockAccessIndex: toQuantity(index), [name]: view(value) }
}
