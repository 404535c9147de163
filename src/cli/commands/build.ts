import { BaseError } from '../../primitives/index.ts'
import type { Command } from '../command.ts'
import { writeArtifacts } from '../compile/index.ts'
import { compile, contractFolders, outOption } from '../contracts.ts'

/** Compiles contracts of both languages. */
export const buildCommand: Command = {
  name: 'build',
  usage: '[files or folders...]',
  summary: 'compile Solidity and AssemblyScript contracts to out/',
  options: outOption,
  examples: ['evmpp build', 'evmpp build sol-contracts/Token.sol asm-contracts/Token.ts'],
  async run(args) {
    const out = args.text('out') ?? ''
    const paths = args.positionals.length > 0 ? args.positionals : contractFolders()
    if (paths.length === 0) throw new BaseError('SOURCE_NOT_FOUND', 'There is nothing to build: name files or folders.')
    const artifacts = await compile(paths, out)
    const { ambiguous } = writeArtifacts(out, artifacts)
    for (const { contractName, sourceName, deployedBytecode } of artifacts) {
      const bytes = String(deployedBytecode.length / 2 - 1)
      process.stdout.write(`${contractName.padEnd(16)} ${bytes.padStart(6)} bytes  ${sourceName}\n`)
    }
    if (ambiguous.length === 0) return
    process.stdout.write(
      `More than one file defines ${ambiguous.join(', ')}: name these with their file, for example Counter.sol:${ambiguous[0]}.\n`,
    )
  },
}
