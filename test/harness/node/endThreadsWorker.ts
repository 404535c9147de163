/**
 * Starts threads that sign without a pause and ends each in the middle of that, then exits with code 7 while two more are
 * at work. Argument: how many threads. Runs from dist/, as `test-endThreads.mjs`.
 */
import { isMainThread, parentPort } from 'node:worker_threads'
import { spawn } from '../../../src/node/spawn.ts'
import { signDigest } from '../../../src/primitives/index.ts'

function sign(): void {
  signDigest(new Uint8Array(32).fill(2), new Uint8Array(32).fill(1))
}

async function busyThread() {
  const thread = spawn('test-endThreads.mjs', undefined)
  await new Promise((resolve) => thread.once('message', resolve))
  return thread
}

if (isMainThread) {
  for (let round = 0; round < Number(process.argv[2]); round += 1) {
    const thread = await busyThread()
    await new Promise((resolve) => setTimeout(resolve, round % 7))
    await thread.terminate()
  }
  await Promise.all([busyThread(), busyThread()])
  process.exit(7)
}
sign()
parentPort?.postMessage('busy')
for (;;) sign()
