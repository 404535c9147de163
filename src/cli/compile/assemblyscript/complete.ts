import type { DeclarationStatement, MethodDeclaration, Node, Program } from 'assemblyscript'
import type { AbiItem, StorageLayout } from '../artifact.ts'
import type { Describer, Signature, Typed } from './describe.ts'
import { abiParameter, createDescriber, selectorOf, signatureText, topicOf } from './describe.ts'
import { placesOf, storageLayoutOf } from './layout.ts'
import type { ContractShape, RecordShape, RemoteShape, Shapes } from './shape.ts'
import { typeOf } from './shape.ts'
import type { Tools } from './syntax.ts'
import { decoratorOf, textOf } from './syntax.ts'
import type { SolidityType } from './types.ts'

/** What the second phase learned of a contract, for its artifact. */
export type ContractDescription = {
  readonly name: string
  readonly abi: readonly AbiItem[]
  readonly methodIdentifiers: Readonly<Record<string, string>>
  readonly storageLayout: StorageLayout
}

/** What an index of an array is, and what stands in for a type that cannot be. */
const WORD: SolidityType = { kind: 'value', name: 'uint256', bytes: 32 }

/** As many topics as a log has beside the event's own. */
const MAX_INDEXED = 3

/**
 * Phase 2, when every type can be resolved: writes the bodies that phase 1 left empty and describes the contract of
 * the entry file. What is wrong is reported to the program, and then the description is of no use.
 */
export function completeShapes(tools: Tools, program: Program, shapes: Shapes): ContractDescription | undefined {
  const context = { ...tools, describer: createDescriber(tools, program) }
  for (const shape of shapes.remotes) completeRemote(context, shape)
  const records = shapes.records.map((shape) => completeRecord(context, shape))
  const [contract, another] = shapes.contracts
  if (another !== undefined)
    context.describer.report(another.declaration.name, 'A file has one contract; what it imports has none.')
  if (contract === undefined) return undefined
  const described = completeContract(context, contract)
  return { ...described, abi: [...described.abi, ...records] }
}

type Context = Tools & { readonly describer: Describer }

/** A call of the contract's: how its selector is answered. */
type Route = { readonly signature: Signature; readonly answer: string; readonly node: Node }

function completeContract(context: Context, shape: ContractShape): ContractDescription {
  const variables = completeVariables(context, shape)
  const all = [...variableRoutes(context, shape, variables), ...methodRoutes(context, shape)]
  const routes = all.filter(({ signature }) => !isUnnamed(signature))
  reportCollisions(context, routes)
  const { text: name } = shape.declaration.name
  shape.entry.body = context.snippets.body(shape.source, dispatcher(name, all))
  const construct = completeConstructor(context, shape)
  const identifiers = routes.map(({ signature }): [string, string] => [
    signatureText(signature.name, signature.parameters),
    selectorOf(signature.name, signature.parameters).slice(2),
  ])
  return {
    name,
    abi: [...(construct === undefined ? [] : [construct]), ...all.map(({ signature }) => functionItem(signature))],
    methodIdentifiers: Object.fromEntries(identifiers),
    storageLayout: storageLayoutOf(variables),
  }
}

function completeVariables({ describer, snippets }: Context, shape: ContractShape): readonly Typed[] {
  const scope = describer.elementOf(shape.source, shape.declaration)
  const typed = shape.variables.map(({ declaration }) => {
    // A type that cannot be was reported; any will do to go on.
    const type = describer.storageType(typeOf(declaration), scope) ?? WORD
    return { name: declaration.name.text, type }
  })
  placesOf(typed).forEach(({ slot, offset }, index) => {
    const variable = shape.variables[index]
    if (variable === undefined) return
    const at = `<${textOf(typeOf(variable.declaration))}>(__evmpp.slot(${slot}), ${offset}`
    variable.getter.body = snippets.body(shape.source, `return __evmpp.read${at})`)
    variable.setter.body = snippets.body(shape.source, `__evmpp.write${at}, value)`)
  })
  return typed
}

function methodRoutes({ describer, names }: Context, shape: ContractShape): readonly Route[] {
  const scope = describer.elementOf(shape.source, shape.declaration)
  return shape.methods
    .filter((method) => isPublic(names, method))
    .flatMap((node) => {
      const signature = describer.signature(node, scope)
      if (signature === undefined) return []
      const call = `contract.${signature.name}(${decodedArguments(node)})`
      return [{ signature, node, answer: signature.result === undefined ? call : `__evmpp.reply(${call})` }]
    })
}

