/** Writes safety records as fast as it can, and says the number of each as soon as it is durable. Argument: the folder. */
import { writeSync } from 'node:fs'
import { openSafetyStore } from '../../../src/node/validator/safety/safetyStore.ts'
import { blockOf, OWNER, recordOf } from './safetyRecords.ts'

const store = await openSafetyStore(process.argv[2] ?? '', OWNER)
let number = store.found.kind === 'record' ? store.found.record.highVote : 0
for (;;) {
  number += 1
  await store.write(recordOf(number), [blockOf(number)])
  if (number % 5 === 0) await store.prune(number - 10)
  writeSync(1, `${number}\n`)
}
