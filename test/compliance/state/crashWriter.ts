/**
 * The victim of crash.test.ts: `node crashWriter.mjs <store>` overwrites the same keys batch after batch, prints the
 * number of each batch once it is acknowledged, and goes on until it is killed.
 */
import { writeSync } from 'node:fs'
import { openLevelStore } from '../../../src/state/index.ts'
import { batchOf, lastBatch } from './crashBatch.ts'

const [, , path = ''] = process.argv
const store = await openLevelStore(path, { create: true, durable: true })
for (let number = lastBatch(store) + 1; ; number += 1) {
  await store.write(batchOf(number))
  writeSync(1, `${number}\n`)
}
