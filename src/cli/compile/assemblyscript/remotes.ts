import type { ClassDeclaration, MethodDeclaration, Source } from 'assemblyscript'
import type { Describer, Signature } from './describe.ts'
import { selectorOf } from './describe.ts'
import { methodsOf } from './members.ts'
import { tailsText } from './records.ts'
import type { Tools } from './syntax.ts'
import { methodNamed, parametersText, textOf } from './syntax.ts'
import { headsOf } from './types.ts'

/** A `@remote` class: what another contract offers, each method with the stubs that call it. */
export type RemoteShape = {
  readonly source: Source
  readonly declaration: ClassDeclaration
  readonly stubs: readonly {
    readonly declared: MethodDeclaration
    /** Passes a revert on. */
    readonly stub: MethodDeclaration
    /** Returns how the call ended. */
    readonly trial: MethodDeclaration
  }[]
}

/** Phase 1: for each declared `f` the methods `f` and `try_f`. */
export function shapeRemote(tools: Tools, source: Source, declaration: ClassDeclaration): RemoteShape {
  const { compiler, names, snippets } = tools
  const stubs = methodsOf(tools, declaration).map((declared) => {
    const { text: name } = declared.name
    const parameters = parametersText(declared)
    const members = snippets.members(
      source,
      `${name}(${parameters}): ${resultText(declared)} {}
      try_${name}(${parameters}): ${attemptText(declared)} {}`,
    )
    const [stub, trial] = [methodNamed(compiler, members, name), methodNamed(compiler, members, `try_${name}`)]
    return { declared, stub, trial }
  })
  declaration.flags &= ~(names.CommonFlags.Declare | names.CommonFlags.Ambient)
  declaration.members = [
    ...snippets.members(
      source,
      `private readonly __target: __evmpp.Target
      constructor(target: __evmpp.Address, value: __evmpp.u256 | null = null, gas: u64 = u64.MAX_VALUE) {
        this.__target = new __evmpp.Target(target, value, gas)
      }`,
    ),
    ...stubs.flatMap(({ stub, trial }) => [stub, trial]),
  ]
  return { source, declaration, stubs }
}

/** Phase 2: the bodies of the stubs. */
export function completeRemote({ snippets }: Tools, describer: Describer, shape: RemoteShape): void {
  const scope = describer.elementOf(shape.source, shape.declaration)
  for (const { declared, stub, trial } of shape.stubs) {
    const signature = describer.signature(declared, scope)
    if (signature === undefined) continue
    const result = resultText(declared)
    const call = (name: string, type: string): string =>
      `__evmpp.${name}${type}(this.__target, __data, ${isView(signature)})`
    const answer = result === 'void' ? call('perform', '') : `return ${call('invoke', `<${result}>`)}.all<${result}>()`
    stub.body = snippets.body(shape.source, `${messageText(signature)}\n${answer}`)
    const attempt = `return ${call('attempt', `<${attemptText(declared)}>`)}`
    trial.body = snippets.body(shape.source, `${messageText(signature)}\n${attempt}`)
  }
}

function resultText(declared: MethodDeclaration): string {
  return textOf(declared.signature.returnType)
}

function attemptText(declared: MethodDeclaration): string {
  const result = resultText(declared)
  return result === 'void' ? '__evmpp.CallResult' : `__evmpp.Attempt<${result}>`
}

function isView({ mutability }: Signature): boolean {
  return mutability === 'view' || mutability === 'pure'
}

/** The call data, under a name that no parameter has. */
function messageText({ name, parameters }: Signature): string {
  return `
    const __data = __evmpp.message(${selectorOf(name, parameters)}, ${headsOf(parameters)}, ${tailsText(parameters)})
    ${parameters.map((parameter) => `__data.put(${parameter.name})`).join('\n')}`
}
