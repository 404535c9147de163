import type { AbiEvent } from 'viem'
import { parseAbiItem } from 'viem'
import { messageOf } from '../../primitives/index.ts'
import type { Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { addressArgument, connect, connectionOptions } from '../connection.ts'
import { logLines } from '../logLines.ts'
import { blockArgument } from '../lookups.ts'
import { reported } from '../requestFailure.ts'
import { toJson } from '../values.ts'

/** Prints logs, decoded where the event is known. */
export const logsCommand: Command = {
  name: 'logs',
  usage: '[event signature]',
  summary: 'print logs, decoded by the signature or by what is built',
  options: {
    ...connectionOptions,
    address: { type: 'string', value: 'address', summary: 'only of this contract' },
    'from-block': { type: 'string', value: 'block', default: 'earliest', summary: 'from here on' },
    'to-block': { type: 'string', value: 'block', default: 'latest', summary: 'up to here' },
  },
  examples: [
    'evmpp logs --address 0x5fb…',
    "evmpp logs 'Transfer(address indexed,address indexed,uint256)' --from-block 3",
  ],
  async run(args) {
    const [signature] = args.positionals
    const event = signature === undefined ? undefined : parseEvent(signature)
    const address = args.text('address')
    const filter = {
      ...(address === undefined ? {} : { address: addressArgument(address, '--address') }),
      fromBlock: endOf(args.text('from-block'), '--from-block'),
      toBlock: endOf(args.text('to-block'), '--to-block'),
    }
    const logs = await reported(args, () => connect(args).getLogs(event === undefined ? filter : { ...filter, event }))
    if (args.flag('json')) process.stdout.write(`${JSON.stringify(toJson(logs))}\n`)
    else
      for (const [index, line] of logLines(logs, event === undefined ? [] : [event]).entries())
        process.stdout.write(`block ${logs[index]?.blockNumber}  ${line}\n`)
  },
}

function endOf(text: string | undefined, option: string) {
  const { blockNumber, blockTag, blockHash } = blockArgument(text, option)
  if (blockHash !== undefined) throw new UsageError(`${option} takes a number or a word such as latest, not a hash.`)
  return blockNumber ?? blockTag
}

function parseEvent(text: string): AbiEvent {
  try {
    const item = parseAbiItem(/^event\b/.test(text.trim()) ? text : `event ${text}`)
    if (item.type === 'event') return item
  } catch (cause) {
    const [why] = messageOf(cause).split('\n')
    throw new UsageError(`"${text}" is no event such as "Transfer(address indexed,address indexed,uint256)": ${why}`)
  }
  throw new UsageError(`"${text}" is no event such as "Transfer(address indexed,address indexed,uint256)".`)
}
