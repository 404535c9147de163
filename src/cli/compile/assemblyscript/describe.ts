import type {
  DeclarationStatement,
  Element,
  FunctionDeclaration,
  Node,
  Program,
  Source,
  TypeNode,
} from 'assemblyscript'
import type { Hash } from '../../../primitives/index.ts'
import { assert, keccakHash } from '../../../primitives/index.ts'
import type { AbiParameter } from '../artifact.ts'
import type { Tools } from './syntax.ts'
import { decoratorOf, textOf } from './syntax.ts'
import type { SolidityType } from './types.ts'
import { isAbiType, isStorageType, solidityType, typeName } from './types.ts'

/** A parameter or field: its name in the source and its type in Solidity. */
export type Typed = { readonly name: string; readonly type: SolidityType }

/** A function's signature with all types known. `result` is undefined for void. */
export type Signature = {
  readonly name: string
  readonly parameters: readonly Typed[]
  readonly result: SolidityType | undefined
  readonly mutability: 'pure' | 'view' | 'nonpayable' | 'payable'
}

/** Answers about the types of a program, reporting what has no answer at its place in the source. */
export type Describer = {
  /** Says what is wrong with `node`. */
  report(node: Node, message: string): void
  storageType(node: TypeNode, scope: Element): SolidityType | undefined
  abiType(node: TypeNode, scope: Element): SolidityType | undefined
  signature(method: FunctionDeclaration, scope: Element): Signature | undefined
  /** The element that a top-level declaration became. */
  elementOf(source: Source, declaration: DeclarationStatement): Element
}

/** A describer of `program`, which has resolved its imports and aliases. */
export function createDescriber({ names }: Tools, program: Program): Describer {
  const report = (node: Node, message: string): void =>
    program.error(names.DiagnosticCode.User_defined_0, node.range, message, null, null)

  const resolve = (node: TypeNode, scope: Element): SolidityType | 'void' | undefined => {
    const type = program.resolver.resolveType(node, null, scope)
    if (type === null) return undefined // reported by the resolver
    if (type.toString() === 'void') return 'void'
    const described = solidityType(type)
    if (described === undefined) report(node, `Type '${textOf(node)}' has no counterpart in Solidity.`)
    return described
  }

  /** The type if `isAllowed`; else says that has the `problem`. */
  const allowed = (
    node: TypeNode,
    type: SolidityType | 'void' | undefined,
    isAllowed: (type: SolidityType) => boolean,
    problem: string,
  ): SolidityType | undefined => {
    if (type === undefined || (type !== 'void' && isAllowed(type))) return type
    report(node, `Type '${textOf(node)}' ${problem}.`)
    return undefined
  }

  const passable = (node: TypeNode, type: SolidityType | 'void' | undefined): SolidityType | undefined =>
    allowed(node, type, isAbiType, 'cannot be passed to or returned by a contract')

  const abiType = (node: TypeNode, scope: Element): SolidityType | undefined => passable(node, resolve(node, scope))

  const parametersOf = (method: FunctionDeclaration, scope: Element): readonly Typed[] | undefined => {
    const parameters = method.signature.parameters.map((parameter) => {
      if (parameter.initializer !== null) report(parameter, 'A parameter of a contract has no default value.')
      const type = abiType(parameter.type, scope)
      return type === undefined ? undefined : { name: parameter.name.text, type }
    })
    const known = parameters.filter((each) => each !== undefined)
    return known.length === parameters.length ? known : undefined
  }

  return {
    report,
    abiType,
    storageType(node, scope) {
      return allowed(node, resolve(node, scope), isStorageType, 'cannot be a state variable')
    },
    signature(method, scope) {
      const parameters = parametersOf(method, scope)
      const returned = resolve(method.signature.returnType, scope)
      const result = returned === 'void' ? undefined : passable(method.signature.returnType, returned)
      if (parameters === undefined || (result === undefined && returned !== 'void')) return undefined
      return { name: method.name.text, parameters, result, mutability: mutabilityOf(method) }
    },
    elementOf(source, declaration) {
      const element = program.elementsByName.get(`${source.internalPath}/${declaration.name.text}`)
      assert(element !== undefined, 'a declared class is an element of the program')
      return element
    },
  }
}

function mutabilityOf(method: DeclarationStatement): Signature['mutability'] {
  return (['pure', 'view', 'payable'] as const).find((name) => decoratorOf(method, name)) ?? 'nonpayable'
}

/** `name(type,type)`. */
export function signatureText(name: string, parameters: readonly Typed[]): string {
  return `${name}(${parameters.map(({ type }) => typeName(type)).join(',')})`
}

/** The first four bytes of the signature's hash. */
export function selectorOf(name: string, parameters: readonly Typed[]): string {
  return topicOf(name, parameters).slice(0, 10)
}

/** The hash of the signature: an event's first topic. */
export function topicOf(name: string, parameters: readonly Typed[]): Hash {
  return keccakHash(new TextEncoder().encode(signatureText(name, parameters)))
}

/** A parameter as ABI JSON has it. */
export function abiParameter({ name, type }: Typed): AbiParameter {
  return { name, type: typeName(type) }
}
