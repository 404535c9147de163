import type { ClassDeclaration, FieldDeclaration, MethodDeclaration, Source } from 'assemblyscript'
import type { AbiItem } from '../artifact.ts'
import type { Describer } from './describe.ts'
import { abiParameter, selectorOf, topicOf } from './describe.ts'
import { fieldParameters, fieldsOf, isConstructor, methodsOf, putFields, typeOf } from './members.ts'
import type { Tools } from './syntax.ts'
import { decoratorOf, methodNamed } from './syntax.ts'
import type { SolidityType, Typed } from './types.ts'
import { headsOf, isDynamic } from './types.ts'

/** An `@event` or `@error` class and the method that writes one. */
export type RecordShape = {
  readonly kind: 'event' | 'error'
  readonly source: Source
  readonly declaration: ClassDeclaration
  readonly fields: readonly FieldDeclaration[]
  readonly write: MethodDeclaration
}

/** The method that writes an event, or ends the frame with an error. */
export const WRITE_METHOD = { event: '__emit', error: '__raise' } as const

/** As many topics as a log has beside the event's own. */
const MAX_INDEXED = 3

/** Phase 1: the constructor, unless its author wrote one, and the method that writes. */
export function shapeRecord(
  tools: Tools,
  source: Source,
  declaration: ClassDeclaration,
  kind: RecordShape['kind'],
): RecordShape {
  const fields = fieldsOf(tools, declaration)
  const name = WRITE_METHOD[kind]
  const assignments = fields.map(({ name: { text } }) => `this.${text} = ${text};`).join('')
  const hasConstructor = methodsOf(tools, declaration).some((method) => isConstructor(tools, method))
  const constructorText = hasConstructor ? '' : `constructor(${fieldParameters(fields)}) {${assignments}}`
  const members = tools.snippets.members(source, `${name}(): void {} ${constructorText}`)
  declaration.members.push(...members)
  return { kind, source, declaration, fields, write: methodNamed(tools.compiler, members, name) }
}

/** Phase 2: the body of the method that writes, and the entry in the ABI. */
export function completeRecord({ report, snippets }: Tools, describer: Describer, shape: RecordShape): AbiItem {
  const scope = describer.elementOf(shape.source, shape.declaration)
  const fields = shape.fields.flatMap((field) => {
    const type = describer.abiType(typeOf(field), scope)
    return type === undefined ? [] : [{ name: field.name.text, type, indexed: decoratorOf(field, 'indexed') }]
  })
  const indexed = fields.filter((field) => field.indexed !== undefined)
  for (const { type, indexed: decorator } of indexed)
    if (decorator !== undefined && !isIndexable(type))
      report(decorator, 'What holds strings, bytes or arrays in its parts cannot be indexed.')
  if (indexed.length > MAX_INDEXED) report(shape.declaration.name, 'At most three fields can be indexed.')
  const { text: name } = shape.declaration.name
  const isEvent = shape.kind === 'event'
  shape.write.body = snippets.body(shape.source, isEvent ? eventBody(name, fields, indexed) : errorBody(name, fields))
  const inputs = fields.map((field) => ({
    ...abiParameter(field),
    ...(isEvent ? { indexed: field.indexed !== undefined } : {}),
  }))
  return { type: shape.kind, name, inputs, ...(isEvent ? { anonymous: false } : {}) }
}

/** A topic is a word, or the hash of bytes, or of words one after another. */
function isIndexable(type: SolidityType): boolean {
  return !isDynamic(type) || type.kind === 'bytes' || (type.kind === 'array' && !isDynamic(type.element))
}

/** The size of what follows the heads of a tuple, as an expression. */
export function tailsText(values: readonly Typed[], prefix = ''): string {
  const dynamic = values.filter(({ type }) => isDynamic(type))
  return dynamic.map(({ name }) => `__evmpp.tailSize(${prefix}${name})`).join(' + ') || '0'
}

function eventBody(name: string, fields: readonly Typed[], indexed: readonly Typed[]): string {
  const plain = fields.filter((field) => !indexed.includes(field))
  const topics = indexed.length + 1
  const hash = topicOf(name, fields).slice(2).match(/../g) ?? []
  const writeTopic = ({ name: field }: Typed, index: number): string =>
    `__evmpp.topic(this.${field}, data.base - ${32 * (topics - 1 - index)})`
  return `
    const data = __evmpp.encoder(${32 * topics}, ${headsOf(plain)}, ${tailsText(plain, 'this.')})
    memory.copy(data.base - ${32 * topics}, memory.data<u8>([${hash.map((byte) => `0x${byte}`).join(', ')}]), 32)
    ${indexed.map(writeTopic).join('\n')}
    ${putFields(plain)}
    __evmpp.log(data, ${topics})`
}

function errorBody(name: string, fields: readonly Typed[]): string {
  return `
    const data = __evmpp.message(${selectorOf(name, fields)}, ${headsOf(fields)}, ${tailsText(fields, 'this.')})
    ${putFields(fields)}
    __evmpp.raise(data)`
}
