import type { Address, Hex, PublicClient } from 'viem'
import { decodeFunctionResult } from 'viem'
import { BaseError } from '../../primitives/index.ts'
import type { Arguments, Command } from '../command.ts'
import { addressArgument, connect, connectionOptions, gasOf, refuseNobody, senderOptions } from '../connection.ts'
import { reported } from '../requestFailure.ts'
import type { parseSignature } from '../values.ts'
import { parseCall, renderValue, toJson } from '../values.ts'

/** Asks a contract something; changes nothing. */
export const callCommand: Command = {
  name: 'call',
  usage: '<address> <signature> [arguments...] | <address> <call data>',
  summary: 'call a contract without a transaction and print what it returns',
  options: {
    ...connectionOptions,
    from: { type: 'string', value: 'address', summary: 'who the contract sees as its caller' },
    'gas-limit': senderOptions['gas-limit'],
  },
  examples: [
    "evmpp call 0x5fb… 'number()(uint256)'",
    "evmpp call 0x5fb… 'balanceOf(address)(uint256)' 0xf39…",
    'evmpp call 0x5fb… 0x8381f58a',
  ],
  async run(args) {
    const [target, ...words] = args.positionals
    const to = addressArgument(target, 'The first argument')
    const { data, item } = parseCall(words)
    const from = args.text('from')
    const caller = from === undefined ? {} : { account: addressArgument(from, '--from') }
    const gas = gasOf(args)
    const client = connect(args)
    const { data: output = '0x' } = await reported(args, () => client.call({ to, data, ...caller, ...gas }))
    const values =
      item === undefined || item.outputs.length === 0 ? [output] : await decode(args, client, to, item, output)
    process.stdout.write(
      args.flag('json') ? `${JSON.stringify(toJson(values))}\n` : `${values.map(renderValue).join('\n')}\n`,
    )
  },
}

async function decode(
  args: Arguments,
  client: PublicClient,
  to: Address,
  item: ReturnType<typeof parseSignature>,
  output: Hex,
): Promise<readonly unknown[]> {
  if (output === '0x') await refuseNobody(args, client, to)
  const types = item.outputs.map(({ type }) => type).join(',')
  try {
    const decoded: unknown = decodeFunctionResult({ abi: [item], functionName: item.name, data: output })
    return item.outputs.length === 1 ? [decoded] : (decoded as readonly unknown[])
  } catch (cause) {
    const what = output === '0x' ? 'nothing' : output
    throw new BaseError('RESULT_UNFIT', `the function ${item.name} returned ${what}, which is no (${types})`, { cause })
  }
}
