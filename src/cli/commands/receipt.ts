import type { Command } from '../command.ts'
import { connect, connectionOptions, shownAddress } from '../connection.ts'
import { logLines } from '../logLines.ts'
import { found, hashArgument, printFacts } from '../lookups.ts'
import { reported } from '../requestFailure.ts'

/** Prints what became of a transaction. */
export const receiptCommand: Command = {
  name: 'receipt',
  usage: '<hash>',
  summary: 'print what became of a transaction, with its logs',
  options: connectionOptions,
  examples: ['evmpp receipt 0x5d3…', 'evmpp receipt 0x5d3… --json'],
  async run(args) {
    const hash = hashArgument(args)
    const receipt = await reported(args, () => connect(args).getTransactionReceipt({ hash }).catch(found))
    printFacts(args, receipt, `No block has the transaction ${hash}.`, (each) => [
      ['status', each.status === 'success' ? 'success' : 'failed'],
      ['block', each.blockNumber],
      ['from', shownAddress(each.from)],
      ['to', shownAddress(each.to)],
      ...(each.contractAddress ? [['created', shownAddress(each.contractAddress)] as const] : []),
      ['gas used', each.gasUsed],
      ['gas price', `${each.effectiveGasPrice} wei`],
      ...logLines(each.logs).map((line, index) => [`log ${index}`, line] as const),
    ])
  },
}
