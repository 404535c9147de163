import type { DeclarationStatement, FieldDeclaration, FunctionDeclaration, MethodDeclaration } from 'assemblyscript'
import type { Ancestor } from './lineage.ts'

/** A state variable: its declaration as written, and the accessors that took its place. */
export type Variable = {
  readonly declaration: FieldDeclaration
  readonly getter: MethodDeclaration
  readonly setter: MethodDeclaration
}

/** One class of a contract, its bodies still to be written: the contract's own, or one that it extends. */
export type Level = Ancestor & {
  readonly variables: readonly Variable[]
  readonly methods: readonly MethodDeclaration[]
  /** What its constructor and the initial values of its variables became; undefined when there is nothing to do. */
  readonly construct: MethodDeclaration | undefined
  /** For each public member that is not overridden, the method that decodes a call's arguments and answers it. */
  readonly answers: ReadonlyMap<DeclarationStatement, MethodDeclaration>
}

/** A `@contract` class with all that it extends, the base of all first. */
export type ContractShape = Ancestor & {
  readonly levels: readonly Level[]
  readonly entry: FunctionDeclaration
  readonly constructorEntry: FunctionDeclaration
}

/**
 * The contract's object as an expression. A contract has no memory of its own, so a null pointer will do that nobody
 * follows; but where functions are overridden, calls look at the object to find its class.
 */
export function objectOf({ declaration, levels }: ContractShape): string {
  const { text: name } = declaration.name
  return levels.length === 1 ? `changetype<${name}>(0)` : `__evmpp.fresh<${name}>()`
}
