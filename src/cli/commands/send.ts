import { encodeFunctionData } from 'viem'
import type { Command } from '../command.ts'
import {
  addressArgument,
  connectionOptions,
  connectSender,
  receiptOf,
  reported,
  senderOptions,
  valueInWei,
} from '../connection.ts'
import { parseSignature, parseValues } from '../values.ts'

/** Sends a transaction to an address: a contract's function, or only ether. */
export const sendCommand: Command = {
  name: 'send',
  usage: '<address> [<signature> [arguments...]]',
  summary: 'send a transaction and wait for its block',
  options: { ...connectionOptions, ...senderOptions },
  examples: ["evmpp send 0x5fb… 'setNumber(uint256)' 7", 'evmpp send 0x709… --value 1.5'],
  async run(args) {
    const [target, signature, ...words] = args.positionals
    const to = addressArgument(target, 'The first argument')
    const item = signature === undefined ? undefined : parseSignature(signature)
    const data = item === undefined ? '0x' : encodeFunctionData({ abi: [item], args: parseValues(item.inputs, words) })
    const value = valueInWei(args)
    const { client, wallet, account, chain } = await connectSender(args)
    const hash = await reported(() => wallet.sendTransaction({ account, chain, to, data, value }))
    const receipt = await receiptOf(client, hash)
    if (args.flag('json')) {
      const facts = { hash, blockNumber: Number(receipt.blockNumber), gasUsed: Number(receipt.gasUsed) }
      process.stdout.write(`${JSON.stringify(facts)}\n`)
      return
    }
    process.stdout.write(`transaction ${hash}\nblock       ${receipt.blockNumber}\ngas used    ${receipt.gasUsed}\n`)
  },
}
