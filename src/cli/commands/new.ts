import { cpSync, existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assert, BaseError } from '../../primitives/index.ts'
import type { Arguments, Command } from '../command.ts'
import { UsageError } from '../command.ts'

/** What a project's tests and its editor run with; the versions that this project is tested with. */
const TOOLS = { typescript: '5.9.3', viem: '2.57.20', vitest: '4.1.12' }

/** What a project's contracts import from, by template and language. */
const LIBRARIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'token/solidity': { '@openzeppelin/contracts': '5.7.0' },
}

const TEMPLATES = ['counter', 'token', 'cross-call'] as const
const LANGUAGES = ['as', 'solidity'] as const

/** Makes a project that builds, tests and deploys at once. */
export const newCommand: Command = {
  name: 'new',
  usage: '<folder>',
  summary: 'make a project with a contract and its tests',
  options: {
    template: { type: 'string', value: TEMPLATES.join('|'), default: 'counter', summary: 'what to begin with' },
    lang: { type: 'string', value: LANGUAGES.join('|'), default: 'as', summary: 'language of the (calling) contract' },
  },
  examples: ['evmpp new my-contracts', 'evmpp new my-contracts --template cross-call --lang solidity'],
  async run(args) {
    const [folder, ...rest] = args.positionals
    if (folder === undefined || rest.length > 0) throw new UsageError('new takes one folder, for example my-contracts.')
    const template = `${choice(args, 'template', TEMPLATES)}/${choice(args, 'lang', LANGUAGES)}`
    if (existsSync(folder) && readdirSync(folder).length > 0)
      throw new BaseError('FOLDER_NOT_EMPTY', `the folder ${folder} is not empty`, {
        advice: ['Choose another folder.'],
      })
    const home = packageFolder()
    for (const part of ['common', template]) cpSync(join(home, FOLDER, part), folder, { recursive: true })
    // A package holds no file of that name, and no editor shall take the template for a project.
    for (const hidden of ['gitignore', 'vscode']) renameSync(join(folder, hidden), join(folder, `.${hidden}`))
    const dependencies = { ...TOOLS, ...LIBRARIES[template] }
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(folder, home, dependencies), null, 2)}\n`)
    process.stdout.write(`Made ${folder}. Now:\n\n  cd ${quoted(folder)}\n  npm install\n  npm test\n`)
  },
}

const FOLDER = 'templates'

function choice<name extends string>(args: Arguments, option: string, names: readonly name[]): name {
  const text = args.text(option)
  const found = names.find((known) => known === text)
  if (found === undefined) throw new UsageError(`--${option} takes ${names.join(', ')}, not "${text}".`)
  return found
}

/** A folder as one word of a shell. */
function quoted(folder: string): string {
  return /^[\w./~-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`
}

/** The project's package.json; it uses the very installation that made it. */
function manifest(folder: string, home: string, tools: Readonly<Record<string, string>>): object {
  return {
    name: basename(resolve(folder))
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]/g, '-'),
    private: true,
    type: 'module',
    scripts: { build: 'evmpp build', test: 'evmpp build && vitest run', dev: 'evmpp dev' },
    devDependencies: { evmpp: `file:${home}`, 'evmpp-sdk': `file:${join(home, 'asm-contracts/sdk')}`, ...tools },
  }
}

/** Where evmpp is installed: upwards from this file, which runs from src/ in a checkout and from dist/ when bundled. */
function packageFolder(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    if (existsSync(join(at, FOLDER, 'common'))) return at
    assert(dirname(at) !== at, 'the templates are part of the package')
  }
}
