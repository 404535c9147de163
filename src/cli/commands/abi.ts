import type { Command } from '../command.ts'
import { contractArgument, contractOptions } from '../contracts.ts'

/** Prints what a contract can be asked. */
export const abiCommand: Command = {
  name: 'abi',
  usage: '<file or name>',
  summary: "print a contract's ABI as JSON",
  options: contractOptions,
  examples: ['evmpp abi asm-contracts/Counter.ts', 'evmpp abi Token.sol:Token > Token.abi.json'],
  async run(args) {
    const { abi } = await contractArgument(args)
    process.stdout.write(`${JSON.stringify(abi, null, 2)}\n`)
  },
}
