import { BaseError, messageOf } from '../primitives/index.ts'
import type { Command } from './command.ts'
import { commandHelp, parseArguments, UsageError } from './command.ts'
import { abiCommand } from './commands/abi.ts'
import { bindCommand } from './commands/bind.ts'
import { buildCommand } from './commands/build.ts'
import { callCommand } from './commands/call.ts'
import { deployCommand } from './commands/deploy.ts'
import { devCommand } from './commands/dev.ts'
import { initCommand } from './commands/init.ts'
import { newCommand } from './commands/new.ts'
import { nodeCommand } from './commands/node.ts'
import { sendCommand } from './commands/send.ts'
import { statusCommand } from './commands/status.ts'
import { testnetCommand } from './commands/testnet.ts'
import { verifyCommand } from './commands/verify.ts'
import { CompileError } from './compile/index.ts'
import { VERSION } from './version.ts'

const commands: readonly Command[] = [
  devCommand,
  testnetCommand,
  statusCommand,
  initCommand,
  nodeCommand,
  buildCommand,
  deployCommand,
  callCommand,
  sendCommand,
  abiCommand,
  bindCommand,
  verifyCommand,
  newCommand,
]

function help(): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    'evmpp: a blockchain node that runs EVM and WebAssembly contracts on one Ethereum state.',
    '',
    'Usage: evmpp <command> [options]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'evmpp <command> --help tells more; evmpp --version prints the version.',
    '',
  ].join('\n')
}

async function main(words: readonly string[]): Promise<void> {
  const [name, ...rest] = words
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return print(help())
  if (name === '--version' || name === '-v') return print(`${VERSION}\n`)
  const command = commands.find((known) => known.name === name)
  if (command === undefined) throw new UsageError(`There is no command "${name}": see "evmpp --help".`)
  if (rest.includes('--help') || rest.includes('-h')) return print(commandHelp(command))
  await command.run(parseArguments(command, rest))
}

function print(text: string): void {
  process.stdout.write(text)
}

/** One sentence that says what to do; a compiler's own words; the whole story of a bug. */
function explain(error: unknown): string {
  if (error instanceof CompileError) return error.text.trimEnd()
  if (!(error instanceof BaseError)) return error instanceof Error ? (error.stack ?? error.message) : messageOf(error)
  const sentence = error.message.charAt(0).toUpperCase() + error.message.slice(1)
  return [/[.!?]$/.test(sentence) ? sentence : `${sentence}.`, ...error.advice].join(' ')
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
