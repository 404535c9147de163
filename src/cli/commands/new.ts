import { cpSync, existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assert, BaseError } from '../../primitives/index.ts'
import type { Command } from '../command.ts'
import { UsageError } from '../command.ts'

/** What a project's tests run with; the versions that this project is tested with. */
const TOOLS = { viem: '2.57.20', vitest: '4.1.12' }

/** Makes a project that builds, tests and deploys at once. */
export const newCommand: Command = {
  name: 'new',
  usage: '<folder>',
  summary: 'make a project with contracts in both languages and their tests',
  options: {},
  examples: ['evmpp new my-contracts'],
  async run(args) {
    const [folder, ...rest] = args.positionals
    if (folder === undefined || rest.length > 0) throw new UsageError('new takes one folder, for example my-contracts.')
    if (existsSync(folder) && readdirSync(folder).length > 0)
      throw new BaseError('FOLDER_NOT_EMPTY', `the folder ${folder} is not empty`, {
        advice: ['Choose another folder.'],
      })
    const home = packageFolder()
    cpSync(join(home, TEMPLATE), folder, { recursive: true })
    // A package never contains a file called .gitignore.
    renameSync(join(folder, 'gitignore'), join(folder, '.gitignore'))
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(folder, home), null, 2)}\n`)
    process.stdout.write(`Made ${folder}. Now:\n\n  cd ${folder}\n  npm install\n  npm test\n`)
  },
}

const TEMPLATE = join('templates', 'project')

/** The project's package.json; it uses the very installation that made it. */
function manifest(folder: string, home: string): object {
  return {
    name: basename(resolve(folder))
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]/g, '-'),
    private: true,
    type: 'module',
    scripts: { build: 'evmpp build', test: 'evmpp build && vitest run', dev: 'evmpp dev' },
    devDependencies: { evmpp: `file:${home}`, ...TOOLS },
  }
}

/** Where evmpp is installed: upwards from this file, which runs from src/ in a checkout and from dist/ when bundled. */
function packageFolder(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    if (existsSync(join(at, TEMPLATE))) return at
    assert(dirname(at) !== at, 'the template is part of the package')
  }
}
