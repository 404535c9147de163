import { decodeFunctionResult, encodeFunctionData } from 'viem'
import type { Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { addressArgument, connect, connectionOptions, reported } from '../connection.ts'
import { parseSignature, parseValues, renderValue, toJson } from '../values.ts'

/** Asks a contract something; changes nothing. */
export const callCommand: Command = {
  name: 'call',
  usage: '<address> <signature> [arguments...]',
  summary: 'call a contract without a transaction and print what it returns',
  options: {
    ...connectionOptions,
    from: { type: 'string', value: 'address', summary: 'who the contract sees as its caller' },
  },
  examples: ["evmpp call 0x5fb… 'number()(uint256)'", "evmpp call 0x5fb… 'balanceOf(address)(uint256)' 0xf39…"],
  async run(args) {
    const [target, signature, ...words] = args.positionals
    const to = addressArgument(target, 'The first argument')
    if (signature === undefined) throw new UsageError('A signature is needed, for example "number()(uint256)".')
    const item = parseSignature(signature)
    const data = encodeFunctionData({ abi: [item], args: parseValues(item.inputs, words) })
    const from = args.text('from')
    const caller = from === undefined ? {} : { account: addressArgument(from, '--from') }
    const { data: output = '0x' } = await reported(() => connect(args).call({ to, data, ...caller }))
    const values = item.outputs.length === 0 ? [output] : decode(item, output)
    process.stdout.write(
      args.flag('json') ? `${JSON.stringify(toJson(values))}\n` : `${values.map(renderValue).join('\n')}\n`,
    )
  },
}

function decode(item: ReturnType<typeof parseSignature>, output: `0x${string}`): readonly unknown[] {
  const decoded: unknown = decodeFunctionResult({ abi: [item], functionName: item.name, data: output })
  return item.outputs.length === 1 ? [decoded] : (decoded as readonly unknown[])
}
