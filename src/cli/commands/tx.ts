import { formatEther } from 'viem'
import type { Command } from '../command.ts'
import { connect, connectionOptions, shownAddress } from '../connection.ts'
import { found, hashArgument, printFacts } from '../lookups.ts'
import { reported } from '../requestFailure.ts'

/** Prints a transaction. */
export const txCommand: Command = {
  name: 'tx',
  usage: '<hash>',
  summary: 'print a transaction as it was sent',
  options: connectionOptions,
  examples: ['evmpp tx 0x5d3…', 'evmpp tx 0x5d3… --json'],
  async run(args) {
    const hash = hashArgument(args)
    const transaction = await reported(args, () => connect(args).getTransaction({ hash }).catch(found))
    printFacts(args, transaction, `There is no transaction ${hash}.`, (each) => [
      ['hash', each.hash],
      ['block', each.blockNumber ?? 'none yet: it waits'],
      ['from', shownAddress(each.from)],
      ['to', each.to === null ? 'none: it creates a contract' : shownAddress(each.to)],
      ['value', `${formatEther(each.value)} ether`],
      ['nonce', each.nonce],
      ['gas limit', each.gas],
      ['type', each.type],
      ['data', each.input],
    ])
  },
}
