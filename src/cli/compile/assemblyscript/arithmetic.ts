import type { BinaryExpression, Node, Program, Type } from 'assemblyscript'
import { assert } from '../../../primitives/index.ts'
import type { Counting } from './counting.ts'
import { enumOf } from './enumTypes.ts'
import type { Comparison, Generator, Operator, Ref } from './generator.ts'
import { callFunction, callSdk, constantOf, replaceOnce } from './generator.ts'
import type { Tools } from './syntax.ts'
import type { NumberRange } from './types.ts'
import { numberOf, SDK } from './types.ts'

/** Each operator: the SDK's function that checks it, and what it is for integers without bounds. */
const OPERATORS: Readonly<Record<Operator, readonly [helper: string, exact: (a: bigint, b: bigint) => bigint]>> = {
  makeAdd: ['add', (a, b) => a + b],
  makeSub: ['subtract', (a, b) => a - b],
  makeMul: ['multiply', (a, b) => a * b],
  makeDiv: ['divide', (a, b) => a / b],
  makeRem: ['remainder', (a, b) => a % b],
  makePow: ['power', (a, b) => a ** b],
}

/** One program whose arithmetic is checked. */
type Watch = {
  readonly tools: Tools
  readonly counting: Counting
  /** The type that a comparison compared. */
  readonly compared: Map<Node, Type>
  /** The expression of two operands that is being compiled. */
  current: BinaryExpression | undefined
}

const watches = new WeakMap<Program, Watch>()

/** From here on the contract's own files are compiled to checked arithmetic; see asm-contracts/sdk/checked.ts. */
export function checkArithmetic(tools: Tools, program: Program, counting: Counting): void {
  watches.set(program, { tools, counting, compared: new Map(), current: undefined })
  replaceOnce(tools, replaceAll)
}

function replaceAll(generator: Generator): void {
  replaceExpressions(generator)
  for (const name of Object.keys(OPERATORS)) replaceOperator(generator, name as Operator)
  for (const name of ['makeLt', 'makeGt'] as const) replaceComparison(generator, name)
  replaceConversion(generator)
}

function isOwn({ tools }: Watch, node: Node): boolean {
  return tools.own.includes(node.range.source)
}

/** Integers of the machine; a bool is none, nor is a member of an enumeration. */
function isInteger(type: Type): boolean {
  return type.isValue && type.isIntegerValue && !type.isBooleanValue && enumOf(type) === undefined
}

function replaceExpressions(generator: Generator): void {
  const { compileBinaryExpression: binary, compileUnaryPrefixExpression: prefix } = generator
  generator.compileBinaryExpression = function (node, type, constraints) {
    const watch = watches.get(this.program)
    const outer = watch?.current
    if (watch !== undefined) watch.current = node
    const made = binary.call(this, node, type, constraints)
    if (watch !== undefined) watch.current = outer
    return made
  }
  generator.compileUnaryPrefixExpression = function (node, type, constraints) {
    const made = prefix.call(this, node, type, constraints)
    const watch = watches.get(this.program)
    if (watch === undefined || !isOwn(watch, node) || node.operator !== watch.tools.names.Token.Minus) return made
    if (!isInteger(this.currentType) || node.operand.isNumericLiteral) return made
    if (this.currentType.isSignedIntegerValue)
      return callHelper(this, watch, 'negative', this.currentType, [made], node)
    watch.tools.report(node, `A '${this.currentType}' has no sign: subtract, or make it a signed number first.`)
    return made
  }
}

