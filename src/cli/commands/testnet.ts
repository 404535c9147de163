import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { defaultWorkers } from '../../node/index.ts'
import { assert, BaseError, messageOf } from '../../primitives/index.ts'
import type { Arguments, Command } from '../command.ts'
import { makeNetwork, newNetworkOptions } from '../network.ts'
import { executorOf, executorOptions, refuseArguments } from '../options.ts'
import { outliveReaders, printJson, stopSignal } from '../running.ts'
import { table } from '../table.ts'
import type { Fleet, FleetEvent, NodeReady } from '../testnet/fleet.ts'
import { createFleet } from '../testnet/fleet.ts'
import { waitUntilReady } from '../testnet/readiness.ts'
import { readWish } from '../testnet/wishes.ts'
import { VERSION } from '../version.ts'

/** A validator that died unasked is started again after so long, so that one that cannot start does not spin. */
const RESTART_DELAY_MS = 1_000

/** Runs a whole network on this machine until it is told to stop. */
export const testnetCommand: Command = {
  name: 'testnet',
  usage: '',
  summary: 'run a network of validators on this machine, each in a process of its own',
  options: {
    dir: {
      type: 'string',
      value: 'folder',
      summary: 'where the network is kept, made if there is none; without it nothing is kept',
    },
    ...newNetworkOptions,
    ...executorOptions,
    workers: {
      ...executorOptions.workers,
      summary: "each validator's threads that execute transactions; by default the cores are shared out",
    },
    restart: { type: 'boolean', summary: 'start a validator again when it dies' },
    json: { type: 'boolean', summary: 'one JSON object per line on stdout, among them "ready"' },
  },
  examples: [
    'evmpp testnet',
    'evmpp testnet --validators 7 --dir ./net --restart',
    'evmpp testnet --port 0 --json < /dev/null',
  ],
  async run(args) {
    refuseArguments('testnet', args)
    const stopping = stopSignal()
    outliveReaders()
    const folder = folderOf(args)
    try {
      await runNetwork(args, folder.path, stopping)
    } finally {
      folder.release()
    }
    // Nothing of ours runs any more; standard input must not keep the process.
    process.exit(0)
  },
}

/** The network's folder; a temporary one goes with the network. */
function folderOf(args: Arguments): { readonly path: string; release(): void } {
  const given = args.text('dir')
  if (given !== undefined) return { path: given, release: () => undefined }
  const path = mkdtempSync(join(tmpdir(), 'evmpp-testnet-'))
  return { path, release: () => rmSync(path, { recursive: true, force: true }) }
}

async function runNetwork(args: Arguments, folder: string, stopping: Promise<void>): Promise<void> {
  if (!existsSync(join(folder, 'genesis.json'))) await makeNetwork(args, folder, 'throwaway')
  const names = nodesOf(folder)
  const isJson = args.flag('json')
  const fleet: Fleet = createFleet(
    programPath(),
    names.map((name) => ({
      name,
      args: ['--config', join(folder, `${name}.json`), ...executorWords(args, names.length)],
    })),
    (event) => {
      tell(event, isJson)
      if (args.flag('restart') && event.kind === 'exited' && !event.isExpected) restartLater(fleet, event.name)
    },
  )
  try {
    const starting = startAll(fleet, names)
    // Ctrl-C while the nodes start: they are stopped, and what they say of that is no news.
    starting.catch(() => undefined)
    const nodes = await Promise.race([starting, stopping])
    if (nodes === undefined) return
    if (isJson) printJson({ kind: 'ready', validators: nodes })
    else process.stdout.write(banner(args, nodes))
    await Promise.race([stopping, obey(fleet, names)])
  } finally {
    await fleet.close()
  }
}

/** How each of so many validators on this machine executes, as options of `evmpp node`; they share the cores. */
function executorWords(args: Arguments, validators: number): readonly string[] {
  const share = Math.max(1, Math.floor(defaultWorkers() / validators))
  const { executor, workers } = executorOf(args, { executor: 'auto', workers: share })
  const isChosen = args.text('executor') !== undefined
  return [...(isChosen ? ['--executor', executor] : []), '--workers', `${workers}`]
}

