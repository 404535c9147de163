import { createJournal } from '../../../src/state/index.ts'
import { journalSuite } from '../journal.ts'

journalSuite('Maps', createJournal)
