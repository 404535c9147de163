import { type MessagePort, Worker } from 'node:worker_threads'

/** 1,024 nested frames of either VM need 20 to 40 MB; V8's default of 1 MB ends at about 100 (decision 4). */
const STACK_MB = 64

/** A program of ours in a thread of its own: a file in dist/, which is where this one is or as seen from src/. */
export function spawn(file: string, workerData: unknown, transferList: MessagePort[] = []): Worker {
  const isBundled = import.meta.url.includes('/dist/')
  const url = new URL(isBundled ? file : `../../dist/${file}`, import.meta.url)
  return new Worker(url, { workerData, transferList, resourceLimits: { stackSizeMb: STACK_MB } })
}
