import { createCoreJournal, createJournal } from '../../../src/state/index.ts'
import { createTestCore } from '../../harness/core.ts'
import { journalSuite } from '../journal.ts'

journalSuite('Maps', createJournal)

const core = createTestCore()
journalSuite('core', () => createCoreJournal(core))
