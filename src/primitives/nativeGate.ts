import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'

/**
 * Native code and threads that are ended. A thread that is told to end runs on until the engine next looks, and a call of
 * Node's interface for native code fails from that moment on: addons in C++ (secp256k1) take that for an exception that
 * nobody can catch, and the whole process aborts. So a thread enters such code through a gate of its own, and whoever ends
 * the thread shuts the gate first.
 *
 * - NG1 *No thread ends inside*: after `shut` has returned and `isInside` was false once, the thread never enters again.
 *
 * Two words of shared memory: whether the thread is inside, and whether it is to end.
 */
export type NativeGate = Int32Array<SharedArrayBuffer>

const INSIDE = 0
const SHUT = 1

/** What a thread finds its gate under. Only what runs in it looks there. */
const KEY = 'evmpp.nativeGate'

/** Makes a gate for a thread that is about to be started. */
export function createNativeGate(): NativeGate {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))
}

/** The gate of the threads that are started from now on; with undefined, they have none. */
export function offerNativeGate(gate: NativeGate | undefined): void {
  setEnvironmentData(KEY, gate)
}

/** Lets the thread in no more. It may be inside still. */
export function shutNativeGate(gate: NativeGate): void {
  Atomics.store(gate, SHUT, 1)
}

/** Whether the thread is in native code: 0.1 ms, or as long as an addon takes to load. */
export function isInsideNative(gate: NativeGate): boolean {
  return Atomics.load(gate, INSIDE) !== 0
}

/** This thread's; a thread that nobody ends, as the main one, has none. */
const own = getEnvironmentData(KEY) as NativeGate | undefined

/** Runs native code that must not be interrupted. Once the gate is shut this never returns: the thread is about to end. */
export function insideNative<result>(work: () => result): result {
  enter()
  try {
    return work()
  } finally {
    leave()
  }
}

/** The same for work that is awaited, such as loading an addon. Nothing else of the thread may enter meanwhile. */
export async function insideNativeAsync<result>(work: () => Promise<result>): Promise<result> {
  enter()
  try {
    return await work()
  } finally {
    leave()
  }
}

function enter(): void {
  if (own === undefined) return
  // In this order, and in the other one where the gate is shut: one of the two sees what the other has written.
  Atomics.store(own, INSIDE, 1)
  if (Atomics.load(own, SHUT) === 0) return
  Atomics.store(own, INSIDE, 0)
  for (;;) Atomics.wait(own, SHUT, 1)
}

function leave(): void {
  if (own !== undefined) Atomics.store(own, INSIDE, 0)
}