/** Public variables are read like functions, with a parameter for each key. */
function variableRoutes({ names }: Context, shape: ContractShape, variables: readonly Typed[]): readonly Route[] {
  return variables.flatMap(({ name, type }, index) => {
    const node = shape.variables[index]?.declaration
    if (node === undefined || !isPublic(names, node)) return []
    const { parameters, result } = getterOf(type)
    const answer = `__evmpp.reply(contract.${name}${'.__entry(data)'.repeat(parameters.length)})`
    return [{ signature: { name, parameters, result, mutability: 'view' }, node, answer }]
  })
}

/** What is neither private nor protected, nor an accessor that the author wrote, nor begins with an underscore. */
function isPublic({ CommonFlags }: Context['names'], member: DeclarationStatement): boolean {
  const { Private, Protected, Get, Set: Setter } = CommonFlags
  return !member.isAny(Private | Protected | Get | Setter) && !member.name.text.startsWith('_')
}

/** The arguments of a call, each decoded as the type of its parameter. */
function decodedArguments(method: MethodDeclaration): string {
  return method.signature.parameters.map(({ type }) => `data.next<${textOf(type)}>()`).join(', ')
}

function reportCollisions({ describer }: Context, routes: readonly Route[]): void {
  const seen = new Map<string, string>()
  for (const { signature, node } of routes) {
    const selector = selectorOf(signature.name, signature.parameters)
    const text = signatureText(signature.name, signature.parameters)
    const other = seen.get(selector)
    if (other !== undefined) describer.report(node, `${text} has the selector of ${other}: rename one of them.`)
    seen.set(selector, text)
  }
}

function completeRecord({ describer, snippets }: Context, shape: RecordShape): AbiItem {
  const scope = describer.elementOf(shape.source, shape.declaration)
  const fields = shape.fields.flatMap((field) => {
    const type = describer.abiType(typeOf(field), scope)
    return type === undefined ? [] : [{ name: field.name.text, type, indexed: decoratorOf(field, 'indexed') }]
  })
  const indexed = fields.filter((field) => field.indexed !== undefined)
  for (const { type, indexed: decorator } of indexed)
    if (decorator !== undefined && type.kind === 'array') describer.report(decorator, 'An array cannot be indexed.')
  if (indexed.length > MAX_INDEXED) describer.report(shape.declaration.name, 'At most three fields can be indexed.')
  const { text: name } = shape.declaration.name
  const isEvent = shape.kind === 'event'
  shape.write.body = snippets.body(shape.source, isEvent ? eventBody(name, fields, indexed) : errorBody(name, fields))
  const inputs = fields.map((field) => ({
    ...abiParameter(field),
    ...(isEvent ? { indexed: field.indexed !== undefined } : {}),
  }))
  return { type: shape.kind, name, inputs, ...(isEvent ? { anonymous: false } : {}) }
}

function completeRemote({ describer, snippets }: Context, shape: RemoteShape): void {
  const scope = describer.elementOf(shape.source, shape.declaration)
  for (const { declared, stub } of shape.stubs) {
    const signature = describer.signature(declared, scope)
    if (signature === undefined) continue
    stub.body = snippets.body(shape.source, stubBody(signature, textOf(declared.signature.returnType)))
  }
}

function completeConstructor({ describer, snippets }: Context, shape: ContractShape): AbiItem | undefined {
  const { construct, constructorEntry } = shape
  if (construct === undefined || constructorEntry === undefined) return undefined
  const signature = describer.signature(construct, describer.elementOf(shape.source, shape.declaration))
  if (signature === undefined) return undefined
  const { parameters, mutability } = signature
  constructorEntry.body = snippets.body(
    shape.source,
    `${mutability === 'payable' ? '' : '__evmpp.refuseValue()\n'}
    const data = __evmpp.decoder(__evmpp.input(size), size, ${parameters.length})
    changetype<${shape.declaration.name.text}>(0).${construct.name.text}(${decodedArguments(construct)})
    return 0`,
  )
  return { type: 'constructor', inputs: parameters.map(abiParameter), stateMutability: mutability }
}

