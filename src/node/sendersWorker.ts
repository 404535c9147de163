/** A thread that recovers the senders of transactions. */
import { parentPort } from 'node:worker_threads'
import type { Address, Bytes } from '../primitives/index.ts'
import { assert, senderIn } from '../primitives/index.ts'
import { serve } from './remote.ts'

assert(parentPort !== null, 'senders are recovered in a worker thread')

serve(parentPort, {
  /** `bytes` are transactions of these lengths, one after the other. */
  async recover(bytes: Bytes, lengths: readonly number[]): Promise<readonly (Address | undefined)[]> {
    let end = 0
    return lengths.map((length) => {
      end += length
      return senderIn(bytes.slice(end - length, end))
    })
  },
})
