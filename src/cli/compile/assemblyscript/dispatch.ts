import type { DeclarationStatement, MethodDeclaration, Node } from 'assemblyscript'
import type { AbiItem } from '../artifact.ts'
import type { ContractShape } from './contract.ts'
import { decodedArguments } from './contract.ts'
import type { Describer, Signature } from './describe.ts'
import { abiOutputs, abiParameter, selectorOf, signatureText } from './describe.ts'
import { tailsText } from './records.ts'
import type { Tools } from './syntax.ts'
import { decoratorOf } from './syntax.ts'
import type { TypeSugar } from './typeSugar.ts'
import type { SolidityType, Typed } from './types.ts'
import { headsOf, isHandle, WORD } from './types.ts'

/** A call of the contract's: how its selector is answered. */
export type Route = {
  readonly signature: Signature
  /** Statements that answer, with the arguments in `data`. */
  readonly answer: string
  /** Where it was declared. */
  readonly node: Node
  readonly isGuarded: boolean
}

/** All that can be called, in the order of declaration: public variables first. */
export function routesOf(
  tools: Tools,
  describer: Describer,
  sugar: TypeSugar,
  shape: ContractShape,
  variables: readonly Typed[],
): readonly Route[] {
  const scope = describer.elementOf(shape.source, shape.declaration)
  const methods = shape.methods
    .filter((method) => isPublic(tools, method))
    .flatMap((method) => {
      const signature = describer.signature(method, scope)
      return signature === undefined ? [] : [methodRoute(sugar, method, signature)]
    })
  const routes = [...variableRoutes(tools, shape, variables), ...methods]
  reportCollisions(tools, routes)
  return routes
}

function methodRoute(sugar: TypeSugar, node: MethodDeclaration, signature: Signature): Route {
  const isGuarded = decoratorOf(node, 'nonReentrant') !== undefined
  const [enter, leave] = isGuarded ? ['__evmpp.enterGuarded()\n', '\n__evmpp.leaveGuarded()'] : ['', '']
  const call = `contract.${node.name.text}(${decodedArguments(sugar, node)})`
  const answer = signature.result === undefined ? `${enter}${call}${leave}` : `${enter}__evmpp.reply(${call})${leave}`
  return { signature, node, answer, isGuarded }
}

/** Public variables are read like functions, with a parameter for each key. */
function variableRoutes(tools: Tools, shape: ContractShape, variables: readonly Typed[]): readonly Route[] {
  return variables.flatMap(({ name, type }, index) => {
    const node = shape.variables[index]?.declaration
    if (node === undefined || !isPublic(tools, node)) return []
    const { parameters, result } = getterOf(type)
    const entry = `contract.${name}${'.__entry(data)'.repeat(parameters.length)}`
    const shown =
      result.kind === 'struct' ? { ...result, isTuple: true, fields: result.fields.filter(isShown) } : result
    if (shown.kind === 'struct' && shown.fields.length === 0) return []
    const answer = shown.kind === 'struct' ? structAnswer(entry, shown.fields) : `__evmpp.reply(${entry})`
    return [{ signature: { name, parameters, result: shown, mutability: 'view' }, node, answer, isGuarded: false }]
  })
}

/** A struct's getter returns its fields one by one, arrays and mappings left out. */
function isShown({ type }: Typed): boolean {
  return !isHandle(type) && type.kind !== 'fixedArray'
}

function structAnswer(entry: string, fields: readonly Typed[]): string {
  return `
    const held = ${entry}
    const answer = __evmpp.encoder(0, ${headsOf(fields)}, ${tailsText(fields, 'held.')})
    ${fields.map(({ name }) => `answer.put(held.${name})`).join('\n')}
    __evmpp.send(answer)`
}

/** What a public variable's getter takes and returns. */
function getterOf(type: SolidityType): { parameters: readonly Typed[]; result: SolidityType } {
  if (type.kind !== 'mapping' && type.kind !== 'storageArray' && type.kind !== 'fixedArray')
    return { parameters: [], result: type }
  const key = type.kind === 'mapping' ? type.key : WORD
  const { parameters, result } = getterOf(type.kind === 'mapping' ? type.value : type.element)
  return { parameters: [{ name: '', type: key }, ...parameters], result }
}

/** What is neither private nor protected, nor an accessor that the author wrote, nor begins with an underscore. */
function isPublic({ names: { CommonFlags } }: Tools, member: DeclarationStatement): boolean {
  const { Private, Protected, Get, Set: Setter } = CommonFlags
  return !member.isAny(Private | Protected | Get | Setter) && !member.name.text.startsWith('_')
}

function reportCollisions({ report }: Tools, routes: readonly Route[]): void {
  const seen = new Map<string, string>()
  for (const { signature, node } of routes.filter((route) => !isUnnamed(route))) {
    const selector = selectorOf(signature.name, signature.parameters)
    const text = signatureText(signature.name, signature.parameters)
    const other = seen.get(selector)
    if (other !== undefined) report(node, `${text} has the selector of ${other}: rename one of them.`)
    seen.set(selector, text)
  }
}

/** The body of the entry point. A contract has no memory of its own, so its object is a null pointer that nobody follows. */
export function dispatcher(className: string, routes: readonly Route[]): string {
  const isPayable = routes.some(({ signature }) => signature.mutability === 'payable')
  const guard = (signature: Signature): string =>
    isPayable && signature.mutability !== 'payable' ? '__evmpp.refuseValue()' : ''
  const cases = routes
    .filter((route) => !isUnnamed(route))
    .map(
      ({ signature, answer }) => `case ${selectorOf(signature.name, signature.parameters)}: {
        ${guard(signature)}
        const data = __evmpp.decoder(input + 4, size - 4, ${headsOf(signature.parameters)})
        ${answer}
        return 0
      }`,
    )
  const unnamed = (name: string, condition: string): string =>
    routes
      .filter(({ signature }) => signature.name === name)
      .map(({ signature, answer }) => `${condition} { ${guard(signature)}\n ${answer}\n return 0 }`)
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
export function isUnnamed({ signature: { name } }: Pick<Route, 'signature'>): boolean {
  return name === 'receive' || name === 'fallback'
}

/** The route's entry in the ABI. */
export function routeItem({ signature }: Route): AbiItem {
  const { name, parameters, result, mutability: stateMutability } = signature
  if (name === 'receive' || name === 'fallback') return { type: name, stateMutability }
  const outputs = abiOutputs(result)
  return { type: 'function', name, inputs: parameters.map(abiParameter), outputs, stateMutability }
}
