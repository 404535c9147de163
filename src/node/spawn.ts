import { type MessagePort, Worker, type WorkerOptions } from 'node:worker_threads'
import {
  createNativeGate,
  isInsideNative,
  type NativeGate,
  offerNativeGate,
  shutNativeGate,
} from '../primitives/index.ts'

/** 1,024 nested frames of either VM need 20 to 40 MB; V8's default of 1 MB ends at about 100 (decision 4). */
const STACK_MB = 64

/** How often a thread that is to end is asked whether it has left native code. */
const POLL_MS = 1
/** A thread that is inside for longer hangs; it is ended all the same. */
const MOST_INSIDE_MS = 5_000

/** Gates of the threads that run. */
const gates = new Set<NativeGate>()

/** A thread that can be ended at any time: see `NativeGate` in primitives. */
class Thread extends Worker {
  readonly #gate: NativeGate

  constructor(url: URL, options: WorkerOptions) {
    const gate = createNativeGate()
    offerNativeGate(gate)
    super(url, options)
    offerNativeGate(undefined)
    this.#gate = gate
    gates.add(gate)
    this.once('exit', () => gates.delete(gate))
  }

  override async terminate(): Promise<number> {
    shutNativeGate(this.#gate)
    const patienceEndMs = Date.now() + MOST_INSIDE_MS
    while (isInsideNative(this.#gate) && Date.now() < patienceEndMs) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
    return super.terminate()
  }
}

// A process that exits ends its threads, too. Nothing can be awaited any more.
process.on('exit', () => {
  for (const gate of gates) shutNativeGate(gate)
  const patienceEndMs = Date.now() + MOST_INSIDE_MS
  for (const gate of gates) while (isInsideNative(gate) && Date.now() < patienceEndMs);
})

/** A program of ours in a thread of its own: a file in dist/, which is where this one is or as seen from src/. */
export function spawn(file: string, workerData: unknown, transferList: MessagePort[] = []): Worker {
  const isBundled = import.meta.url.includes('/dist/')
  const url = new URL(isBundled ? file : `../../dist/${file}`, import.meta.url)
  return new Thread(url, { workerData, transferList, resourceLimits: { stackSizeMb: STACK_MB } })
}
