import type { Bytes } from '../primitives/index.ts'

/** A type of values. Floats exist only as unused locals. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64'

/** A function's type: integers only, at most one result. */
export type FunctionType = { readonly params: readonly ValueType[]; readonly results: readonly ValueType[] }

/** A function that the host provides. */
export type ImportedFunction = {
  readonly module: string
  readonly name: string
  readonly type: number
  readonly at: number
}

/** Bytes `[start, end)` of the module. */
export type Range = { readonly start: number; readonly end: number }

export type ExportKind = 'function' | 'table' | 'memory' | 'global'
export type Export = { readonly name: string; readonly kind: ExportKind; readonly index: number; readonly at: number }

/** Function indices to be put into the table from entry `first` on. */
export type ElementSegment = { readonly first: number; readonly functions: readonly number[]; readonly at: number }

/** A module taken apart into its sections. Indices are as the module counts them: imports, then its own. */
export type Module = {
  readonly bytes: Bytes
  readonly types: readonly FunctionType[]
  readonly imports: readonly ImportedFunction[]
  /** Type index of each function of its own. */
  readonly functions: readonly number[]
  readonly table: { readonly range: Range; readonly entries: number } | undefined
  readonly memory: { readonly initialPages: number; readonly maximumPages: number | undefined } | undefined
  /** The globals' declarations, undecoded, and what the variables among them begin with. */
  readonly globals:
    | { readonly range: Range; readonly count: number; readonly variables: readonly GlobalVariable[] }
    | undefined
  readonly exports: readonly Export[]
  readonly elements: readonly ElementSegment[]
  /** The code of each function of its own: locals and instructions. */
  readonly bodies: readonly Range[]
  readonly data: { readonly bytes: number; readonly segments: readonly DataSegment[] } | undefined
}

/** A global that code can write; `initial` is the instruction that gives its first value. */
export type GlobalVariable = { readonly index: number; readonly initial: Range }

/** Where bytes of the module go in memory when a frame begins. */
export type DataSegment = { readonly first: number; readonly content: Range; readonly at: number }

/** The type of function `index`, imported or own; undefined when there is none. */
export function typeOfFunction(module: Module, index: number): FunctionType | undefined {
  const imported = module.imports[index]
  const type = imported === undefined ? module.functions[index - module.imports.length] : imported.type
  return type === undefined ? undefined : module.types[type]
}

/** True when both take and give the same. */
export function equalTypes(a: FunctionType, b: FunctionType): boolean {
  return describeType(a) === describeType(b)
}

/** A type as people write it: `(i32, i64) -> i32`. */
export function describeType({ params, results }: FunctionType): string {
  return `(${params.join(', ')}) -> ${results.join(', ') || 'nothing'}`
}
