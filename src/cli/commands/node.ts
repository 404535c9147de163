import { join } from 'node:path'
import type { NetworkNodeOptions } from '../../node/index.ts'
import { EVM_ENGINES, loadNetworks, SYNC_MODES } from '../../node/index.ts'
import type { Arguments, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { banner } from '../networkBanner.ts'
import {
  address,
  executorOf,
  executorOptions,
  integer,
  metricsPort,
  metricsPortOption,
  oneOf,
  port,
  readGenesis,
  refuseArguments,
} from '../options.ts'
import { rpcOf, rpcOptions } from '../rpcOptions.ts'
import { eventPrinter, outliveReaders, outputOptions, printJson, runNode, stopSignal } from '../running.ts'
import { VERSION } from '../version.ts'

/** Options that say who a node is, which a config file says already. */
const WITHOUT_CONFIG = ['genesis', 'datadir', 'p2p-host', 'p2p-port']

/** Options that say nothing of a node without a vote. */
const FOR_VALIDATORS = ['sign-from', 'fee-recipient']

/** Runs a node of a network until it is told to stop. */
export const nodeCommand: Command = {
  name: 'node',
  usage: '--config <file> | --genesis <file> --peer <addresses>',
  summary: 'run a node of a network: a validator, or one that follows',
  options: {
    config: {
      type: 'string',
      value: 'file',
      summary: 'a config that "evmpp init" made; the options below win over it',
    },
    genesis: { type: 'string', value: 'file', summary: "without a config: the network's genesis file" },
    peer: {
      type: 'string',
      value: 'addresses',
      summary: 'nodes to connect to, <peer id>@<host>:<port>, separated by commas',
    },
    datadir: {
      type: 'string',
      value: 'path',
      summary: 'without a config: where the key and the chain are kept (default .evmpp-node)',
    },
    host: { type: 'string', value: 'address', summary: 'where to serve RPC (default 127.0.0.1)' },
    port: { type: 'string', value: 'number', summary: 'HTTP and WebSocket; 0 takes a free one (default 8545)' },
    'p2p-host': { type: 'string', value: 'address', summary: 'where peers connect to (default 127.0.0.1)' },
    'p2p-port': { type: 'string', value: 'number', summary: 'their port; 0, the default, takes a free one' },
    ...rpcOptions,
    evm: { type: 'string', value: 'engine', summary: `how EVM code is executed: ${EVM_ENGINES.join(', ')}` },
    ...executorOptions,
    sync: {
      type: 'string',
      value: 'how',
      summary:
        'state: begin with a recent state that others have; blocks: execute every block; left out, a new data directory takes the state when the network is thousands of blocks ahead',
    },
    'fee-recipient': {
      type: 'string',
      value: 'address',
      summary: "who gets the fees of a validator's blocks; else its validator id, for which nobody has a key",
    },
    'metrics-port': metricsPortOption,
    'sign-from': {
      type: 'string',
      value: 'round',
      summary: 'after a lost safety record: vote from this round on; read docs/operating.md first',
    },
    ...outputOptions,
    'stop-with-stdin': { type: 'boolean', summary: 'stop when standard input ends: no node outlives who started it' },
  },
  examples: [
    'evmpp node --config net/node0.json',
    'evmpp node --genesis net/genesis.json --peer 12D3KooW…@127.0.0.1:8645 --port 9545',
  ],
  async run(args) {
    refuseArguments('node', args)
    const print = eventPrinter(args)
    const stopping = args.flag('stop-with-stdin') ? Promise.race([stopSignal(), endOfInput()]) : stopSignal()
    outliveReaders()
    const { startNetworkNode } = await loadNetworks()
    await runNode(startNetworkNode({ ...(await optionsOf(args)), onEvent: print }), stopping, (node) => {
      if (args.flag('json')) printJson({ kind: 'ready', ...node.info })
      else process.stdout.write(banner(VERSION, node.info))
    })
  },
}

function endOfInput(): Promise<void> {
  return new Promise((resolve) => {
    process.stdin.once('close', resolve).once('end', resolve).resume()
  })
}

async function optionsOf(args: Arguments): Promise<Omit<NetworkNodeOptions, 'onEvent'>> {
  const { peers, ...base } = args.text('config') === undefined ? await followerOf(args) : await configured(args)
  const { parseContact } = await loadNetworks()
  const added = args.text('peer')?.split(',') ?? []
  return {
    ...base,
    peers: [...peers, ...added.map(parseContact)],
    version: VERSION,
    evm: args.text('evm') === undefined ? base.evm : oneOf(args, 'evm', EVM_ENGINES),
    ...executorOf(args, base),
    rpc: {
      host: args.text('host') ?? base.rpc.host,
      port: args.text('port') === undefined ? base.rpc.port : port(args, 'port'),
      ...rpcOf(args, base.rpc),
    },
    metricsPort: metricsPort(args) ?? base.metricsPort,
    feeRecipient: address(args, 'fee-recipient') ?? base.feeRecipient,
    sync: args.text('sync') === undefined ? 'auto' : oneOf(args, 'sync', SYNC_MODES),
    signFrom: args.text('sign-from') === undefined ? undefined : integer(args, 'sign-from', 1n, 2n ** 53n - 1n),
  }
}

type Base = Omit<NetworkNodeOptions, 'onEvent' | 'version' | 'signFrom' | 'sync'>

/** The node that a config file describes. */
async function configured(args: Arguments): Promise<Base> {
  const path = args.text('config') ?? ''
  const surplus = WITHOUT_CONFIG.find((name) => args.text(name) !== undefined)
  if (surplus !== undefined) throw new UsageError(`--config and --${surplus} exclude each other: edit the file.`)
  const { readKeys, readNodeConfig } = await loadNetworks()
  const { genesisPath, keysPath, ...config } = readNodeConfig(path)
  return { ...config, genesis: readGenesis(genesisPath), keys: readKeys(keysPath) }
}

/** A node without a vote, whose key is made when it first starts. */
async function followerOf(args: Arguments): Promise<Base> {
  const genesisPath = args.text('genesis')
  if (genesisPath === undefined) throw new UsageError('--config or --genesis is needed: see "evmpp node --help".')
  const votersOnly = FOR_VALIDATORS.find((name) => args.text(name) !== undefined)
  if (votersOnly !== undefined) throw new UsageError(`--${votersOnly} is for validators: they have a --config.`)
  const { followerKeys } = await loadNetworks()
  const genesis = readGenesis(genesisPath)
  const folder = args.text('datadir') ?? '.evmpp-node'
  return {
    genesis,
    keys: followerKeys(join(folder, 'keys.json')),
    safetyDirectory: join(folder, 'safety'),
    dataDirectory: join(folder, 'data'),
    feeRecipient: undefined,
    evm: 'compiled',
    ...executorOf(args),
    rpc: { host: '127.0.0.1', port: 8545, corsOrigins: [] },
    p2p: {
      host: args.text('p2p-host') ?? '127.0.0.1',
      port: args.text('p2p-port') === undefined ? 0 : port(args, 'p2p-port'),
    },
    peers: [],
    metricsPort: undefined,
  }
}
