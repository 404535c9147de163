import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname } from 'node:path'
import { BaseError, messageOf } from '../../primitives/index.ts'
import type { Arguments, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import type { AbiItem } from '../compile/index.ts'
import { assemblyScriptBinding, solidityBinding } from '../compile/index.ts'
import { contractArgument, contractOptions, outOption } from '../contracts.ts'

/** Writes what a contract needs to call another: the callee's ABI as a declaration in the caller's language. */
export const bindCommand: Command = {
  name: 'bind',
  usage: '<ABI file, source or name>',
  summary: 'write an interface to call a contract with, from any ABI',
  options: {
    contract: contractOptions.contract,
    built: outOption.out,
    name: { type: 'string', value: 'name', summary: 'name of the interface (default: I and the name of the contract)' },
    lang: { type: 'string', value: 'as|solidity', default: 'as', summary: 'language of the caller' },
    out: { type: 'string', value: 'file', summary: 'write there instead of to the screen' },
  },
  examples: [
    'evmpp bind Token.json --out asm-contracts/IToken.ts',
    'evmpp bind sol-contracts/Token.sol --name IGold',
    'evmpp bind asm-contracts/Counter.ts --lang solidity --out sol-contracts/ICounter.sol',
  ],
  async run(args) {
    const language = args.text('lang')
    if (language !== 'as' && language !== 'solidity')
      throw new UsageError(`--lang takes as or solidity, not "${language}".`)
    const { abi, contractName } = await abiArgument(args)
    const name = args.text('name') ?? `I${contractName}`
    if (!/^[A-Za-z]\w*$/.test(name))
      throw new UsageError(`"${name}" is no name of an interface: choose one with --name.`)
    const text = language === 'as' ? assemblyScriptBinding(abi, name) : solidityBinding(abi, name)
    const file = args.text('out')
    if (file === undefined) {
      process.stdout.write(text)
      return
    }
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    process.stdout.write(`${name} is in ${file}.\n`)
  },
}

/** An ABI from a JSON file, which may be an artifact, or of a contract as every other command takes it. */
async function abiArgument(args: Arguments): Promise<{ abi: readonly AbiItem[]; contractName: string }> {
  const [path] = args.positionals
  if (path === undefined || extname(path) !== '.json') return contractArgument(args, 'built')
  const json = readJson(path)
  const abi: unknown = Array.isArray(json) ? json : Object(json).abi
  if (!Array.isArray(abi))
    throw new BaseError('ABI_UNREADABLE', `${path} is neither an ABI nor an artifact that holds one`)
  return { abi: abi as readonly AbiItem[], contractName: basename(path).split('.')[0] ?? '' }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new BaseError('ABI_UNREADABLE', `the ABI in ${path} cannot be read: ${messageOf(cause)}`, { cause })
  }
}