/** Resolves once all serve and blocks can be made. */
async function startAll(fleet: Fleet, names: readonly string[]): Promise<readonly Named[]> {
  const nodes = await Promise.all(names.map(async (name) => named(name, await fleet.start(name))))
  await waitUntilReady(nodes.map(({ rpcUrl }) => rpcUrl))
  return nodes
}

/** The names of the configs in a network's folder. */
function nodesOf(folder: string): readonly string[] {
  const names = readdirSync(folder)
    .map((file) => /^(node\d+)\.json$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)))
  if (names.length > 0) return names
  throw new BaseError('NETWORK_EMPTY', `${folder} has a genesis file and no config node0.json`, {
    advice: ['Choose another --dir.'],
  })
}

/** This very program, as Node was started with it. */
function programPath(): string {
  const path = process.argv[1]
  assert(path !== undefined, 'a program that runs has a path')
  return path
}

function restartLater(fleet: Fleet, name: string): void {
  setTimeout(() => void fleet.start(name).catch(() => undefined), RESTART_DELAY_MS)
}

/** Does what is typed, line by line, until `quit`. The end of the input is no wish: a script may have none to begin with. */
function obey(fleet: Fleet, names: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    createInterface({ input: process.stdin }).on('line', async (line) => {
      try {
        const wish = readWish(line, names)
        if (wish.kind === 'quit') return resolve()
        if (wish.kind === 'start') await fleet.start(wish.name)
        else await fleet.stop(wish.name, wish.kind === 'stop' ? 'SIGTERM' : 'SIGKILL')
      } catch (error) {
        process.stderr.write(`${messageOf(error)}\n`)
      }
    })
  })
}

/** A node that serves, as `ready` tells of it. */
type Named = ReturnType<typeof named>

function named(name: string, { url, p2pAddress, metricsUrl, pid, chainId, validatorId, dataDirectory }: NodeReady) {
  return { name, rpcUrl: url, p2pAddress, metricsUrl, pid, chainId, validatorId, dataDirectory }
}

function tell(event: FleetEvent, isJson: boolean): void {
  switch (event.kind) {
    case 'started':
      if (isJson) printJson({ kind: 'started', ...named(event.name, event.ready) })
      return
    case 'exited': {
      const { name, code, signal, isExpected, last } = event
      if (isJson) printJson({ kind: 'exited', name, code, signal, isExpected, last })
      else process.stdout.write(`${name} has ${isExpected ? 'stopped' : `died (${signal ?? code}): ${last}`}\n`)
      return
    }
    case 'node':
      if (isJson) printJson({ ...event.event, node: event.name })
      else if (event.event.kind === 'warning') process.stdout.write(`${event.name}: ${event.event.message}\n`)
  }
}

function banner(args: Arguments, nodes: readonly Named[]): string {
  const rows = nodes.map(({ name, rpcUrl, p2pAddress, metricsUrl, pid }) => [
    name,
    rpcUrl,
    p2pAddress.slice(p2pAddress.indexOf('@') + 1),
    `${metricsUrl}/metrics`,
    `${pid}`,
  ])
  return [
    '',
    `evmpp ${VERSION}: a network of ${nodes.length} validators, chain ${nodes[0]?.chainId}`,
    '',
    ...table([['', 'RPC (HTTP and WebSocket)', 'peers', 'metrics', 'pid'], ...rows]),
    '',
    `Data       ${args.text('dir') ?? 'none: gone when the network stops'}`,
    'Type       "stop 2", "kill 2", "start 2" for a validator, "quit" for all',
    '',
    'In a second terminal:',
    `  npx evmpp status --rpc-url ${nodes[0]?.rpcUrl}`,
    '',
    'Ctrl-C stops the network.',
    '',
    '',
  ].join('\n')
}
