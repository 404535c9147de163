import type { Program } from 'assemblyscript'
import type { AbiItem, StorageLayout } from '../artifact.ts'
import type { ContractShape } from './contract.ts'
import { completeConstructor, completeVariables, shapeContract } from './contract.ts'
import type { Describer } from './describe.ts'
import { createDescriber, selectorOf, signatureText } from './describe.ts'
import type { Route } from './dispatch.ts'
import { dispatcher, isUnnamed, routeItem, routesOf } from './dispatch.ts'
import { storageLayoutOf } from './layout.ts'
import type { RecordShape } from './records.ts'
import { completeRecord, shapeRecord } from './records.ts'
import type { RemoteShape } from './remotes.ts'
import { completeRemote, shapeRemote } from './remotes.ts'
import type { StructShape } from './structs.ts'
import { completeStruct, createStructCatalog, internalNameOf, shapeStruct } from './structs.ts'
import type { Tools } from './syntax.ts'
import { classesWith } from './syntax.ts'
import type { TypeSugar } from './typeSugar.ts'
import type { SolidityType, StructType, Typed } from './types.ts'
import { SDK } from './types.ts'

/** All that the second phase has to fill in. */
type Shapes = {
  readonly contracts: readonly ContractShape[]
  readonly records: readonly RecordShape[]
  readonly remotes: readonly RemoteShape[]
  readonly structs: readonly StructShape[]
}

/** What the second phase learned of a contract, for its artifact. */
export type ContractDescription = {
  readonly name: string
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
export function shapeSources(tools: Tools, sugar: TypeSugar): Shapes {
  const { compiler, parser, snippets } = tools
  const sources = [...parser.sources]
  const shapes = sources.map((source): Shapes => {
    const all = (name: string) => classesWith(compiler, source, name)
    const made = {
      structs: (['struct', 'tuple'] as const).flatMap((kind) =>
        all(kind).map((each) => shapeStruct(tools, source, each, kind)),
      ),
      contracts: all('contract').map((each) => shapeContract(tools, source, each)),
      records: (['event', 'error'] as const).flatMap((kind) =>
        all(kind).map((each) => shapeRecord(tools, source, each, kind)),
      ),
      remotes: all('remote').map((each) => shapeRemote(tools, source, each)),
    }
    if (sugar.needsSdk(source) || Object.values(made).some((each) => each.length > 0))
      source.statements.unshift(...snippets.statements(source, `import * as __evmpp from "${SDK}/entry"`))
    return made
  })
  return {
    contracts: shapes.flatMap(({ contracts }) => contracts),
    records: shapes.flatMap(({ records }) => records),
    remotes: shapes.flatMap(({ remotes }) => remotes),
    structs: shapes.flatMap(({ structs }) => structs),
  }
}

/**
 * Phase 2, when every type can be resolved: writes the bodies that phase 1 left empty and describes the contract of
 * the entry file. What is wrong is reported to the program, and then the description is of no use.
 */
export function completeShapes(
  tools: Tools,
  sugar: TypeSugar,
  program: Program,
  shapes: Shapes,
): ContractDescription | undefined {
  const { catalog, use } = createStructCatalog(tools, shapes.structs)
  const describer = createDescriber(tools, program, catalog.find)
  use(describer)
  for (const shape of shapes.remotes) completeRemote(tools, describer, shape)
  const records = shapes.records.map((shape) => completeRecord(tools, describer, shape))
  const [contract, another] = shapes.contracts
  if (another !== undefined)
    tools.report(another.declaration.name, 'A file has one contract; what it imports has none.')
  const variables = contract === undefined ? [] : completeVariables(tools, describer, contract)
  const stored = new Set(variables.flatMap(({ type }) => structsIn(type)))
  for (const shape of shapes.structs) {
    const type = catalog.find(internalNameOf(shape))
    if (type !== undefined) completeStruct(tools, shape, type, stored.has(type))
  }
  return contract === undefined ? undefined : completeContract(tools, describer, sugar, contract, variables, records)
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
  sugar: TypeSugar,
  shape: ContractShape,
  variables: readonly Typed[],
  records: readonly AbiItem[],
): ContractDescription {
  const routes = routesOf(tools, describer, sugar, shape, variables)
  const { text: name } = shape.declaration.name
  shape.entry.body = tools.snippets.body(shape.source, dispatcher(name, routes))
  const construct = completeConstructor(tools, describer, sugar, shape)
  const guardErrors = routes.some(({ isGuarded }) => isGuarded) ? [GUARD_ERROR] : []
  return {
    name,
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
