import type { Command } from '../command.ts'
import {
  addressArgument,
  connectionOptions,
  connectSender,
  gasOf,
  receiptOf,
  refuseNobody,
  senderOptions,
  valueInWei,
} from '../connection.ts'
import { reported } from '../requestFailure.ts'
import { parseCall } from '../values.ts'

/** Sends a transaction to an address: a contract's function, or only ether. */
export const sendCommand: Command = {
  name: 'send',
  usage: '<address> [<signature> [arguments...] | <call data>]',
  summary: 'send a transaction and wait for its block',
  options: { ...connectionOptions, ...senderOptions },
  examples: [
    "evmpp send 0x5fb… 'setNumber(uint256)' 7",
    'evmpp send 0x709… --value 1.5',
    'evmpp send 0x5fb… 0xd09de08a',
  ],
  async run(args) {
    const [target, ...words] = args.positionals
    const to = addressArgument(target, 'The first argument')
    const { data, item } = words.length === 0 ? { data: '0x' as const, item: undefined } : parseCall(words)
    const [value, gas] = [valueInWei(args), gasOf(args)]
    const { client, wallet, account, chain } = await connectSender(args)
    if (item !== undefined) await refuseNobody(args, client, to)
    const hash = await reported(args, () => wallet.sendTransaction({ account, chain, to, data, value, ...gas }))
    const receipt = await receiptOf(args, client, hash)
    if (args.flag('json')) {
      const facts = { hash, blockNumber: Number(receipt.blockNumber), gasUsed: Number(receipt.gasUsed) }
      process.stdout.write(`${JSON.stringify(facts)}\n`)
      return
    }
    process.stdout.write(`transaction ${hash}\nblock       ${receipt.blockNumber}\ngas used    ${receipt.gasUsed}\n`)
  },
}