/** The dispatcher. A contract has no memory of its own, so its object is a null pointer that nobody follows. */
function dispatcher(className: string, routes: readonly Route[]): string {
  const isPayable = routes.some(({ signature }) => signature.mutability === 'payable')
  const guard = (signature: Signature): string =>
    isPayable && signature.mutability !== 'payable' ? '__evmpp.refuseValue()' : ''
  const cases = routes
    .filter(({ signature }) => !isUnnamed(signature))
    .map(
      ({ signature, answer }) => `case ${selectorOf(signature.name, signature.parameters)}: {
        ${guard(signature)}
        const data = __evmpp.decoder(input + 4, size - 4, ${signature.parameters.length})
        ${answer}
        return 0
      }`,
    )
  const unnamed = (name: string, condition: string): string =>
    routes
      .filter(({ signature }) => signature.name === name)
      .map(({ signature }) => `${condition} { ${guard(signature)}\n contract.${name}()\n return 0 }`)
      .join('')
  return `
    ${isPayable ? '' : '__evmpp.refuseValue()'}
    const contract = changetype<${className}>(0)
    const input = __evmpp.input(size)
    ${unnamed('receive', 'if (size == 0)')}
    if (size >= 4) {
      switch (__evmpp.selector(input)) {
        ${cases.join('\n')}
      }
    }
    ${unnamed('fallback', '')}
    __evmpp.fail()
    return 1`
}

/** `receive` answers a call without data, `fallback` what nothing else answers; neither has a selector. */
function isUnnamed({ name }: Signature): boolean {
  return name === 'receive' || name === 'fallback'
}

function functionItem(signature: Signature): AbiItem {
  const { name, parameters, result, mutability: stateMutability } = signature
  if (name === 'receive' || name === 'fallback') return { type: name, stateMutability }
  const outputs = result === undefined ? [] : [abiParameter({ name: '', type: result })]
  return { type: 'function', name, inputs: parameters.map(abiParameter), outputs, stateMutability }
}

/** What a public variable's getter takes and returns. */
function getterOf(type: SolidityType): { parameters: readonly Typed[]; result: SolidityType } {
  if (type.kind !== 'mapping' && type.kind !== 'storageArray') return { parameters: [], result: type }
  const key = type.kind === 'mapping' ? type.key : WORD
  const { parameters, result } = getterOf(type.kind === 'mapping' ? type.value : type.element)
  return { parameters: [{ name: '', type: key }, ...parameters], result }
}

/** The size of what follows the heads of a tuple, as an expression. */
function tailsText(values: readonly Typed[], prefix = ''): string {
  const dynamic = values.filter(({ type }) => type.kind !== 'value')
  return dynamic.map(({ name }) => `__evmpp.tailSize(${prefix}${name})`).join(' + ') || '0'
}

function eventBody(name: string, fields: readonly Typed[], indexed: readonly Typed[]): string {
  const plain = fields.filter((field) => !indexed.includes(field))
  const topics = indexed.length + 1
  const hash = topicOf(name, fields).slice(2).match(/../g) ?? []
  const writeTopic = ({ name: field }: Typed, index: number): string =>
    `__evmpp.topic(this.${field}, data.base - ${32 * (topics - 1 - index)})`
  return `
    const data = __evmpp.encoder(${32 * topics}, ${plain.length}, ${tailsText(plain, 'this.')})
    memory.copy(data.base - ${32 * topics}, memory.data<u8>([${hash.map((byte) => `0x${byte}`).join(', ')}]), 32)
    ${indexed.map(writeTopic).join('\n')}
    ${plain.map(({ name: field }) => `data.put(this.${field})`).join('\n')}
    __evmpp.log(data, ${topics})`
}

function errorBody(name: string, fields: readonly Typed[]): string {
  return `
    const data = __evmpp.message(${selectorOf(name, fields)}, ${fields.length}, ${tailsText(fields, 'this.')})
    ${fields.map(({ name: field }) => `data.put(this.${field})`).join('\n')}
    __evmpp.raise(data)`
}

function stubBody({ name, parameters, result, mutability }: Signature, resultText: string): string {
  const isView = mutability === 'view' || mutability === 'pure'
  const heads = result === undefined ? 0 : 1
  const answer = `__evmpp.invoke(this.__target, data, this.__value, ${isView}, ${heads})`
  return `
    const data = __evmpp.message(${selectorOf(name, parameters)}, ${parameters.length}, ${tailsText(parameters)})
    ${parameters.map(({ name: parameter }) => `data.put(${parameter})`).join('\n')}
    ${result === undefined ? answer : `return ${answer}.next<${resultText}>()`}`
}
