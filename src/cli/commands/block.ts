import type { Command } from '../command.ts'
import { connect, connectionOptions } from '../connection.ts'
import { blockArgument, found, printFacts } from '../lookups.ts'
import { reported } from '../requestFailure.ts'

/** Prints a block. */
export const blockCommand: Command = {
  name: 'block',
  usage: '[number, hash, latest, ...]',
  summary: 'print a block, the newest one if none is named',
  options: connectionOptions,
  examples: ['evmpp block', 'evmpp block 7 --json', 'evmpp block finalized'],
  async run(args) {
    const [word] = args.positionals
    const block = await reported(args, () => connect(args).getBlock(blockArgument(word, 'block')).catch(found))
    printFacts(args, block, `There is no block ${word ?? 'latest'}.`, (each) => [
      ['number', each.number ?? 'pending'],
      ['hash', each.hash ?? 'pending'],
      ['parent', each.parentHash],
      ['time', `${each.timestamp} (${new Date(Number(each.timestamp) * 1000).toISOString()})`],
      ['miner', each.miner],
      ['transactions', each.transactions.length],
      ['gas used', `${each.gasUsed} of ${each.gasLimit}`],
      ['base fee', `${each.baseFeePerGas ?? 0n} wei`],
      ['state root', each.stateRoot],
    ])
  },
}
