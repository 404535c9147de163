import type {
  BinaryExpression,
  Expression,
  FunctionPrototype,
  Node,
  Program,
  Range,
  Type,
  UnaryPrefixExpression,
} from 'assemblyscript'
import { assert } from '../../../primitives/index.ts'
import type { Compiler, Tools } from './syntax.ts'

// The compiler has no hook for what an operator, a conversion or a call means, so methods of its code generator are
// replaced: once for all compilations, with no effect on programs that were not handed in. Its version is pinned.

/** An expression of the module, as the compiler's library counts them. */
export type Ref = number

/** Of the compiler's code generator, what is used or replaced; some of it is private. */
export type Generator = {
  readonly program: Program
  readonly module: InstanceType<Compiler['Module']>
  currentType: Type
  compileExpression(node: Expression, type: Type, constraints?: number): Ref
  compileBinaryExpression(node: BinaryExpression, type: Type, constraints: number): Ref
  compileUnaryPrefixExpression(node: UnaryPrefixExpression, type: Type, constraints: number): Ref
  convertExpression(value: Ref, from: Type, to: Type, isExplicit: boolean, node: Node): Ref
  makeCallDirect(instance: FunctionInstance, operands: Ref[] | null, node: Node, isDropped?: boolean): Ref
  emitDiagnostic(
    code: number,
    category: number,
    range: Range | null,
    related: Range | null,
    ...texts: (string | null)[]
  ): void
  compileEnum(element: InstanceType<Compiler['Enum']>): boolean
} & { [Name in Operator | Comparison]: (left: Ref, right: Ref, type: Type, node?: Node) => Ref }

/** A function with its type arguments. */
export type FunctionInstance = InstanceType<Compiler['Function']>
export type Operator = 'makeAdd' | 'makeSub' | 'makeMul' | 'makeDiv' | 'makeRem' | 'makePow'
export type Comparison = 'makeLt' | 'makeGt'

const replacements = new WeakMap<object, Set<unknown>>()

/** Lets `replace` change the generator's methods, once however often it is asked. */
export function replaceOnce({ compiler }: Tools, replace: (generator: Generator) => void): void {
  // The typings hide the private methods.
  const generator = compiler.Compiler.prototype as unknown as Generator
  const done = replacements.get(generator) ?? new Set()
  replacements.set(generator, done)
  if (done.has(replace)) return
  done.add(replace)
  replace(generator)
}

/** Calls a function of the SDK, by its internal name, for one type. */
export function callSdk(
  self: Generator,
  { compiler }: Tools,
  internalName: string,
  type: Type,
  operands: Ref[],
  node: Node,
): Ref {
  const prototype = self.program.elementsByName.get(internalName)
  assert(prototype instanceof compiler.FunctionPrototype, `the SDK has ${internalName}`)
  return callFunction(self, prototype, type, operands, node)
}

/** Calls a generic function for one type. */
export function callFunction(
  self: Generator,
  prototype: FunctionPrototype,
  type: Type,
  operands: Ref[],
  node: Node,
): Ref {
  const instance = self.program.resolver.resolveFunction(prototype, [type])
  assert(instance !== null, `${prototype.internalName} takes a ${type}`)
  return self.makeCallDirect(instance, operands, node)
}

/** The value of an expression that is known now; undefined when it is not, or is no integer. */
export function constantOf(self: Generator, { compiler, names }: Tools, value: Ref, type: Type): bigint | undefined {
  const known = self.module.runExpression(value, 0)
  if (known === 0 || compiler.getExpressionId(known) !== names.ExpressionId.Const) return undefined
  const bits =
    type.size === 64
      ? (BigInt(compiler.getConstValueI64High(known)) << 32n) | BigInt(compiler.getConstValueI64Low(known) >>> 0)
      : BigInt(compiler.getConstValueI32(known))
  return type.isSignedIntegerValue ? BigInt.asIntN(type.size, bits) : BigInt.asUintN(type.size, bits)
}
