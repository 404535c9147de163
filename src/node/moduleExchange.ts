import { BroadcastChannel, receiveMessageOnPort } from 'node:worker_threads'
import type { ModuleExchange } from '../wasm/index.ts'

type Offered = NonNullable<ReturnType<ModuleExchange['take']>>

/** All threads of the process that execute contracts. */
const CHANNEL = 'evmpp.wasm-modules'
/** What an idle thread keeps of what it was offered; older ones are lost to it. */
const MOST_WAITING = 64

let exchange: ModuleExchange | undefined

/**
 * Joins the WebAssembly engines of all threads: a module that one of them compiled arrives at the others as the same machine code.
 * What was sent is taken when it is needed, in the middle of an execution; while the thread is idle it is only counted. One for
 * all engines of a thread.
 */
export function threadModuleExchange(): ModuleExchange {
  exchange ??= openExchange()
  return exchange
}

function openExchange(): ModuleExchange {
  const waiting: Offered[] = []
  const channel = new BroadcastChannel(CHANNEL)
  channel.onmessage = (event) => {
    waiting.push((event as { readonly data: Offered }).data)
    if (waiting.length > MOST_WAITING) waiting.shift()
  }
  channel.unref()
  return {
    offer: (key, prepared) => channel.postMessage({ key, prepared } satisfies Offered),
    // Node's types leave out that a broadcast channel is a port, too.
    take: () => waiting.shift() ?? receiveMessageOnPort(channel as never)?.message,
  }
}
