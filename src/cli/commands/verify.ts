import { BaseError, fromHex } from '../../primitives/index.ts'
import type { Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { verifyCode } from '../compile/index.ts'
import { addressArgument, connect, connectionOptions } from '../connection.ts'
import { contractOptions, sourceArgument } from '../contracts.ts'
import { reported } from '../requestFailure.ts'

/** Says whether the code at an address is what a source compiles to. */
export const verifyCommand: Command = {
  name: 'verify',
  usage: '<address> <source>',
  summary: 'check that a deployed contract was made of a source',
  options: { ...contractOptions, ...connectionOptions },
  examples: ['evmpp verify 0x5fb… asm-contracts/Counter.ts', 'evmpp verify 0x5fb… sol-contracts/Token.sol'],
  async run(args) {
    const [target, source] = args.positionals
    const address = addressArgument(target, 'The first argument')
    if (source === undefined || !/\.(sol|ts)$/.test(source))
      throw new UsageError('A source is needed, a .sol or .ts file, for example asm-contracts/Counter.ts.')
    const artifact = await sourceArgument(source, args)
    const code = await reported(args, () => connect(args).getCode({ address }))
    const verification = verifyCode(artifact, fromHex(code ?? '0x'))
    const { contractName, sourceName } = artifact
    if (verification.verdict === 'different')
      throw new BaseError('NOT_VERIFIED', `${address} is not ${contractName} of ${sourceName}: ${verification.why}`, {
        advice: ['The sources, their paths and the version of evmpp must be those that it was deployed with.'],
      })
    const isEqual = verification.verdict === 'equal'
    if (args.flag('json')) {
      process.stdout.write(`${JSON.stringify({ address, contract: contractName, source: sourceName, isEqual })}\n`)
      return
    }
    const how = isEqual
      ? ''
      : ' The program is the same, its sources are not to the letter: comments, names or paths differ.'
    process.stdout.write(`${address} is ${contractName} of ${sourceName}.${how}\n`)
  },
}
