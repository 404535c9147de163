import { createServer, type Server } from 'node:net'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import type { ConsensusParameters, CreatedNetwork, NodePorts } from '../node/index.ts'
import { CHAIN_HARDFORKS, loadNetworks } from '../node/index.ts'
import type { Address, Hex } from '../primitives/index.ts'
import { assert, BaseError, messageOf, toAddress } from '../primitives/index.ts'
import type { Arguments, Option } from './command.ts'
import { UsageError } from './command.ts'
import { address, addresses, integer, milliseconds, oneOf, port, readGenesis } from './options.ts'

/** Validators of one machine: beyond this the ports of one kind would reach those of the next. */
const MAX_VALIDATORS = 100
/** From a validator's RPC port to its peers' port, and from there to its metrics' port. */
const PORT_STEP = 100
const MAX_PORT = 65_535

/** Options of every command that makes a network. */
export const newNetworkOptions = {
  validators: { type: 'string', value: 'number', default: '4', summary: 'how many; 4 go on when one of them fails' },
  'chain-id': { type: 'string', value: 'number', default: '31337', summary: 'chain id' },
  hardfork: { type: 'string', value: 'name', default: 'osaka', summary: `rules: ${CHAIN_HARDFORKS.join(', ')}` },
  'gas-limit': { type: 'string', value: 'gas', default: '60000000', summary: 'gas limit of a block' },
  genesis: { type: 'string', value: 'file', summary: 'begin from a geth genesis file instead of the three above' },
  fund: {
    type: 'string',
    value: 'addresses',
    summary:
      'who gets 10000 ether each, separated by commas; without it the ten development accounts, whose keys are public',
  },
  'register-owner': {
    type: 'string',
    value: 'address',
    summary:
      'who says who validates in later epochs; without it the first of --fund, with --genesis nobody, else (init) a new key that is printed once',
  },
  'fee-recipient': {
    type: 'string',
    value: 'address',
    summary: "who gets the fees of all validators' blocks, as each config says; without it (init) the register's owner",
  },
  'block-time': { type: 'string', value: 'seconds', default: '0.25', summary: 'least time between two blocks' },
  delta: {
    type: 'string',
    value: 'milliseconds',
    default: '250',
    summary: "an upper bound for a message's way; a round is given up after four of them and the block time",
  },
  'epoch-length': { type: 'string', value: 'blocks', default: '50000', summary: 'blocks until validators may change' },
  port: {
    type: 'string',
    value: 'number',
    default: '8545',
    summary: `RPC of the first node, the next ones follow; ${PORT_STEP} above for peers, ${2 * PORT_STEP} above for metrics; 0 takes free ones`,
  },
} as const satisfies Readonly<Record<string, Option>>

/**
 * What a network is for: `lasting` ones (init) belong to whoever makes them, `throwaway` ones (testnet) to everybody, as
 * their register's owner is a development account, whose key is public.
 */
export type NetworkPurpose = 'lasting' | 'throwaway'

/** Owner of a network's register of validators. `privateKey` is there when it was made with the network. */
export type RegisterOwner = { readonly address: Address; readonly privateKey: Hex | undefined }

/** A network that was just made, and whom it pays and obeys. */
export type MadeNetwork = CreatedNetwork & {
  readonly registerOwner: RegisterOwner | undefined
  readonly feeRecipient: Address | undefined
}

/** Makes the network that the arguments describe. */
export async function makeNetwork(args: Arguments, folder: string, purpose: NetworkPurpose): Promise<MadeNetwork> {
  const ports = await portsOf(args)
  const { createNetwork, devAddresses, gethGenesis } = await loadNetworks()
  const genesisPath = args.text('genesis')
  const given = addresses(args, 'fund')
  if (genesisPath !== undefined && given !== undefined) {
    throw new UsageError('--genesis and --fund exclude each other: fund accounts in the file.')
  }
  const registerOwner = ownerOf(args, purpose, given, devAddresses())
  const feeRecipient = address(args, 'fee-recipient') ?? (purpose === 'lasting' ? registerOwner?.address : undefined)
  // Who is to change the register has to pay for it.
  const funded = given ?? [...devAddresses(), ...(registerOwner === undefined ? [] : [registerOwner.address])]
  const chain = {
    chainId: BigInt(integer(args, 'chain-id', 1n, 2n ** 53n - 1n)),
    hardfork: oneOf(args, 'hardfork', CHAIN_HARDFORKS),
    gasLimit: BigInt(integer(args, 'gas-limit', 5_000n, 2n ** 53n - 1n)),
    funded: [...new Set(funded)],
  }
  const file = genesisPath === undefined ? gethGenesis(chain) : readGenesis(genesisPath)
  const network = await createNetwork({
    folder,
    gethGenesis: Object(file),
    parameters: parametersOf(args),
    ports,
    registerOwner: registerOwner?.address,
    feeRecipient: feeRecipient ?? (purpose === 'throwaway' ? 'own' : undefined),
  })
  return { ...network, registerOwner, feeRecipient }
}

/** Undefined for a network without a register: its validators stay. */
function ownerOf(
  args: Arguments,
  purpose: NetworkPurpose,
  funded: readonly Address[] | undefined,
  known: readonly Address[],
): RegisterOwner | undefined {
  const hasGenesis = args.text('genesis') !== undefined
  const named = address(args, 'register-owner') ?? (hasGenesis ? undefined : funded?.[0])
  if (named !== undefined) return { address: named, privateKey: undefined }
  if (hasGenesis) return undefined
  const [first] = known
  if (purpose === 'throwaway') return first && { address: first, privateKey: undefined }
  const privateKey = generatePrivateKey()
  return { address: toAddress(privateKeyToAddress(privateKey)), privateKey }
}

function parametersOf(args: Arguments): ConsensusParameters {
  const epochLength = integer(args, 'epoch-length', 10n, 2n ** 40n)
  return {
    deltaMs: integer(args, 'delta', 1n, 60_000n),
    votePaceMs: milliseconds(args, 'block-time'),
    maxClockDriftMs: 1_000,
    epochLength,
    // A tenth of an epoch is what its last blocks have to become final and executed.
    epochDelayRounds: Math.max(10, Math.floor(epochLength / 10)),
  }
}

async function portsOf(args: Arguments): Promise<readonly NodePorts[]> {
  const count = integer(args, 'validators', 1n, BigInt(MAX_VALIDATORS))
  const base = port(args, 'port')
  if (base === 0) return freePorts(count)
  if (base + 3 * PORT_STEP > MAX_PORT) throw new UsageError(`--port takes at most ${MAX_PORT - 3 * PORT_STEP}.`)
  return Array.from({ length: count }, (_, index) => ({
    rpc: base + index,
    p2p: base + PORT_STEP + index,
    metrics: base + 2 * PORT_STEP + index,
  }))
}

/** Ports that are free now. They are held until all are found, so that no two are the same. */
async function freePorts(count: number): Promise<readonly NodePorts[]> {
  const servers = await Promise.all(Array.from({ length: 3 * count }, () => listenAnywhere()))
  const found = servers.map(portOf)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return Array.from({ length: count }, (_, index) => {
    const [rpc = 0, p2p = 0, metrics = 0] = found.slice(3 * index)
    return { rpc, p2p, metrics }
  })
}

function listenAnywhere(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (cause) =>
      reject(new BaseError('CANNOT_LISTEN', `no free port: ${messageOf(cause)}`, { cause })),
    )
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}

function portOf(server: Server): number {
  const address = server.address()
  assert(typeof address === 'object' && address !== null, 'a server that listens has a port')
  return address.port
}
