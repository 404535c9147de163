import type { ClassDeclaration, Program, Range, Source } from 'assemblyscript'
import type { AbiItem, StorageLayout } from '../artifact.ts'
import { completeConstructor } from './construct.ts'
import { completeVariables, shapeContract } from './contract.ts'
import type { ContractShape } from './contractShape.ts'
import { checkDecorators } from './decorators.ts'
import type { Describer } from './describe.ts'
import { createDescriber, selectorOf, signatureText } from './describe.ts'
import type { Route } from './dispatch.ts'
import { dispatcher, isUnnamed, routeItem, routesOf } from './dispatch.ts'
import { storageLayoutOf } from './layout.ts'
import { methodsOf } from './members.ts'
import type { RecordShape } from './records.ts'
import { completeRecord, shapeRecord } from './records.ts'
import type { RemoteShape } from './remotes.ts'
import { completeRemote, shapeRemote } from './remotes.ts'
import type { Scopes } from './scopes.ts'
import type { StructShape } from './structs.ts'
import { completeStruct, createStructCatalog, internalNameOf, shapeStruct } from './structs.ts'
import type { Tools } from './syntax.ts'
import { classesWith, removeDecorators } from './syntax.ts'
import type { TypeSugar } from './typeSugar.ts'
import type { SolidityType, StructType, Typed } from './types.ts'
import { SDK } from './types.ts'

/** All that the second phase has to fill in. */
type Shapes = {
  readonly contract: ContractShape | undefined
  readonly records: readonly RecordShape[]
  readonly remotes: readonly RemoteShape[]
  readonly structs: readonly StructShape[]
}

/** What the second phase learned of a contract, for its artifact. */
export type ContractDescription = {
  readonly name: string
  /** Where the author names it. */
  readonly nameRange: Range
  readonly abi: readonly AbiItem[]
  readonly methodIdentifiers: Readonly<Record<string, string>>
  readonly storageLayout: StorageLayout
}

/** What a guarded function can revert with; OpenZeppelin's error of the same meaning. */
const GUARD_ERROR: AbiItem = { type: 'error', name: 'ReentrancyGuardReentrantCall', inputs: [] }

/**
 * Phase 1, before the program knows any type: gives every decorated class the members that it will have, with empty
 * bodies. Types stay as their author wrote them and are looked at in phase 2.
 */
export function shapeSources(tools: Tools, scopes: Scopes, sugar: TypeSugar): Shapes {
  const { compiler, own: sources, snippets } = tools
  checkDecorators(tools)
  for (const source of sources) removeExternal(tools, source)
  const all = <shape>(name: string, make: (source: Source, each: ClassDeclaration) => shape): readonly shape[] =>
    sources.flatMap((source) => classesWith(compiler, source, name).map((each) => make(source, each)))
  const shapes = {
    structs: (['struct', 'tuple'] as const).flatMap((kind) =>
      all(kind, (source, each) => shapeStruct(tools, source, each, kind)),
    ),
    contract: contractIn(tools, scopes),
    records: (['event', 'error'] as const).flatMap((kind) =>
      all(kind, (source, each) => shapeRecord(tools, source, each, kind)),
    ),
    remotes: all('remote', (source, each) => shapeRemote(tools, source, each)),
  }
  const { structs, contract, records, remotes } = shapes
  const shaped = new Set([...structs, ...(contract?.levels ?? []), ...records, ...remotes].map(({ source }) => source))
  for (const source of sources)
    if (shaped.has(source) || sugar.needsSdk(source))
      source.statements.unshift(...snippets.statements(source, `import * as __evmpp from "${SDK}/entry"`))
  return shapes
}

/** What is public is external; the compiler would take the word for an import. */
function removeExternal(tools: Tools, source: Source): void {
  for (const statement of source.statements)
    if (statement instanceof tools.compiler.ClassDeclaration)
      for (const method of methodsOf(tools, statement)) removeDecorators(method, ['external'])
}

/** The contract of the file that is compiled. Those of files that it imports are contracts of their own, or are extended. */
function contractIn(tools: Tools, scopes: Scopes): ContractShape | undefined {
  const { compiler, names, own } = tools
  const declared = own.flatMap((source) =>
    classesWith(compiler, source, 'contract').map((declaration) => ({ source, declaration })),
  )
  const [contract, another] = declared.filter(({ source }) => source.sourceKind === names.SourceKind.UserEntry)
  if (another !== undefined)
    tools.report(another.declaration.name, 'A file has one contract: what it extends needs no @contract.')
  return contract === undefined ? undefined : shapeContract(tools, scopes, contract.source, contract.declaration)
}

/**
 * Phase 2, when every type can be resolved: writes the bodies that phase 1 left empty and describes the contract of
 * the entry file. What is wrong is reported to the program, and then the description is of no use.
 */
export function completeShapes(tools: Tools, program: Program, shapes: Shapes): ContractDescription | undefined {
  const { catalog, use } = createStructCatalog(tools, shapes.structs)
  const describer = createDescriber(tools, program, catalog.find)
  use(describer)
  for (const shape of shapes.remotes) completeRemote(tools, describer, shape)
  const records = shapes.records.map((shape) => completeRecord(tools, describer, shape))
  const { contract } = shapes
  const variables = contract === undefined ? [] : completeVariables(tools, describer, contract)
  const stored = new Set(variables.flatMap(({ type }) => structsIn(type)))
  for (const shape of shapes.structs) {
    const type = catalog.find(internalNameOf(shape))
    if (type !== undefined) completeStruct(tools, shape, type, stored.has(type))
  }
  return contract === undefined ? undefined : completeContract(tools, describer, contract, variables, records)
}

/** The structs that a variable of the type holds. */
function structsIn(type: SolidityType): readonly StructType[] {
  switch (type.kind) {
    case 'struct':
      return [type, ...type.fields.flatMap((field) => structsIn(field.type))]
    case 'mapping':
      return structsIn(type.value)
    case 'array':
    case 'fixedArray':
    case 'storageArray':
      return structsIn(type.element)
    default:
      return []
  }
}

function completeContract(
  tools: Tools,
  describer: Describer,
  shape: ContractShape,
  variables: readonly Typed[],
  records: readonly AbiItem[],
): ContractDescription {
  const routes = routesOf(tools, describer, shape, variables)
  const { text: name } = shape.declaration.name
  shape.entry.body = tools.snippets.body(shape.source, dispatcher(shape, routes))
  const construct = completeConstructor(tools, describer, shape)
  const guardErrors = routes.some(({ isGuarded }) => isGuarded) ? [GUARD_ERROR] : []
  return {
    name,
    nameRange: shape.declaration.name.range,
    abi: [...(construct === undefined ? [] : [construct]), ...routes.map(routeItem), ...records, ...guardErrors],
    methodIdentifiers: identifiersOf(routes),
    storageLayout: storageLayoutOf(variables),
  }
}

function identifiersOf(routes: readonly Route[]): Readonly<Record<string, string>> {
  const entries = routes
    .filter((route) => !isUnnamed(route))
    .map(({ signature: { name, parameters } }): [string, string] => [
      signatureText(name, parameters),
      selectorOf(name, parameters).slice(2),
    ])
  return Object.fromEntries(entries)
}
