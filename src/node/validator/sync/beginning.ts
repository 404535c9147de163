import { rmSync } from 'node:fs'
import { readHead } from '../../../chain/index.ts'
import { RULES, type SignatureScheme, stakeWeightedLeader } from '../../../consensus/index.ts'
import type { NetworkClock, Transport } from '../../../network/index.ts'
import { unreachable, ZERO_ADDRESS } from '../../../primitives/index.ts'
import { checkLevelFiles, openLevelStore } from '../../../state/index.ts'
import { type DataDirectory, openDataDirectory } from '../../dataDirectory.ts'
import type { ValidatorNodeOptions } from '../options.ts'
import { createStateSync, type StateSync, type SyncProgress } from './stateSync.ts'

/** A node that is further behind begins with a state of others. Executing so many empty blocks takes some seconds. */
const FAR_BLOCKS = 4_096

/** Below it there is hardly a state that could be proved. */
const LEAST_HEIGHT = 8

/** Between two lines about how far it is. */
const PROGRESS_MS = 5_000

/** What a node syncs with. `start` is called once, when somebody is to be asked. */
export type BeginningParts = {
  readonly scheme: SignatureScheme
  readonly transport: Transport
  readonly clock: NetworkClock
  readonly start: () => Promise<void>
}

/**
 * Brings the data directory to where the node can go on from: a new one, when the network is far ahead, to a recent state that
 * its peers have. While that is under way the directory is marked, and a store that is not whole is never opened as a chain.
 */
export async function syncBeginning(options: ValidatorNodeOptions, parts: BeginningParts): Promise<void> {
  const { sync, dataDirectory, network, peers } = options
  const directory = openDataDirectory(dataDirectory)
  const others = network.members.filter(({ id }) => id !== ownId(options, parts.scheme))
  const hasPeers = others.length + peers.length > 0
  const mayBegin = directory.isNew || sync === 'state'
  if (sync === 'blocks' || !hasPeers || !mayBegin) return discardPart(directory)
  const height = directory.isNew ? 0 : await headOf(directory)
  await parts.start()
  const stateSync = stateSyncOf(options, parts)
  const least = directory.isNew && sync === 'state' ? LEAST_HEIGHT : height + FAR_BLOCKS
  const pivot = await stateSync.findPivot(least)
  if (pivot === undefined) return discardPart(directory)
  // What an attempt before this one has left is of use; a chain is not.
  if (!directory.isNew) rmSync(directory.storePath, { recursive: true })
  directory.markSyncing()
  checkLevelFiles(directory.storePath)
  const store = await openLevelStore(directory.storePath, { create: true, durable: directory.isDurable })
  try {
    await stateSync.run(store, pivot, progressOf(options, parts.clock, pivot.height))
  } finally {
    await store.close()
  }
  directory.markReady()
}

function ownId({ keys, network }: ValidatorNodeOptions, scheme: SignatureScheme) {
  if (keys.consensusKey === undefined) return undefined
  const key = Buffer.from(scheme.publicKey(keys.consensusKey))
  return network.validators.validators.find(({ publicKey }) => key.equals(publicKey))?.id
}

/** A store that holds a part of a state is no beginning for a node that executes all blocks. */
function discardPart({ isPartial, storePath }: DataDirectory): void {
  if (isPartial) rmSync(storePath, { recursive: true, force: true })
}

async function headOf({ storePath, isDurable }: DataDirectory): Promise<number> {
  checkLevelFiles(storePath)
  const store = await openLevelStore(storePath, { create: false, durable: isDurable })
  try {
    return Number(readHead(store)?.blockNumber ?? 0n)
  } finally {
    await store.close()
  }
}

function stateSyncOf({ network }: ValidatorNodeOptions, { scheme, transport, clock }: BeginningParts): StateSync {
  const { genesis, consensus, validators } = network
  const env = {
    nowMs: clock.nowMs(),
    self: ZERO_ADDRESS,
    sign: () => unreachable('whoever only reads certificates signs nothing' as never),
    scheme,
    leader: stakeWeightedLeader,
    config: consensus,
    rules: RULES,
  }
  return createStateSync({ transport, clock, genesis, consensus, validators, env })
}

/** Tells at the beginning, every now and then, and at the end. */
function progressOf({ onEvent }: ValidatorNodeOptions, clock: NetworkClock, height: number) {
  let lastMs = 0
  return (progress: SyncProgress): void => {
    if (!progress.isDone && clock.nowMs() - lastMs < PROGRESS_MS) return
    lastMs = clock.nowMs()
    onEvent({ kind: 'stateSync', blockNumber: BigInt(height), ...progress })
  }
}
