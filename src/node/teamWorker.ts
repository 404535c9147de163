/** A thread that executes transactions of blocks for the ledger's thread. It never writes to the store. */
import { parentPort, workerData } from 'node:worker_threads'
import type { CompiledModule } from '../core/index.ts'
import { serveTeam } from '../parallel/index.ts'
import { assert, messageOf } from '../primitives/index.ts'
import { flatView, openLevelStore } from '../state/index.ts'
import type { EvmEngineName } from './machines.ts'
import { createExecution } from './machines.ts'

/** What the main thread hands over at the start. */
export type TeamWorkerData = {
  readonly memory: SharedArrayBuffer
  readonly number: number
  readonly evm: EvmEngineName
  readonly core: CompiledModule
  /** The node's store, which the blocks begin with; undefined when another thread has to be asked. */
  readonly storePath: string | undefined
}

/** What it says: that it is up, or what was thrown while it worked. */
export type TeamWorkerMessage = { readonly kind: 'up' } | { readonly kind: 'failed'; readonly message: string }

assert(parentPort !== null, 'a worker of a team runs in a thread')
const port = parentPort
const say = (message: TeamWorkerMessage): void => port.postMessage(message)
const { memory, number, evm, core, storePath } = workerData as TeamWorkerData
const store = storePath === undefined ? undefined : await openLevelStore(storePath, { create: false, durable: false })
const parts = createExecution(evm, { core })
say({ kind: 'up' })
serveTeam({
  memory,
  number,
  parts,
  stored: store && flatView(store),
  onFailure: (thrown) => say({ kind: 'failed', message: messageOf(thrown) }),
})