function replaceOperator(generator: Generator, name: Operator): void {
  const original = generator[name]
  const [helper, exact] = OPERATORS[name]
  generator[name] = function (left, right, type, reportNode) {
    const watch = watches.get(this.program)
    const node = watch?.current
    const plain = (): Ref => original.call(this, left, right, type, reportNode)
    if (watch === undefined || node === undefined || !isOwn(watch, node) || !isInteger(type)) return plain()
    const bound = watch.counting.boundOf(node)
    if (watch.counting.isSafe(node) || (bound !== undefined && watch.compared.get(bound) === type)) return plain()
    const [a, b] = [constantOf(this, watch.tools, left, type), constantOf(this, watch.tools, right, type)]
    if (a === undefined || b === undefined) return callHelper(this, watch, helper, type, [left, right], node)
    const isDivision = name === 'makeDiv' || name === 'makeRem'
    if (isDivision && b === 0n) watch.tools.report(node, 'This divides by zero.')
    else if (name === 'makePow' && (b < 0n || b > 64n))
      return callHelper(this, watch, helper, type, [left, right], node)
    else if (!within(exact(a, b), rangeOf(type)))
      watch.tools.report(node, `This is ${exact(a, b)}, which is no '${type}'.`)
    return plain()
  }
}

function replaceComparison(generator: Generator, name: Comparison): void {
  const original = generator[name]
  generator[name] = function (left, right, type) {
    const watch = watches.get(this.program)
    if (watch?.current !== undefined) watch.compared.set(watch.current, type)
    return original.call(this, left, right, type)
  }
}

/** What becomes another type by itself keeps its value: a sign is not lost, and a number can become a wider one. */
function replaceConversion(generator: Generator): void {
  const { convertExpression: original } = generator
  generator.convertExpression = function (value, from, to, isExplicit, node) {
    const watch = watches.get(this.program)
    const plain = (converted: Ref): Ref => original.call(this, converted, from, to, isExplicit, node)
    if (watch === undefined || !isOwn(watch, node)) return plain(value)
    const widened = widen(this, watch, value, from, to, node)
    if (widened !== undefined) return widened
    if (isExplicit || !isInteger(from) || !isInteger(to)) return plain(value)
    const [wasSigned, isSigned] = [from.isSignedIntegerValue, to.isSignedIntegerValue]
    if (wasSigned === isSigned || (isSigned && from.size < to.size) || from.size > to.size) return plain(value)
    const known = constantOf(this, watch.tools, value, from)
    if (known === undefined)
      return plain(callHelper(this, watch, wasSigned ? 'positive' : 'halved', from, [value], node))
    if (!within(known, rangeOf(to))) watch.tools.report(node, `${known} is no '${to}'.`)
    return plain(value)
  }
}

/** A number of the machine or of the SDK as a number of the SDK that holds all its values, as in Solidity. */
function widen(self: Generator, watch: Watch, value: Ref, from: Type, to: Type, node: Node): Ref | undefined {
  const target = to.getClass()
  const wide = target === null ? undefined : numberOf(target)
  if (target === null || wide === undefined) return undefined
  const held = from.getClass()
  const narrow = held === null ? undefined : numberOf(held)
  if (narrow !== undefined) {
    if (!includes(wide, narrow) || from.isNullableReference) return undefined
    // All are words that hold the same number, whatever their width.
    self.currentType = to
    return value
  }
  if (!isInteger(from)) return undefined
  const known = constantOf(self, watch.tools, value, from)
  if (known === undefined ? !includes(wide, rangeOf(from)) : !within(known, wide)) return undefined
  const make = target.prototype.members?.get('from')
  assert(make instanceof watch.tools.compiler.FunctionPrototype, 'a number of the SDK is made by "from"')
  const made = callFunction(self, make, from, [value], node)
  self.currentType = to
  return made
}

/** A call of the function of asm-contracts/sdk/checked.ts, for that type. */
function callHelper(self: Generator, { tools }: Watch, name: string, type: Type, operands: Ref[], node: Node): Ref {
  const made = callSdk(self, tools, `~lib/${SDK}/checked/${name}`, type, operands, node)
  self.currentType = type
  return made
}

function rangeOf(type: Type): NumberRange {
  return { isSigned: type.isSignedIntegerValue, bits: type.size }
}

/** True when every number of the inner range is one of the outer. */
function includes(outer: NumberRange, inner: NumberRange): boolean {
  return outer.isSigned === inner.isSigned ? outer.bits >= inner.bits : outer.isSigned && outer.bits > inner.bits
}

function within(value: bigint, { isSigned, bits }: NumberRange): boolean {
  return value === (isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value))
}
