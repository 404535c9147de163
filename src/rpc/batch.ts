import { RPC_CODES, RpcError } from './error.ts'
import { isJsonObject } from './json.ts'
import { errorText, idOf } from './message.ts'

/** Methods whose effect is to come: several of them in a row share a block, and none has to see the others' effects. */
const SENDING = ['eth_sendRawTransaction']

/**
 * Answers a batch in order: each request sees what those before it did, but transactions that are sent in a row are sent
 * together, or each would wait for the block of the one before. Once the answers are larger than `maxBytes` the rest is not
 * run, and told so. Undefined when there is nothing to say: all were notifications.
 */
export async function answerInOrder(
  batch: readonly unknown[],
  maxBytes: number,
  answer: (request: unknown) => Promise<string | undefined>,
): Promise<string | undefined> {
  const tooLarge = new RpcError(RPC_CODES.responseTooLarge, 'response too large')
  const texts: string[] = []
  let room = maxBytes
  for (let start = 0; start < batch.length; ) {
    const group = groupAt(batch, start)
    start += group.length
    const answers = room >= 0 ? await Promise.all(group.map(answer)) : group.map(() => '')
    for (const [index, text] of answers.entries()) {
      if (text === undefined) continue
      room -= Buffer.byteLength(text)
      const request = group[index]
      if (room >= 0 && text !== '') texts.push(text)
      else if (!isNotification(request)) texts.push(errorText(idOf(request), tooLarge))
    }
  }
  return texts.length === 0 ? undefined : `[${texts.join(',')}]`
}

/** The request at `start`, and those after it that run together with it. */
function groupAt(batch: readonly unknown[], start: number): readonly unknown[] {
  let end = start + 1
  while (end < batch.length && isSending(batch[start]) && isSending(batch[end])) end += 1
  return batch.slice(start, end)
}

function isSending(request: unknown): boolean {
  return isJsonObject(request) && typeof request.method === 'string' && SENDING.includes(request.method)
}

function isNotification(request: unknown): boolean {
  return isJsonObject(request) && !('id' in request)
}
