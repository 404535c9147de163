import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import { CLIENT_SHARES, type RpcLimits } from '../limits.ts'

/** "Try again later", of IANA's registry of close codes. */
const TRY_AGAIN_LATER = 1013
/** How long a dropped client has to read why. */
const GOODBYE_MS = 1_000
/** Answers below this are in the kernel's buffers already. */
const SMALL_ANSWER_BYTES = 64 * 1024
/** An answer of which nothing is read for so long is given up. */
const STALL_MS = 30_000
/** How much is sent to WebSockets between two looks at what has piled up in all of them. */
const CHECK_EVERY_BYTES = 1024 * 1024

/** Ends a WebSocket with a reason, of at most 123 bytes, and cuts it off when the client does not read even that. */
export function dropWebSocket(socket: WebSocket, reason: string): void {
  if (socket.readyState !== socket.OPEN) return
  socket.close(TRY_AGAIN_LATER, reason.slice(0, 123))
  setTimeout(() => socket.terminate(), GOODBYE_MS).unref()
}

/** Sends to WebSockets, and drops those who do not read: what piles up for them would take the node's memory. */
export function createSender(clients: ReadonlySet<WebSocket>, { maxBufferedBytes }: RpcLimits) {
  let sinceCheck = 0

  /** Drops those with the most until the rest is within bounds. */
  const checkAll = (): void => {
    const byAmount = [...clients].sort((a, b) => b.bufferedAmount - a.bufferedAmount)
    let total = byAmount.reduce((sum, { bufferedAmount }) => sum + bufferedAmount, 0)
    for (const socket of byAmount) {
      if (total <= CLIENT_SHARES * maxBufferedBytes) return
      total -= socket.bufferedAmount
      dropWebSocket(socket, `slow reader: ${socket.bufferedAmount} bytes wait, and too much of all clients together`)
    }
  }

  return (socket: WebSocket, text: string): void => {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > maxBufferedBytes) {
      dropWebSocket(socket, `slow reader: ${socket.bufferedAmount} bytes wait, at most ${maxBufferedBytes} may`)
      return
    }
    socket.send(text)
    sinceCheck += text.length
    if (sinceCheck < CHECK_EVERY_BYTES) return
    sinceCheck = 0
    checkAll()
  }
}

/** Watches large answers of HTTP until they are read: ends connections that stall, or all that is oldest when it is too much. */
export function createAnswerWatch({ maxBufferedBytes, maxBatchResponseBytes }: RpcLimits) {
  const maxTotal = CLIENT_SHARES * Math.max(maxBufferedBytes, maxBatchResponseBytes)
  const unread = new Map<Socket, number>()
  let total = 0

  const forget = (socket: Socket): void => {
    total -= unread.get(socket) ?? 0
    unread.delete(socket)
  }

  return (socket: Socket, bytes: number): void => {
    if (bytes < SMALL_ANSWER_BYTES) return
    forget(socket)
    unread.set(socket, bytes)
    total += bytes
    for (const oldest of unread.keys()) {
      if (total <= maxTotal || oldest === socket) break
      forget(oldest)
      oldest.destroy()
    }
    let written = socket.bytesWritten
    const timer = setInterval(() => {
      const isRead = socket.destroyed || socket.writableLength === 0
      if (!isRead && socket.bytesWritten === written) socket.destroy()
      written = socket.bytesWritten
      if (!isRead && !socket.destroyed) return
      clearInterval(timer)
      forget(socket)
    }, STALL_MS).unref()
    socket.once('drain', () => {
      if (socket.writableLength === 0) forget(socket)
    })
  }
}
