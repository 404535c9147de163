import type { Socket } from 'node:net'

/** Requests of one connection that wait for their answers: more are not pipelined by any client that means well. */
const MAX_PIPELINED = 100

type Line = { waiting: number; last: Promise<unknown> }

/** Runs `work` once the requests before it on the same connection are done. */
export type InTurn = <result>(socket: Socket, work: () => Promise<result>) => Promise<result>

/**
 * Takes the requests of a connection one at a time: HTTP answers them in order anyway, and the body of one that waits stays
 * in the client's hands. A connection with more than {@link MAX_PIPELINED} of them is cut off. Source: RFC 9112, 9.3.2.
 */
export function createPipelines(): InTurn {
  const lines = new WeakMap<Socket, Line>()

  return async (socket, work) => {
    const line = lines.get(socket) ?? { waiting: 0, last: Promise.resolve() }
    lines.set(socket, line)
    line.waiting += 1
    if (line.waiting > MAX_PIPELINED) socket.destroy()
    const result = line.waiting === 1 ? work() : line.last.then(work)
    line.last = result.catch(() => undefined)
    try {
      return await result
    } finally {
      line.waiting -= 1
    }
  }
}
