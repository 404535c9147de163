import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { beforeAll, describe, expect, test } from 'vitest'
import { assert } from '../../../src/primitives/index.ts'
import { root } from './contract.ts'

const sdk = join(root, 'asm-contracts/sdk')

/** All contracts in AssemblyScript that a user begins with or looks at. */
const contracts = [
  ...readdirSync(join(root, 'asm-contracts')).map((name) => join('asm-contracts', name)),
  ...readdirSync(join(root, 'templates'), { recursive: true, encoding: 'utf8' }).map((name) => join('templates', name)),
].filter((path) => path.endsWith('.ts'))

/** What an editor would underline in a file with this text beside the examples: its messages, by line. */
const underlined = (text: string): readonly string[] =>
  diagnose('written.ts', `import { Address, Bytes32, emit, Mapping, msg, u256 } from 'evmpp-sdk'\n${text}`)

let diagnose: (path: string, text?: string) => readonly string[]
beforeAll(() => {
  diagnose = createEditor()
})

/** TypeScript's language service as an editor runs it in a new project: the SDK's settings, types and plugin. */
function createEditor(): typeof diagnose {
  const settings = JSON.parse(readFileSync(join(sdk, 'tsconfig.json'), 'utf8'))
  const { options, errors } = ts.convertCompilerOptionsFromJson(
    {
      ...settings.compilerOptions,
      types: [join(sdk, 'types')],
      paths: { 'evmpp-sdk': [join(sdk, 'types/index.d.ts')] },
    },
    root,
  )
  expect(errors).toEqual([])
  const written = new Map<string, string>()
  const read = (path: string): string | undefined => written.get(path) ?? ts.sys.readFile(path)
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...contracts.map((path) => join(root, path)), ...written.keys()],
    getScriptVersion: (path) => String(written.get(path)?.length ?? 0),
    getScriptSnapshot: (path) => {
      const text = read(path)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (each) => ts.getDefaultLibFilePath(each),
    fileExists: (path) => read(path) !== undefined,
    readFile: read,
  }
  const languageService = ts.createLanguageService(host)
  const plugin = createRequire(import.meta.url)(join(sdk, 'editor.cjs'))({ typescript: ts })
  const service: ts.LanguageService = plugin.create({ languageService })
  return (name, text) => {
    const path = resolve(root, name)
    if (text !== undefined) written.set(path, text)
    const all = [...service.getSyntacticDiagnostics(path), ...service.getSemanticDiagnostics(path)]
    return all.map(({ file, start, messageText }) => {
      assert(file !== undefined && start !== undefined, 'a mistake has its place')
      const { line } = file.getLineAndCharacterOfPosition(start)
      return `${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
    })
  }
}

test.each(contracts)('%s has nothing underlined', (path) => {
  expect(diagnose(path)).toEqual([])
})

describe('what an editor does not know better than the compiler', () => {
  test('it does not underline: keys that are no strings, trials, constructors', () => {
    const text = `@event class E { @indexed a: u256; b: bool }
      @remote declare class R { @view f(a: u256): u256; @pure g(): bool }
      @struct class S { x: u8; y: Address }
      @contract class C {
        flags: Mapping<bool, u256>
        names: Mapping<Bytes32, Mapping<u256, Address>>
        f(a: Address, b: Bytes32): u256 {
          this.flags[true] += 1
          this.names[b][3] = a
          emit(new E(3, new S(1, a).x == 2))
          const answer = new R(a, msg.value).try_f(7)
          return answer.success ? answer.value + new R(a).f(2) : u256.max
        }
      }`
    expect(underlined(text)).toEqual([])
  })

  test.each([
    ['a name that is none', 'const x = missing', "1 Cannot find name 'missing'."],
    [
      'a number for an address',
      'const a: Address = u256(1)',
      expect.stringMatching(/^1 Type 'number' is not assignable to type 'Address'/),
    ],
    ['arguments of an ordinary class', 'class A {}\nnew A(1)', '2 Expected 0 arguments, but got 1.'],
    [
      'a trial of what is not offered',
      '@remote declare class R { f(): void }\nnew R(msg.sender).try_g()',
      expect.stringMatching(/^2 Property 'try_g' does not exist/),
    ],
    ['a property that is none', 'msg.sender.try_f()', expect.stringMatching(/^1 Property 'try_f' does not exist/)],
  ])('%s it does', (_name, text, expected) => {
    expect(underlined(text)).toEqual([expected])
  })
})

test('the editor knows all that the SDK exports', () => {
  const types = readFileSync(join(sdk, 'types/index.d.ts'), 'utf8')
  const index = readFileSync(join(sdk, 'index.ts'), 'utf8')
  const exported = [...index.matchAll(/^export (?:function (\w+)|\{ (.*) \})/gm)].flatMap(([, one, list]) =>
    one === undefined ? (list ?? '').split(', ') : [one],
  )
  const widths = Array.from({ length: 32 }, (_, at) => [`u${8 * at + 8}`, `i${8 * at + 8}`, `Bytes${at + 1}`]).flat()
  expect(exported.length).toBeGreaterThan(20)
  for (const name of new Set([...exported, ...widths]))
    expect(types, name).toMatch(new RegExp(`^(export (declare )?(const|function|class|type)|  const) ${name}\\b`, 'm'))
})
