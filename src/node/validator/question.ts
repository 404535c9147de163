import { decodeMessage, encodeMessage, type Message } from '../../consensus/index.ts'
import { PeerError, type PeerName, type Transport } from '../../network/index.ts'
import { BaseError } from '../../primitives/index.ts'

/** Asks a peer about blocks. Undefined when it does not answer in time, or with bytes that are no message: for these it is blamed. */
export async function askPeer(
  transport: Transport,
  peer: PeerName,
  question: Message,
  timeoutMs: number,
): Promise<Message | undefined> {
  try {
    return decodeMessage(await transport.request(peer, 'blocks', encodeMessage(question), timeoutMs))
  } catch (thrown) {
    if (!(thrown instanceof BaseError)) throw thrown
    if (!(thrown instanceof PeerError)) transport.blame(peer)
    return undefined
  }
}
