import type { ClassDeclaration, FieldDeclaration, MethodDeclaration, Source } from 'assemblyscript'
import { assert } from '../../../primitives/index.ts'
import type { Describer } from './describe.ts'
import { placesOf, slotCount } from './layout.ts'
import { fieldParameters, fieldsOf, isConstructor, methodsOf, putFields, typeOf, typeText } from './members.ts'
import type { Tools } from './syntax.ts'
import { methodNamed } from './syntax.ts'
import type { StructType, Typed } from './types.ts'
import { headsOf, isAbiType, isAssignable, isDynamic, isHandle, isStorageType, WORD } from './types.ts'

/** A `@struct` or `@tuple` class, its bodies still to be written. */
export type StructShape = {
  readonly kind: 'struct' | 'tuple'
  readonly source: Source
  readonly declaration: ClassDeclaration
  readonly fields: readonly FieldDeclaration[]
  readonly accessors: readonly { readonly getter: MethodDeclaration; readonly setter: MethodDeclaration }[]
  /** What makes one in memory. */
  readonly construct: MethodDeclaration
  /** The methods that the SDK calls, by name. */
  readonly protocol: Readonly<Record<ProtocolName, MethodDeclaration>>
}

/** What the SDK asks of whatever has parts; see asm-contracts/sdk/abi.ts and storage.ts. */
const PROTOCOL = {
  __dynamic: '(): bool',
  __heads: '(): usize',
  __tails: '(): usize',
  __put: '(data: __evmpp.Encoder): void',
  __next: '(data: __evmpp.Decoder): void',
  __slots: '(): u32',
  __store: '(slot: usize): void',
  __erase: '(): void',
  __blank: '(): void',
} as const
type ProtocolName = keyof typeof PROTOCOL
const PROTOCOL_NAMES = Object.keys(PROTOCOL) as readonly ProtocolName[]

/** What holds a field of a struct in memory. */
const held = (name: string): string => `__field_${name}`

/**
 * Phase 1. Fields become accessors, because a struct that was read from storage is a reference to it: it knows its slot
 * (`__slot`, 0 in memory), and its fields are read and written there.
 */
export function shapeStruct(
  tools: Tools,
  source: Source,
  declaration: ClassDeclaration,
  kind: StructShape['kind'],
): StructShape {
  const fields = fieldsOf(tools, declaration)
  reportShape(tools, declaration, fields)
  const accessors = fields.map((field) => {
    const [name, type] = [field.name.text, typeText(field)]
    const [getter, setter] = tools.snippets.members(source, `get ${name}(): ${type} {} set ${name}(value: ${type}) {}`)
    return { getter: getter as MethodDeclaration, setter: setter as MethodDeclaration }
  })
  const protocol = PROTOCOL_NAMES.map((name) => `${name}${PROTOCOL[name]} {}`).join('\n')
  const members = tools.snippets.members(source, `${fixedMembers(declaration.name.text, fields, kind)}\n${protocol}`)
  declaration.members = [
    ...declaration.members.filter((member) => !fields.includes(member as FieldDeclaration)),
    ...accessors.flatMap(({ getter, setter }) => [getter, setter]),
    ...members,
  ]
  const entries = PROTOCOL_NAMES.map((name) => [name, methodNamed(tools.compiler, members, name)])
  const construct = members.find(
    (member) => member instanceof tools.compiler.MethodDeclaration && isConstructor(tools, member),
  )
  assert(construct instanceof tools.compiler.MethodDeclaration, 'a struct has a constructor')
  return { kind, source, declaration, fields, accessors, construct, protocol: Object.fromEntries(entries) }
}

function reportShape(tools: Tools, declaration: ClassDeclaration, fields: readonly FieldDeclaration[]): void {
  const { report } = tools
  if (fields.length === 0) report(declaration.name, 'A struct has at least one field.')
  if (declaration.extendsType !== null) report(declaration.extendsType, 'A struct cannot extend another class.')
  if (declaration.isGeneric) report(declaration.name, 'A struct is not generic.')
  for (const method of methodsOf(tools, declaration))
    if (isConstructor(tools, method))
      report(method.name, 'The constructor of a struct is written for you: it takes the fields in their order.')
  for (const { initializer } of fields)
    if (initializer !== null)
      report(initializer, 'A field of a struct has no initial value: pass it when you make one.')
}

/** Members whose bodies need no types: the fields in memory, the constructor, a zero value, a copy. */
function fixedMembers(name: string, fields: readonly FieldDeclaration[], kind: StructShape['kind']): string {
  const names = fields.map((field) => field.name.text)
  return `
    __slot: usize
    ${fields.map((field) => `private ${held(field.name.text)}: ${typeText(field)}`).join('\n')}
    constructor(${fieldParameters(fields)}) {
      this.__slot = 0
      ${names.map((field) => `this.${held(field)} = ${field}`).join('\n')}
    }
    static get zero(): ${name} { return __evmpp.blank<${name}>() }
    copy(): ${name} { return new ${name}(${names.map((field) => `__evmpp.copied(this.${field})`).join(', ')}) }
    ${kind === 'tuple' ? '__tuple(): void {}' : ''}`
}

/** How the program calls a struct's class. */
export function internalNameOf({ source, declaration }: StructShape): string {
  return `${source.internalPath}/${declaration.name.text}`
}

