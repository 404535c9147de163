/**
 * The journal: all that one transaction reads and changes, in linear memory (DESIGN D2), so that a warm SLOAD never
 * leaves WebAssembly. src/state/journal.ts says what it means; this folder keeps the tables, src/state/coreJournal.ts
 * is the handle that TypeScript holds.
 *
 * ```
 *   key (space, word) --table--> cell --> record in the arena, which never moves
 *                                          sticky: what the host said, what was read, what was ever warm
 *                                          part:   what a rollback restores --save--> undo log
 *   begin() clears the cells of the records there are, and forgets the rest: O(what the last transaction touched)
 * ```
 *
 * - J1 by construction: what can be undone stands in parts and only there; a part is saved before it changes.
 * - J2, J3: read marks and first touches are sticky, warmth is in the part.
 * - J4: the host is asked when a record without STICKY_LOADED is read, and never again.
 * - A pointer to a record, and an account's id is one, holds until `begin`. So does a pointer into a record, such as
 *   to a balance, but what stands there is the balance only until the next change.
 */
import { takeBackAll } from './arena'
import { releaseCodes } from './code'
import { clearCounters } from './counters'
import { clearTable } from './table'
import { clearUndo } from './undo'
import { clearTouches } from './warmth'

export {
  accountExists, accountOf, addBalance, balanceOf, bearWarm, codeHashOf, codeOf, codeSizeOf, ensureLoaded, hasBalance,
  hasNothing, isAccountEmpty, isAccountWarm, isCreated, isDestroyed, markCreated, markDestroyed, nonceOf, setCode, setNonce,
  subtractBalance, touchAccount, transfer,
} from './account'
export { accessRows, packAccess } from './accessTable'
export { codeWithHash, placeCode } from './code'
export { addRefund, appendLog, logCount, logList, openLog, refundOf } from './counters'
export * from './storage'
export { recordCount, recordList, seedTable } from './table'
export { checkpoint, rollback } from './undo'
export { bornWarmBits, touchCount, touchList } from './warmth'

/** Forgets the last transaction. To be called before all else. O(what it touched). */
export function begin(): void {
  releaseCodes()
  clearTable()
  takeBackAll()
  clearUndo()
  clearTouches()
  clearCounters()
}
