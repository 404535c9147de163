import { join } from 'node:path'
import { getAddress } from 'viem'
import type { Arguments, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { type MadeNetwork, makeNetwork, newNetworkOptions } from '../network.ts'
import { refuseArguments } from '../options.ts'
import { printJson } from '../running.ts'
import { table } from '../table.ts'

/** Makes the files of a network. */
export const initCommand: Command = {
  name: 'init',
  usage: '--out <folder>',
  summary: 'make the files of a network: genesis, keys and a config for every validator',
  options: {
    out: { type: 'string', value: 'folder', summary: 'where; must not exist, or be empty' },
    ...newNetworkOptions,
    json: { type: 'boolean', summary: 'print one JSON object instead of text' },
  },
  examples: ['evmpp init --validators 4 --out net', 'evmpp init --out net --genesis genesis.json --block-time 1'],
  async run(args) {
    refuseArguments('init', args)
    const folder = args.text('out')
    if (folder === undefined) throw new UsageError('--out is needed: the folder to make, for example "--out net".')
    const network = await makeNetwork(args, folder, 'lasting')
    if (args.flag('json')) printJson(network)
    else process.stdout.write(`${describe(args, folder, network)}\n`)
  },
}

function describe(args: Arguments, folder: string, network: MadeNetwork): string {
  const { nodes } = network
  const rows = nodes.map(({ name, validatorId, ports }) => [name, validatorId, `${ports.rpc}`, `${ports.p2p}`])
  const isPublic = args.text('genesis') === undefined && args.text('fund') === undefined
  const configs = nodes.map(({ name }) => `  evmpp node --config ${join(folder, `${name}.json`)}`)
  return [
    `A network of ${nodes.length} validators is in ${folder}:`,
    '',
    ...table([['', 'validator', 'RPC', 'peers'], ...rows]).map((line) => `  ${line}`),
    '',
    `${folder}/genesis.json is the same for everybody. ${folder}/node0/keys.json and its like are secret: whoever has a`,
    'copy can vote in its name. Keep a backup of them, and never run two nodes with one key.',
    ...describeOwner(network),
    ...(isPublic
      ? ['', 'WARNING: the ten development accounts are funded, and their keys are public. See --fund.']
      : []),
    '',
    'Start every node in a terminal, or on a machine, of its own:',
    ...configs,
  ].join('\n')
}

/** Whom the network obeys and pays. */
function describeOwner({ registerOwner: owner, feeRecipient }: MadeNetwork): readonly string[] {
  const fees =
    feeRecipient === undefined
      ? 'Nobody can spend the fees yet: see feeRecipient in docs/operating.md.'
      : `The fees go to ${getAddress(feeRecipient)} (feeRecipient in each config).`
  if (owner === undefined) return ['', `The validators stay who they are: the register of them has no owner. ${fees}`]
  const lines = ['', `${getAddress(owner.address)} says who validates in later epochs. ${fees}`]
  if (owner.privateKey === undefined) return lines
  return [...lines, 'Its key is in no file and is shown only now:', '', `  ${owner.privateKey}`]
}
