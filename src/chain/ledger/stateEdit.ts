import type { Address } from '../../primitives/index.ts'
import { checkUint, EMPTY_CODE_HASH, keccakHash } from '../../primitives/index.ts'
import { type Account, type AccountDiff, createOverlay, type StateDiff, type StateView } from '../../state/index.ts'
import type { StateEdit } from '../ledger.ts'

const NO_ACCOUNT: Account = { nonce: 0n, balanceWei: 0n, codeHash: EMPTY_CODE_HASH }

/** What a developer's edits, in order, change in `view`. Throws `OUT_OF_RANGE` for what no account can hold. */
export function diffOfEdits(view: StateView, edits: readonly StateEdit[]): StateDiff {
  edits.forEach(checkEdit)
  const overlay = createOverlay(view)
  for (const edit of edits) overlay.apply([accountDiff(overlay, edit)])
  return overlay.diff()
}

function checkEdit(edit: StateEdit): void {
  if (edit.kind === 'balance') checkUint(edit.balanceWei, 256, 'the balance')
  if (edit.kind === 'nonce') checkUint(edit.nonce, 64, 'the nonce')
  if (edit.kind !== 'storage') return
  checkUint(edit.slot, 256, 'the slot')
  checkUint(edit.value, 256, 'the value of the slot')
}

function accountDiff(view: StateView, edit: StateEdit): AccountDiff {
  const { address } = edit
  const account = view.account(address) ?? NO_ACCOUNT
  const unchanged = { address, code: undefined, storageReset: false, storage: [] }
  switch (edit.kind) {
    case 'balance':
      return { ...unchanged, account: livingOrNone(view, address, { ...account, balanceWei: edit.balanceWei }) }
    case 'nonce':
      return { ...unchanged, account: livingOrNone(view, address, { ...account, nonce: edit.nonce }) }
    case 'code': {
      const edited = { ...account, codeHash: keccakHash(edit.code) }
      return { ...unchanged, account: livingOrNone(view, address, edited), code: edit.code }
    }
    case 'storage':
      // A slot lives in an account, so an empty account may have to carry it. Only an edit can make such a one.
      return {
        ...unchanged,
        account: edit.value === 0n ? view.account(address) : account,
        storage: [[edit.slot, edit.value]],
      }
  }
}

/** The account, or none when it is empty (EIP-161) and carries no slots. */
function livingOrNone(view: StateView, address: Address, account: Account): Account | undefined {
  const isEmpty = account.nonce === 0n && account.balanceWei === 0n && account.codeHash === EMPTY_CODE_HASH
  return isEmpty && !view.hasStorage(address) ? undefined : account
}
