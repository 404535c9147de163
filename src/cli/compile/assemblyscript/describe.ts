import type { DeclarationStatement, Element, FunctionDeclaration, Program, Source, TypeNode } from 'assemblyscript'
import type { Hash } from '../../../primitives/index.ts'
import { assert, keccakHash } from '../../../primitives/index.ts'
import type { AbiParameter } from '../artifact.ts'
import type { Tools } from './syntax.ts'
import { decoratorOf, decoratorText, textOf } from './syntax.ts'
import type { SolidityType, StructType, Typed } from './types.ts'
import { isAbiType, isResultType, isStorageType, solidityType, typeName } from './types.ts'

/** A function's signature with all types known. `result` is undefined for void. */
export type Signature = {
  /** Its name in the ABI: the method's own, unless `@named` says otherwise. */
  readonly name: string
  readonly parameters: readonly Typed[]
  readonly result: SolidityType | undefined
  readonly mutability: 'pure' | 'view' | 'nonpayable' | 'payable'
}

/** Answers about the types of a program, reporting what has no answer at its place in the source. */
export type Describer = {
  storageType(node: TypeNode, scope: Element): SolidityType | undefined
  abiType(node: TypeNode, scope: Element): SolidityType | undefined
  /** The type of a struct's field, which may be one of the ABI or one of storage. */
  fieldType(node: TypeNode, scope: Element): SolidityType | undefined
  signature(method: FunctionDeclaration, scope: Element): Signature | undefined
  /** The element that a top-level declaration became. */
  elementOf(source: Source, declaration: DeclarationStatement): Element
}

/** What a type that cannot be somewhere is told. */
const PROBLEMS = {
  abi: 'cannot be passed to or returned by a contract',
  storage: 'cannot be a state variable',
  field: 'cannot be part of a struct',
} as const

/** A describer of `program`, which has resolved its imports and aliases; `structOf` knows its structs. */
export function createDescriber(
  tools: Tools,
  program: Program,
  structOf: (internalName: string) => StructType | undefined,
): Describer {
  const report = (node: TypeNode, message: string): undefined => {
    tools.report(node, message)
  }

  const resolve = (node: TypeNode, scope: Element): SolidityType | 'void' | undefined => {
    const type = program.resolver.resolveType(node, null, scope)
    if (type === null) return undefined // reported by the resolver
    if (type.toString() === 'void') return 'void'
    return solidityType(type, structOf) ?? report(node, noCounterpart(textOf(node)))
  }

  /** The type if `isAllowed`; else says that it has the `problem`. */
  const allowed = (
    node: TypeNode,
    type: SolidityType | 'void' | undefined,
    isAllowed: (type: SolidityType) => boolean,
    problem: string,
  ): SolidityType | undefined => {
    if (type === undefined || (type !== 'void' && isAllowed(type))) return type
    const advice = problem === PROBLEMS.storage && type !== 'void' ? storageAdvice(type) : ''
    return report(node, `Type '${textOf(node)}' ${problem}${advice}.`)
  }

  const abiType = (node: TypeNode, scope: Element): SolidityType | undefined =>
    allowed(node, resolve(node, scope), isAbiType, PROBLEMS.abi)

  const parametersOf = (method: FunctionDeclaration, scope: Element): readonly Typed[] | undefined => {
    const { Optional, Rest } = tools.names.ParameterKind
    const parameters = method.signature.parameters.map((parameter) => {
      if (parameter.initializer !== null) tools.report(parameter, 'A parameter of a contract has no default value.')
      else if (parameter.parameterKind === Optional)
        tools.report(parameter, 'A parameter of a contract is always given: take the "?" away.')
      else if (parameter.parameterKind === Rest)
        tools.report(parameter, 'A function of a contract has a fixed number of parameters: take an array.')
      const type = abiType(parameter.type, scope)
      return type === undefined ? undefined : { name: parameter.name.text, type }
    })
    const known = parameters.filter((each) => each !== undefined)
    return known.length === parameters.length ? known : undefined
  }

  return {
    abiType,
    storageType: (node, scope) => allowed(node, resolve(node, scope), isStorageType, PROBLEMS.storage),
    fieldType: (node, scope) =>
      allowed(node, resolve(node, scope), (type) => isAbiType(type) || isStorageType(type), PROBLEMS.field),
    signature(method, scope) {
      const [generic] = method.typeParameters ?? []
      if (generic !== undefined)
        tools.report(generic, 'A function of the ABI is not generic: make it private, or name the type.')
      const parameters = parametersOf(method, scope)
      const { returnType } = method.signature
      const returned = resolve(returnType, scope)
      const result = returned === 'void' ? undefined : allowed(returnType, returned, isResultType, PROBLEMS.abi)
      if (parameters === undefined || (result === undefined && returned !== 'void')) return undefined
      return { name: abiName(tools, method), parameters, result, mutability: mutabilityOf(method) }
    },
    elementOf(source, declaration) {
      const element = program.elementsByName.get(`${source.internalPath}/${declaration.name.text}`)
      assert(element !== undefined, 'a declared class is an element of the program')
      return element
    },
  }
}

function noCounterpart(text: string): string {
  if (/^FixedArray\b/.test(text)) return `Write the length of a fixed array as FixedArray<T, '3'>, not '${text}'.`
  return `Type '${text}' has no counterpart in Solidity.`
}

function storageAdvice(type: SolidityType): string {
  if (type.kind === 'array') return ': an array that is kept is a StorageArray'
  if (type.kind !== 'struct' || type.isTuple) return ''
  const field = type.fields.find((each) => !isStorageType(each.type))
  return field === undefined ? '' : ` because of its field '${field.name}': an array that is kept is a StorageArray`
}

/** What a function promises by its decorators. */
export function mutabilityOf(method: DeclarationStatement): Signature['mutability'] {
  return (['pure', 'view', 'payable'] as const).find((name) => decoratorOf(method, name)) ?? 'nonpayable'
}

function abiName({ compiler, report }: Tools, method: FunctionDeclaration): string {
  const decorator = decoratorOf(method, 'named')
  if (decorator === undefined) return method.name.text
  const name = decoratorText(compiler, decorator)
  if (name !== undefined && /^[\w$]+$/.test(name)) return name
  report(decorator, "Write the function's name in the ABI as @named('transfer').")
  return method.name.text
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
  const suffix: string[] = []
  let inner = type
  while (inner.kind === 'array' || inner.kind === 'fixedArray') {
    suffix.unshift(inner.kind === 'array' ? '[]' : `[${inner.length}]`)
    inner = inner.element
  }
  if (inner.kind !== 'struct') return { name, type: typeName(type) }
  const dimensions = suffix.join('')
  return {
    name,
    type: `tuple${dimensions}`,
    internalType: `struct ${inner.name}${dimensions}`,
    components: inner.fields.map(abiParameter),
  }
}

/** What a function returns, as ABI JSON has it: nothing, one value, or those of a tuple. */
export function abiOutputs(result: SolidityType | undefined): readonly AbiParameter[] {
  if (result === undefined) return []
  if (result.kind === 'struct' && result.isTuple) return result.fields.map(abiParameter)
  return [abiParameter({ name: '', type: result })]
}
