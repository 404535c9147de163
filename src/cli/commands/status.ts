import type { Address, Hash, PublicClient } from 'viem'
import type { Command } from '../command.ts'
import { connect, connectionOptions } from '../connection.ts'
import { refuseArguments } from '../options.ts'
import { reported } from '../requestFailure.ts'
import { printJson } from '../running.ts'
import { table } from '../table.ts'

/** What `evmpp_getConsensusState` answers; quantities are hex. */
type ConsensusState = {
  readonly self: Address | null
  readonly isVoting: boolean
  readonly whyNotVoting: string | null
  readonly epoch: Hash
  readonly round: Hash
  readonly leader: Address
  readonly highestCertificate: Certificate
  readonly finalized: { readonly height: Hash; readonly round: Hash }
  readonly lagBlocks: Hash
  readonly timeouts: Hash
}

type Certificate = { readonly round: Hash; readonly signers: readonly Address[]; readonly stakePercent: number }

type Validator = {
  readonly id: Address
  readonly stake: Hash
  readonly peerId: string
  readonly isConnected: boolean
  readonly isSelf: boolean
}

/** All that the command shows. `consensus` is absent on a development node. */
type Status = {
  readonly url: string
  readonly client: string
  readonly chainId: number
  readonly peers: number
  readonly head: {
    readonly number: number
    readonly hash: Hash
    readonly stateRoot: Hash
    readonly transactions: number
    readonly ageSeconds: number
  }
  readonly consensus: Consensus | undefined
}

type Consensus = {
  readonly self: Address | null
  readonly isVoting: boolean
  readonly whyNotVoting: string | null
  readonly epoch: number
  readonly round: number
  readonly leader: Address
  readonly finalizedHeight: number
  readonly lagBlocks: number
  readonly timeouts: number
  readonly lastCertificate: { readonly round: number; readonly signers: number; readonly stakePercent: number }
  readonly validators: readonly (Omit<Validator, 'stake'> & { readonly stake: string })[]
}

/** Tells where a node stands. */
export const statusCommand: Command = {
  name: 'status',
  usage: '',
  summary: 'tell where a node stands: head, round, validators, peers',
  options: connectionOptions,
  examples: ['evmpp status', 'evmpp status --rpc-url http://127.0.0.1:8546 --json'],
  async run(args) {
    refuseArguments('status', args)
    const client = connect(args)
    const status = await reported(args, () => statusOf(args.text('rpc-url') ?? '', client))
    if (args.flag('json')) printJson(status)
    else process.stdout.write(`${describe(status).join('\n')}\n`)
  },
}

/** Asks a node; its own methods have no types in viem. */
function ask<answer>(client: PublicClient, method: string): Promise<answer> {
  return client.request({ method: method as never }) as Promise<answer>
}

async function statusOf(url: string, client: PublicClient): Promise<Status> {
  const [version, chainId, block, peers, namespaces] = await Promise.all([
    ask<string>(client, 'web3_clientVersion'),
    client.getChainId(),
    client.getBlock(),
    ask<Hash>(client, 'net_peerCount'),
    ask<Readonly<Record<string, string>>>(client, 'rpc_modules'),
  ])
  return {
    url,
    client: version,
    chainId,
    peers: Number(peers),
    head: {
      number: Number(block.number),
      hash: block.hash,
      stateRoot: block.stateRoot,
      transactions: block.transactions.length,
      ageSeconds: Math.max(0, Math.round(Date.now() / 1000 - Number(block.timestamp))),
    },
    // A development node has the namespace anvil_ and no consensus.
    consensus: 'anvil' in namespaces ? undefined : await consensusOf(client),
  }
}

async function consensusOf(client: PublicClient): Promise<Consensus> {
  const [state, validators] = await Promise.all([
    ask<ConsensusState>(client, 'evmpp_getConsensusState'),
    ask<readonly Validator[]>(client, 'evmpp_getValidators'),
  ])
  const { self, isVoting, whyNotVoting, leader, highestCertificate: certificate } = state
  return {
    self,
    isVoting,
    whyNotVoting,
    epoch: Number(state.epoch),
    round: Number(state.round),
    leader,
    finalizedHeight: Number(state.finalized.height),
    lagBlocks: Number(state.lagBlocks),
    timeouts: Number(state.timeouts),
    lastCertificate: {
      round: Number(certificate.round),
      signers: certificate.signers.length,
      stakePercent: certificate.stakePercent,
    },
    validators: validators.map(({ stake, ...validator }) => ({ ...validator, stake: BigInt(stake).toString() })),
  }
}

function describe({ url, client, chainId, peers, head, consensus }: Status): readonly string[] {
  return [
    ...table([
      ['Node', `${url}, ${client}, chain ${chainId}`],
      ['Head', `block ${head.number}, ${head.ageSeconds} s old, ${head.transactions} transactions, ${head.hash}`],
      ['Peers', `${peers}`],
      ...(consensus === undefined ? [['Consensus', 'none: a development node']] : consensusRows(consensus)),
    ]),
    ...(consensus === undefined ? [] : ['', ...validatorLines(consensus)]),
  ]
}

function consensusRows(consensus: Consensus): readonly (readonly string[])[] {
  const { epoch, round, leader, timeouts, finalizedHeight, lagBlocks, lastCertificate } = consensus
  const { signers, stakePercent } = lastCertificate
  return [
    ['Final', `block ${finalizedHeight}${lagBlocks === 0 ? '' : `, ${lagBlocks} certified and not stored yet`}`],
    ['Round', `${round} of epoch ${epoch}, led by ${leader}; ${timeouts} rounds timed out since the start`],
    ['Votes', `round ${lastCertificate.round}: ${signers} validators, ${stakePercent} % of the stake`],
    ['This node', role(consensus)],
  ]
}

function role({ self, isVoting, whyNotVoting }: Consensus): string {
  if (self === null) return 'follows, without a vote'
  return isVoting ? `votes as ${self}` : `DOES NOT VOTE as ${self}: ${whyNotVoting ?? 'it is in no validator set now'}`
}

function validatorLines({ validators, leader }: Consensus): readonly string[] {
  const rows = validators.map(({ id, stake, isConnected, isSelf }) => [
    id,
    stake,
    isSelf ? 'this node' : isConnected ? 'connected' : 'NOT CONNECTED',
    id === leader ? 'leads' : '',
  ])
  return table([['Validator', 'Stake', '', ''], ...rows])
}
