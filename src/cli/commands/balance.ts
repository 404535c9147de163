import { formatEther } from 'viem'
import type { Command } from '../command.ts'
import { addressArgument, connect, connectionOptions } from '../connection.ts'
import { blockArgument, blockOption } from '../lookups.ts'
import { reported } from '../requestFailure.ts'
import { printJson } from '../running.ts'

/** Prints what an account has. */
export const balanceCommand: Command = {
  name: 'balance',
  usage: '<address>',
  summary: 'print the ether that an account has',
  options: { ...connectionOptions, ...blockOption, wei: { type: 'boolean', summary: 'in wei instead of ether' } },
  examples: ['evmpp balance 0xf39…', 'evmpp balance 0xf39… --wei --block 5'],
  async run(args) {
    const address = addressArgument(args.positionals[0], 'The first argument')
    const block = blockArgument(args.text('block'), '--block')
    const wei = await reported(args, () => connect(args).getBalance({ address, ...block }))
    if (args.flag('json')) printJson({ address, wei: String(wei), ether: formatEther(wei) })
    else process.stdout.write(`${args.flag('wei') ? wei : formatEther(wei)}\n`)
  },
}
