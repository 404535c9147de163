import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Contact } from '../../network/index.ts'
import { parseContact } from '../../network/index.ts'
import { MAX_WORKERS } from '../../parallel/index.ts'
import type { Address } from '../../primitives/index.ts'
import { BaseError, checksummed, messageOf } from '../../primitives/index.ts'
import type { EvmEngineName } from '../machines.ts'
import { EVM_ENGINES } from '../machines.ts'
import { EXECUTORS, type ExecutorOptions, type RpcAccess } from '../options.ts'
import { defaultWorkers } from '../team.ts'
import { readFields } from './fields.ts'

/** Raised whenever the file's members change their meaning. */
const VERSION = 1
const MAX_PORT = 65_535

/** What a node's config file says; the file itself is described member by member in docs/operating.md. Paths are absolute. */
export type NodeConfig = ExecutorOptions & {
  readonly genesisPath: string
  readonly keysPath: string
  readonly safetyDirectory: string
  readonly dataDirectory: string
  /** Who gets the priority fees of a validator's blocks; undefined: its validator id. */
  readonly feeRecipient: Address | undefined
  readonly evm: EvmEngineName
  readonly rpc: RpcAccess & { readonly host: string; readonly port: number }
  /** Where peers connect to; port 0 takes a free one. */
  readonly p2p: { readonly host: string; readonly port: number }
  /** Whom to connect to besides the validators of the genesis file. */
  readonly peers: readonly Contact[]
  /** Undefined serves no metrics; 0 takes a free one. */
  readonly metricsPort: number | undefined
}

/**
 * Reads a node's config. Throws `CONFIG_UNREADABLE`, or `CONFIG_INVALID` naming the member: one that is missing, does not
 * fit or that this version does not know.
 */
export function readNodeConfig(path: string): NodeConfig {
  const fields = readFields(readJson(path), 'config', 'CONFIG_INVALID')
  const version = fields.integer('version', 0, Number.MAX_SAFE_INTEGER)
  if (version !== VERSION) fields.refuse(`is ${version}, and this evmpp reads version ${VERSION}`, 'version')
  const pathAt = (name: string): string => resolve(dirname(path), fields.text(name))
  const [rpc, p2p] = [fields.object('rpc'), fields.object('p2p')]
  const evm = fields.text('evm')
  const executor = fields.has('executor') ? fields.text('executor') : 'auto'
  const config = {
    genesisPath: pathAt('genesis'),
    keysPath: pathAt('keys'),
    safetyDirectory: pathAt('safety'),
    dataDirectory: pathAt('data'),
    feeRecipient: fields.has('feeRecipient') ? fields.address('feeRecipient') : undefined,
    evm: EVM_ENGINES.find((name) => name === evm) ?? fields.refuse(`is none of ${EVM_ENGINES.join(', ')}`, 'evm'),
    executor:
      EXECUTORS.find((name) => name === executor) ?? fields.refuse(`is none of ${EXECUTORS.join(', ')}`, 'executor'),
    workers: fields.has('workers') ? fields.integer('workers', 1, MAX_WORKERS) : defaultWorkers(),
    rpc: {
      host: rpc.text('host'),
      port: rpc.integer('port', 0, MAX_PORT),
      corsOrigins: rpc.texts('cors'),
      ...(rpc.has('vhosts') && { hosts: rpc.texts('vhosts') }),
    },
    p2p: { host: p2p.text('host'), port: p2p.integer('port', 0, MAX_PORT) },
    peers: fields.texts('peers').map(parseContact),
    metricsPort: fields.has('metricsPort') ? fields.integer('metricsPort', 0, MAX_PORT) : undefined,
  }
  for (const part of [rpc, p2p, fields]) part.finish()
  return config
}

/** The file that {@link readNodeConfig} reads, for the node of this name; its paths are relative to the file. */
export function nodeConfigFile(name: string, ports: NodePorts, feeRecipient: Address | undefined): object {
  return {
    version: VERSION,
    genesis: 'genesis.json',
    keys: `${name}/keys.json`,
    safety: `${name}/safety`,
    data: `${name}/data`,
    ...(feeRecipient !== undefined && { feeRecipient: checksummed(feeRecipient) }),
    evm: 'compiled',
    executor: 'auto',
    rpc: { host: '127.0.0.1', port: ports.rpc, cors: [] },
    p2p: { host: '127.0.0.1', port: ports.p2p },
    peers: [],
    metricsPort: ports.metrics,
  }
}

/** Where one node listens. */
export type NodePorts = { readonly rpc: number; readonly p2p: number; readonly metrics: number }

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    const advice = ['"evmpp init" writes one for every node.']
    throw new BaseError('CONFIG_UNREADABLE', `the config ${path} cannot be read: ${messageOf(cause)}`, {
      advice,
      cause,
    })
  }
}
