import type { EnumDeclaration, Node, Program, Type } from 'assemblyscript'
import { assert } from '../../../primitives/index.ts'
import type { EnumType } from './enumTypes.ts'
import { enumOf, markEnum } from './enumTypes.ts'
import type { Generator, Ref } from './generator.ts'
import { callSdk, constantOf, replaceOnce } from './generator.ts'
import type { Tools } from './syntax.ts'
import { SDK } from './types.ts'

// AssemblyScript takes an enum for an `i32`. In Solidity it is a type of its own that holds a byte: nothing becomes a
// member by itself, and nothing that is decoded or converted is one unless it is checked. So each enum of a contract's
// files gets a type of its own here, an integer of 8 bits that the compiler tells from all others.

/** What the compiler asks when it meets the SDK's `memberCount<T>()`; see asm-contracts/sdk/abi.ts. */
const MEMBER_COUNT = `~lib/${SDK}/abi/memberCount`

const watched = new WeakMap<Program, Tools>()

/** Gives each enum of the contract's files its type. To be called when the program knows all names and no type yet. */
export function registerEnums(tools: Tools, program: Program): void {
  const { compiler, own } = tools
  watched.set(program, tools)
  for (const source of own)
    for (const statement of source.statements) {
      if (!(statement instanceof compiler.EnumDeclaration)) continue
      reportShape(tools, statement)
      registerEnum(tools, program, `${source.internalPath}/${statement.name.text}`)
    }
  replaceOnce(tools, replaceMembers)
  replaceOnce(tools, replaceConversion)
  replaceOnce(tools, replaceOperators)
  replaceOnce(tools, replaceMemberCount)
}

/** A member's number is its place in the list, as in Solidity, so that it fits a byte and every smaller byte is a member. */
function reportShape({ report }: Tools, { name, values }: EnumDeclaration): void {
  for (const { initializer } of values)
    if (initializer !== null) report(initializer, 'An enum numbers its members itself, from 0.')
  if (values.length === 0 || values.length > 256) report(name, 'An enum has 1 to 256 members.')
}

function registerEnum({ compiler, names }: Tools, program: Program, internalName: string): void {
  const element = program.elementsByName.get(internalName)
  assert(element instanceof compiler.Enum, 'a declared enum is an element of the program')
  const { u8 } = compiler.Type
  const type = new compiler.Type(u8.kind, u8.flags, u8.size)
  // The name tells instances of generic classes and functions apart.
  type.toString = () => internalName
  const wrapper = program.wrapperClasses.get(u8)
  assert(wrapper !== undefined, 'u8 has a class with its methods')
  program.wrapperClasses.set(type, wrapper)
  const members = [...(element.members?.values() ?? [])].filter((each) => each instanceof compiler.EnumValue)
  markEnum(type, { name: element.name, members: members.length })
  element.type = type
  const declaration = program.makeNativeTypeDeclaration(element.name, 0)
  const definition = new compiler.TypeDefinition(element.name, element.parent, declaration)
  definition.setType(type)
  element.shadowType = definition
  // Members are written as their numbers: a variable of the module would be an `i32`.
  element.decoratorFlags |= names.DecoratorFlags.Inline
  for (const member of members) member.type = type
}

/** The compiler makes members `i32`s when it gives them their numbers. */
function replaceMembers(generator: Generator): void {
  const { compileEnum: original } = generator
  generator.compileEnum = function (element) {
    const made = original.call(this, element)
    const tools = watched.get(this.program)
    if (tools !== undefined && enumOf(element.type) !== undefined)
      for (const member of element.members?.values() ?? [])
        if (member instanceof tools.compiler.EnumValue) member.type = element.type
    return made
  }
}

/** Nothing but a member becomes one by itself; a number does when it is asked to, and is checked: Panic(0x21). */
function replaceConversion(generator: Generator): void {
  const { convertExpression: original } = generator
  generator.convertExpression = function (value, from, to, isExplicit, node) {
    const tools = watched.get(this.program)
    const target = enumOf(to)
    const plain = (made: Ref): Ref => original.call(this, made, from, to, isExplicit, node)
    if (tools === undefined || target === undefined || from === to || !tools.own.includes(node.range.source))
      return plain(value)
    const isNumber = from.isValue && from.isIntegerValue && enumOf(from) === undefined
    if (!isNumber || !isExplicit) {
      reportConversion(tools, node, from, target)
      return plain(value)
    }
    const known = constantOf(this, tools, value, from)
    if (known === undefined) {
      const operands = [value, this.module.i32(target.members)]
      const made = callSdk(this, tools, `~lib/${SDK}/checked/member`, from, operands, node)
      this.currentType = to
      return made
    }
    if (known < 0n || known >= BigInt(target.members))
      tools.report(node, `${target.name} has ${target.members} members: there is no ${known}.`)
    return plain(value)
  }
}

function reportConversion({ report }: Tools, node: Node, from: Type, { name }: EnumType): void {
  const source = enumOf(from)?.name ?? String(from)
  report(node, `A '${source}' is no '${name}' by itself: write <${name}>x, which panics when there is no such member.`)
}

/** A member is not counted with. */
function replaceOperators(generator: Generator): void {
  const { compileBinaryExpression: binary, compileUnaryPrefixExpression: prefix } = generator
  const check = (self: Generator, node: Node, operator: number): void => {
    const tools = watched.get(self.program)
    const found = enumOf(self.currentType)
    if (tools === undefined || found === undefined || !tools.own.includes(node.range.source)) return
    const { Equals, Ampersand_Ampersand, Bar_Bar } = tools.names.Token
    if (operator === Equals || operator === Ampersand_Ampersand || operator === Bar_Bar) return
    tools.report(node, `A member of ${found.name} is no number: write <u8>x to count with it.`)
  }
  generator.compileBinaryExpression = function (node, type, constraints) {
    const made = binary.call(this, node, type, constraints)
    check(this, node, node.operator)
    return made
  }
  generator.compileUnaryPrefixExpression = function (node, type, constraints) {
    const made = prefix.call(this, node, type, constraints)
    check(this, node, node.operator)
    return made
  }
}

/** `memberCount<T>()` is a number that is known now: how many members T has, 0 when it is no enum. */
function replaceMemberCount(generator: Generator): void {
  const { makeCallDirect: original } = generator
  generator.makeCallDirect = function (instance, operands, node, isDropped) {
    const tools = watched.get(this.program)
    if (tools === undefined || instance.prototype.internalName !== MEMBER_COUNT)
      return original.call(this, instance, operands, node, isDropped)
    const [type] = instance.typeArguments ?? []
    this.currentType = tools.compiler.Type.u32
    return this.module.i32(type === undefined ? 0 : (enumOf(type)?.members ?? 0))
  }
}
