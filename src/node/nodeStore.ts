import type { MessagePort, Worker } from 'node:worker_threads'
import { checkLevelFiles, openLevelStore, type Store } from '../state/index.ts'
import { spawn } from './spawn.ts'

/** Starts a program of ours in a thread, as {@link spawn} does. */
export type StartThread = (file: string, workerData: unknown, transferList?: MessagePort[]) => Worker

/**
 * A node's store, open in the main thread.
 *
 * - NS1 *Opened first, closed last.* LevelDB's block cache belongs to the handle that opened the database first in this
 *   process (classic-level, `multithreading`): a read or compaction after that handle's end is one of freed memory.
 *   Threads that open the store are started by {@link NodeStore.startThread} only, and `close` waits for their end.
 */
export type NodeStore = {
  readonly store: Store
  readonly path: string
  /** Starts a thread that may open the store at `path`. It must not be told to create one. */
  readonly startThread: StartThread
  /** Ends the threads that still run, which gives their handles back, then closes the store. */
  close(): Promise<void>
}

/** Checks the files of the store at `path` and opens it. Throws what `checkLevelFiles` and `openLevelStore` throw. */
export async function openNodeStore(
  path: string,
  options: { readonly create: boolean; readonly durable: boolean },
): Promise<NodeStore> {
  checkLevelFiles(path)
  const store = await openLevelStore(path, options)
  const threads = new Set<Worker>()
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await Promise.all([...threads].map((thread) => thread.terminate()))
    await store.close()
  }
  return {
    store,
    path,
    startThread(file, workerData, transferList) {
      const thread = spawn(file, workerData, transferList)
      threads.add(thread)
      thread.once('exit', () => threads.delete(thread))
      return thread
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}
