import type { AbiItem } from '../artifact.ts'
import type { BoundFunction, BoundStruct, BoundType } from './types.ts'
import { bindAbi, freeName } from './types.ts'

/** Words that are no names in AssemblyScript, or stand for a type there. */
const RESERVED = new Set(
  `any as async auto await bool boolean break case catch class const constructor continue debugger declare default delete do
  else enum export extends false finally for function if implements import in instanceof interface is isize keyof let memory
  module namespace new null override package private protected public readonly return static string super switch this throw
  true try typeof undefined unsafe usize v128 var void while with yield`.split(/\s+/),
)

function isReserved(word: string): boolean {
  return RESERVED.has(word) || /^([ui]\d+|f32|f64|Bytes\d+)$/.test(word)
}

/** A method of the binding: its name there differs from the ABI's where one is taken or reserved. */
type Method = { readonly name: string; readonly source: BoundFunction; readonly result: string }

/**
 * A `@remote` class that calls any contract with this ABI, whichever machine runs it: a file of its own, with the structs
 * that it needs. Of functions with one name the second is called `name_1` and so on; `@named` keeps what is called.
 */
export function assemblyScriptBinding(abi: readonly AbiItem[], name: string): string {
  const { functions, structs } = bindAbi(abi, isReserved)
  const tuples: BoundStruct[] = []
  const taken = new Set<string>()
  const methods = functions.map((source): Method => {
    const method = methodName(source.name, taken)
    const [only, ...more] = source.outputs
    if (only === undefined) return { name: method, source, result: 'void' }
    if (more.length === 0) return { name: method, source, result: typeText(only.type) }
    const tuple = { name: `${name}_${method}`, fields: source.outputs }
    tuples.push(tuple)
    return { name: method, source, result: tuple.name }
  })
  const classes = [
    ...structs.map((struct) => classText('struct', struct)),
    ...tuples.map((tuple) => classText('tuple', tuple)),
    `@remote\nexport declare class ${name} {\n${methods.map(methodText).join('\n')}\n}\n`,
  ]
  const body = classes.join('\n')
  const imports = sdkNames(body).join(', ')
  return imports === '' ? body : `import { ${imports} } from 'evmpp-sdk'\n\n${body}`
}

function methodName(name: string, taken: Set<string>): string {
  const free = freeName(isReserved, name, 0, 'method')
  for (let number = 0; ; number += 1) {
    const wanted = number === 0 ? free : `${free}_${number}`
    if (taken.has(wanted) || taken.has(`try_${wanted}`)) continue
    taken.add(wanted).add(`try_${wanted}`)
    return wanted
  }
}

function methodText({ name, source, result }: Method): string {
  const decorators = [
    ...(source.mutability === 'nonpayable' ? [] : [`@${source.mutability}`]),
    ...(source.name === name ? [] : [`@named('${source.name}')`]),
  ]
  const parameters = source.inputs.map((input) => `${input.name}: ${typeText(input.type)}`).join(', ')
  return `  ${[...decorators, `${name}(${parameters}): ${result}`].join(' ')}`
}

function classText(decorator: string, { name, fields }: BoundStruct): string {
  const lines = fields.map((field) => `  ${field.name}: ${typeText(field.type)}`)
  return `@${decorator}\nexport class ${name} {\n${lines.join('\n')}\n}\n`
}

function typeText(type: BoundType): string {
  if (type.kind === 'struct') return type.struct.name
  if (type.kind === 'plain') return plainText(type.name)
  const element = typeText(type.element)
  return type.length === undefined ? `${element}[]` : `FixedArray<${element}, '${type.length}'>`
}

function plainText(name: string): string {
  if (name === 'address') return 'Address'
  if (name === 'bytes') return 'Uint8Array'
  if (name.startsWith('bytes')) return `B${name.slice(1)}`
  return name.replace(/^(u?)int/, (_all, unsigned: string) => (unsigned === '' ? 'i' : 'u'))
}

/** The names that a binding uses and the SDK exports. */
function sdkNames(text: string): readonly string[] {
  const types = text.matchAll(/(?<=[:<] ?)(Address|FixedArray|Bytes\d+|[ui]\d+)\b/g)
  const names = new Set([...types].map(([name]) => name).filter((name) => !/^[ui](8|16|32|64)$/.test(name)))
  return [...names].sort()
}
