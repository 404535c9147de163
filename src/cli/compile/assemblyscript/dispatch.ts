import type { DeclarationStatement, MethodDeclaration } from 'assemblyscript'
import type { AbiItem } from '../artifact.ts'
import type { ContractShape, Level } from './contractShape.ts'
import { objectOf } from './contractShape.ts'
import type { Describer, Signature } from './describe.ts'
import { abiOutputs, abiParameter, selectorOf, signatureText } from './describe.ts'
import { decodedArguments } from './members.ts'
import { tailsText } from './records.ts'
import type { Tools } from './syntax.ts'
import { decoratorOf } from './syntax.ts'
import type { SolidityType, Typed } from './types.ts'
import { headsOf, isHandle, WORD } from './types.ts'

/** What a call finds: a function by its selector, or what answers calls without a known one. */
type RouteKind = 'function' | 'receive' | 'fallback'

/** A call of the contract's: how it is answered. */
export type Route = {
  readonly kind: RouteKind
  readonly signature: Signature
  /** The method that answers, with the arguments in a decoder. */
  readonly answer: MethodDeclaration
  /** Where it was declared. */
  readonly node: DeclarationStatement
  readonly isGuarded: boolean
}

/** A route, and statements that answer with the arguments in `data`. */
type Answered = Pick<Route, 'kind' | 'signature' | 'isGuarded'> & { readonly text: string }

/** All that can be called, variables first, in the order of declaration. Writes the bodies of the methods that answer. */
export function routesOf(
  tools: Tools,
  describer: Describer,
  shape: ContractShape,
  variables: readonly Typed[],
): readonly Route[] {
  const routesBy = (answerOf: (level: Level, node: DeclarationStatement) => Answered | undefined): readonly Route[] =>
    shape.levels.flatMap((level) =>
      [...level.answers].flatMap(([node, answer]): Route[] => {
        const answered = answerOf(level, node)
        if (answered === undefined) return []
        const { kind, signature, isGuarded, text } = answered
        answer.body = tools.snippets.body(level.source, text, node.name)
        return [{ kind, signature, isGuarded, answer, node }]
      }),
    )
  const ofVariables = routesBy((level, node) => {
    const isVariable = level.variables.some(({ declaration }) => declaration === node)
    const variable = variables.find(({ name }) => name === node.name.text)
    return isVariable && variable !== undefined ? variableAnswer(variable) : undefined
  })
  const ofMethods = routesBy((level, node) => {
    const method = level.methods.find((each) => each === node)
    const scope = describer.elementOf(level.source, level.declaration)
    const signature = method === undefined ? undefined : describer.signature(method, scope)
    return method === undefined || signature === undefined ? undefined : methodAnswer(tools, method, signature)
  })
  const routes = [...ofVariables, ...ofMethods]
  reportCollisions(tools, routes)
  return routes
}

function methodAnswer(tools: Tools, node: MethodDeclaration, signature: Signature): Answered {
  const kind = kindOf(node)
  if (kind === 'receive') reportReceive(tools, node, signature)
  if (kind === 'fallback') reportFallback(tools, node, signature)
  const isGuarded = decoratorOf(node, 'nonReentrant') !== undefined
  const [enter, leave] = isGuarded ? ['__evmpp.enterGuarded()\n', '\n__evmpp.leaveGuarded()'] : ['', '']
  const isRaw = kind === 'fallback' && isRawShape(signature)
  const call = `this.${node.name.text}(${isRaw ? '__evmpp.callData()' : decodedArguments(node)})`
  const answer = isRaw ? `__evmpp.replyRaw(${call})` : `__evmpp.reply(${call})`
  const text = `${enter}${signature.result === undefined ? call : answer}${leave}`
  return { kind, signature, text, isGuarded }
}

/** Two names stand for no function, unless `@named` makes one of them. */
function kindOf(node: MethodDeclaration): RouteKind {
  const { text: name } = node.name
  if (decoratorOf(node, 'named') !== undefined) return 'function'
  return name === 'receive' || name === 'fallback' ? name : 'function'
}

function reportReceive({ report }: Tools, node: MethodDeclaration, signature: Signature): void {
  const { parameters, result, mutability } = signature
  if (parameters.length === 0 && result === undefined && mutability === 'payable') return
  report(node.name, 'What takes plain value is written: @payable receive(): void')
}

/** `(data: Uint8Array): Uint8Array`. */
function isRawShape({ parameters, result }: Signature): boolean {
  const isBytes = (type: SolidityType | undefined): boolean => type?.kind === 'bytes' && type.name === 'bytes'
  return parameters.length === 1 && isBytes(parameters[0]?.type) && isBytes(result)
}

/** As in Solidity: nothing in and nothing out, or the call data as it is and what is returned as it is. */
function reportFallback({ report }: Tools, node: MethodDeclaration, signature: Signature): void {
  const { parameters, result, mutability } = signature
  const isEmpty = parameters.length === 0 && result === undefined
  if (!isEmpty && !isRawShape(signature))
    report(
      node.name,
      'Write fallback(): void, or fallback(data: Uint8Array): Uint8Array, which get and give raw bytes.',
    )
  if (mutability === 'view' || mutability === 'pure') report(node.name, `fallback cannot be @${mutability}.`)
}

/** Public variables are read like functions, with a parameter for each key. */
function variableAnswer({ name, type }: Typed): Answered | undefined {
  const { parameters, result } = getterOf(type)
  const entry = `this.${name}${'.__entry(data)'.repeat(parameters.length)}`
  const shown = result.kind === 'struct' ? { ...result, isTuple: true, fields: result.fields.filter(isShown) } : result
  if (shown.kind === 'struct' && shown.fields.length === 0) return undefined
  const text = shown.kind === 'struct' ? structAnswer(entry, shown.fields) : `__evmpp.reply(${entry})`
  return {
    kind: 'function',
    signature: { name, parameters, result: shown, mutability: 'view' },
    text,
    isGuarded: false,
  }
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

/** The body of the entry point. */
export function dispatcher(shape: ContractShape, routes: readonly Route[]): string {
  const isPayable = routes.some(({ signature }) => signature.mutability === 'payable')
  const guard = (signature: Signature): string =>
    isPayable && signature.mutability !== 'payable' ? '__evmpp.refuseValue()' : ''
  const cases = routes
    .filter((route) => !isUnnamed(route))
    .map(
      ({ signature, answer }) => `case ${selectorOf(signature.name, signature.parameters)}: {
        ${guard(signature)}
        contract.${answer.name.text}(__evmpp.decoder(input + 4, size - 4, ${headsOf(signature.parameters)}))
        return 0
      }`,
    )
  const unnamed = (wanted: RouteKind, condition: string): string =>
    routes
      .filter(({ kind }) => kind === wanted)
      .map(
        ({ signature, answer }) =>
          `${condition} { ${guard(signature)}\n contract.${answer.name.text}(__evmpp.decoder(input, 0, 0))\n return 0 }`,
      )
      .join('')
  return `
    ${isPayable ? '' : '__evmpp.refuseValue()'}
    const contract = ${objectOf(shape)}
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
export function isUnnamed({ kind }: Pick<Route, 'kind'>): boolean {
  return kind !== 'function'
}

/** The route's entry in the ABI. */
export function routeItem({ kind, signature }: Route): AbiItem {
  const { name, parameters, result, mutability: stateMutability } = signature
  if (kind !== 'function') return { type: kind, stateMutability }
  const outputs = abiOutputs(result)
  return { type: 'function', name, inputs: parameters.map(abiParameter), outputs, stateMutability }
}