/** Knows the program's structs once their fields' types can be resolved. */
export type StructCatalog = { find(internalName: string): StructType | undefined }

/** A catalog of `shapes`. What cannot be a field is reported when the struct is first asked for. */
export function createStructCatalog(
  tools: Tools,
  shapes: readonly StructShape[],
): {
  readonly catalog: StructCatalog
  /** Tells it who resolves types; before that it knows nothing. */
  use(describer: Describer): void
} {
  const byName = new Map(shapes.map((shape) => [internalNameOf(shape), shape] as const))
  const known = new Map<string, StructType | 'open'>()
  let describer: Describer | undefined
  const describe = (internalName: string, shape: StructShape): StructType => {
    known.set(internalName, 'open')
    const scope = describer?.elementOf(shape.source, shape.declaration)
    const fields = shape.fields.map((field): Typed => {
      const type = scope === undefined ? undefined : describer?.fieldType(typeOf(field), scope)
      return { name: field.name.text, type: type ?? WORD }
    })
    const type: StructType = {
      kind: 'struct',
      name: shape.declaration.name.text,
      isTuple: shape.kind === 'tuple',
      fields,
    }
    known.set(internalName, type)
    return type
  }
  return {
    catalog: {
      find(internalName) {
        const shape = byName.get(internalName)
        if (shape === undefined) return undefined
        const found = known.get(internalName) ?? describe(internalName, shape)
        if (found !== 'open') return found
        tools.report(shape.declaration.name, 'A struct cannot contain itself.')
        return undefined
      },
    },
    use(resolving) {
      describer = resolving
    },
  }
}

/** Phase 2: the bodies. `isStored` says whether a value of this struct can be in storage at all. */
export function completeStruct(
  { compiler, snippets }: Tools,
  shape: StructShape,
  type: StructType,
  isStored: boolean,
): void {
  const { source, accessors, protocol } = shape
  const typed = type.fields.map((field, index) => {
    const declaration = shape.fields[index]
    return { ...field, text: declaration === undefined ? '' : typeText(declaration) }
  })
  const places = isStorageType({ ...type, isTuple: false }) ? placesOf(type.fields) : []
  const at = (index: number, base: string): string => {
    const { slot, offset } = places[index] ?? { slot: 0, offset: 0 }
    return `${slot === 0 ? base : `__evmpp.slotAfter(${base}, ${slot})`}, ${offset}`
  }
  for (const [index, { getter, setter }] of accessors.entries()) {
    const { name, text, type } = typed[index] ?? { name: '', text: '', type: WORD }
    const [read, write] = [`return this.${held(name)}`, `this.${held(name)} = value`]
    const place = at(index, 'this.__slot')
    const stored = isStored && places.length > 0
    getter.body = snippets.body(
      source,
      stored ? `if (this.__slot) return __evmpp.read<${text}>(${place})\n${read}` : read,
    )
    setter.body = snippets.body(
      source,
      stored && !isHandle(type) ? `if (this.__slot) __evmpp.write<${text}>(${place}, value)\nelse ${write}` : write,
    )
  }
  if (!isAssignable(type)) {
    const message = `${type.name} holds a Mapping or a StorageArray and cannot be made: declare it as a field of the contract`
    const { body } = shape.construct
    if (body instanceof compiler.BlockStatement)
      body.statements.unshift(...snippets.body(source, `ERROR('${message}')`).statements)
  }
  const bodies = protocolBodies(type, typed, (index) => at(index, 'slot'))
  for (const name of PROTOCOL_NAMES) protocol[name].body = snippets.body(source, bodies[name])
}

function protocolBodies(
  type: StructType,
  fields: readonly (Typed & { readonly text: string })[],
  at: (index: number) => string,
): Readonly<Record<ProtocolName, string>> {
  const isAbi = fields.every((field) => isAbiType(field.type))
  const isKept = fields.every((field) => isStorageType(field.type))
  const each = (line: (field: Typed & { readonly text: string }, index: number) => string): string =>
    fields.map(line).join('\n')
  const tails = fields.filter((field) => isDynamic(field.type)).map(({ name }) => `__evmpp.tailSize(this.${name})`)
  return {
    __dynamic: `return ${isAbi && isDynamic({ ...type, isTuple: false })}`,
    __heads: `return ${isAbi ? headsOf(fields) : 1}`,
    __tails: `return ${isAbi ? tails.join(' + ') || '0' : '0'}`,
    __put: isAbi ? putFields(fields) : '',
    __next: isAbi ? each(({ name, text }) => `this.${held(name)} = data.next<${text}>()`) : '',
    __slots: `return ${isKept ? slotCount(fields) : 1}`,
    __store: isAssignable(type)
      ? each(({ name, text }, index) => `__evmpp.write<${text}>(${at(index)}, this.${name})`)
      : `ERROR('${type.name} holds a Mapping or a StorageArray and cannot be assigned: assign its fields')`,
    __erase: isKept
      ? `const slot = this.__slot\n${each(({ text }, index) => `__evmpp.erase<${text}>(${at(index)})`)}`
      : '',
    __blank: each(({ name, text }) => `this.${held(name)} = __evmpp.blank<${text}>()`),
  }
}
