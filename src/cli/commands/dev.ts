import type { NodeOptions } from '../../node/index.ts'
import { CHAIN_HARDFORKS, EVM_ENGINES, startNode } from '../../node/index.ts'
import { banner } from '../banner.ts'
import type { Arguments, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { exampleContracts } from '../contracts.ts'
import {
  executorOf,
  executorOptions,
  integer,
  metricsPort,
  metricsPortOption,
  milliseconds,
  oneOf,
  port,
  readGenesis,
  refuseArguments,
} from '../options.ts'
import { rpcOf, rpcOptions } from '../rpcOptions.ts'
import { eventPrinter, outliveReaders, outputOptions, printJson, runNode, stopSignal } from '../running.ts'
import { VERSION } from '../version.ts'

/** 2100: what lies beyond is milliseconds by mistake. */
const MAX_TIMESTAMP_SECONDS = 4_102_444_800n

/** Runs a development node until it is told to stop. */
export const devCommand: Command = {
  name: 'dev',
  usage: '',
  summary: 'run a development node',
  options: {
    host: { type: 'string', value: 'address', default: '127.0.0.1', summary: 'where to listen' },
    port: { type: 'string', value: 'number', default: '8545', summary: 'HTTP and WebSocket; 0 takes a free one' },
    datadir: { type: 'string', value: 'path', default: '.evmpp', summary: 'where the chain is kept' },
    ephemeral: { type: 'boolean', summary: 'keep nothing after the node has stopped' },
    'chain-id': { type: 'string', value: 'number', default: '31337', summary: 'chain id of a new chain' },
    hardfork: {
      type: 'string',
      value: 'name',
      default: 'osaka',
      summary: `rules of a new chain: ${CHAIN_HARDFORKS.join(', ')}`,
    },
    evm: {
      type: 'string',
      value: 'engine',
      default: 'compiled',
      summary: `how EVM code is executed: ${EVM_ENGINES.join(', ')}`,
    },
    ...executorOptions,
    genesis: { type: 'string', value: 'file', summary: 'begin a new chain from a geth genesis file' },
    timestamp: {
      type: 'string',
      value: 'seconds',
      summary: 'when a new chain begins (default now): equal chains have equal genesis hashes',
    },
    'gas-limit': { type: 'string', value: 'gas', default: '60000000', summary: 'gas limit of a block' },
    'block-time': {
      type: 'string',
      value: 'seconds',
      summary: 'a block every so often instead of one per transaction',
    },
    'no-mining': { type: 'boolean', summary: 'blocks only when evm_mine asks for them' },
    ...rpcOptions,
    'metrics-port': metricsPortOption,
    ...outputOptions,
  },
  examples: ['evmpp dev', 'evmpp dev --ephemeral --port 0 --json', 'evmpp dev --block-time 2 --datadir ./my-chain'],
  async run(args) {
    refuseArguments('dev', args)
    const print = eventPrinter(args)
    const stopping = stopSignal()
    outliveReaders()
    await runNode(startNode({ ...optionsOf(args), onEvent: print }), stopping, (node) => {
      if (args.flag('json')) printJson({ kind: 'ready', ...node.info })
      else process.stdout.write(banner(VERSION, node.info, exampleContracts()))
    })
  },
}

function optionsOf(args: Arguments): Omit<NodeOptions, 'onEvent'> {
  const genesisPath = args.text('genesis')
  return {
    version: VERSION,
    host: args.text('host') ?? '',
    port: port(args, 'port'),
    dataDirectory: args.flag('ephemeral') ? undefined : args.text('datadir'),
    chainId: BigInt(integer(args, 'chain-id', 1n, 2n ** 53n - 1n)),
    hardfork: oneOf(args, 'hardfork', CHAIN_HARDFORKS),
    evm: oneOf(args, 'evm', EVM_ENGINES),
    ...executorOf(args),
    genesis: genesisPath === undefined ? undefined : readGenesis(genesisPath),
    timestampSeconds: timestampOf(args),
    gasLimit: BigInt(integer(args, 'gas-limit', 5_000n, 2n ** 53n - 1n)),
    mining: miningOf(args),
    rpc: rpcOf(args),
    metricsPort: metricsPort(args),
  }
}

/** When the development genesis begins. Throws `UsageError` beside a genesis file, which says it itself. */
function timestampOf(args: Arguments): bigint | undefined {
  if (args.text('timestamp') === undefined) return undefined
  if (args.text('genesis') !== undefined) throw new UsageError('--timestamp and --genesis exclude each other.')
  return BigInt(integer(args, 'timestamp', 0n, MAX_TIMESTAMP_SECONDS))
}

function miningOf(args: Arguments): NodeOptions['mining'] {
  if (args.text('block-time') === undefined) return { kind: args.flag('no-mining') ? 'manual' : 'automine' }
  if (args.flag('no-mining')) throw new UsageError('--block-time and --no-mining exclude each other.')
  return { kind: 'interval', milliseconds: milliseconds(args, 'block-time') }
}
