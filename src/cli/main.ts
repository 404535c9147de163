import { BaseError } from '../primitives/index.ts'
import type { Command } from './command.ts'
import { commandHelp, parseArguments, UsageError } from './command.ts'
import { abiCommand } from './commands/abi.ts'
import { balanceCommand } from './commands/balance.ts'
import { bindCommand } from './commands/bind.ts'
import { blockCommand } from './commands/block.ts'
import { buildCommand } from './commands/build.ts'
import { callCommand } from './commands/call.ts'
import { completionCommand } from './commands/completion.ts'
import { deployCommand } from './commands/deploy.ts'
import { devCommand } from './commands/dev.ts'
import { initCommand } from './commands/init.ts'
import { logsCommand } from './commands/logs.ts'
import { newCommand } from './commands/new.ts'
import { nodeCommand } from './commands/node.ts'
import { receiptCommand } from './commands/receipt.ts'
import { sendCommand } from './commands/send.ts'
import { statusCommand } from './commands/status.ts'
import { testnetCommand } from './commands/testnet.ts'
import { txCommand } from './commands/tx.ts'
import { verifyCommand } from './commands/verify.ts'
import { closeConnections } from './connection.ts'
import { explain } from './explain.ts'
import { didYouMean } from './suggestion.ts'
import { VERSION } from './version.ts'

const mainCommands: readonly Command[] = [
  devCommand,
  testnetCommand,
  statusCommand,
  initCommand,
  nodeCommand,
  buildCommand,
  deployCommand,
  callCommand,
  sendCommand,
  balanceCommand,
  blockCommand,
  txCommand,
  receiptCommand,
  logsCommand,
  abiCommand,
  bindCommand,
  verifyCommand,
  newCommand,
]

const commands = [...mainCommands, completionCommand(mainCommands)]

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
  if (command === undefined) {
    const advice = didYouMean(
      name,
      commands.map((known) => known.name),
    )
    throw new UsageError(`There is no command "${name}": see "evmpp --help".${advice}`)
  }
  if (rest.includes('--help') || rest.includes('-h')) return print(commandHelp(command))
  try {
    await command.run(parseArguments(command, rest))
  } finally {
    await closeConnections()
  }
}

function print(text: string): void {
  process.stdout.write(text)
}

/** For programs: one line, with the code by which docs/errors.md explains it. */
function explainAsJson(error: unknown): string {
  const code = error instanceof BaseError ? error.code : 'FAILED'
  return JSON.stringify({ error: { code, message: explain(error) } })
}

const words = process.argv.slice(2)
try {
  await main(words)
} catch (error) {
  process.stderr.write(`${words.includes('--json') ? explainAsJson(error) : explain(error)}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
