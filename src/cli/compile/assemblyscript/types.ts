import type { Class, Type } from 'assemblyscript'
import { enumOf } from './enumTypes.ts'

/** A parameter, a field or a state variable: its name in the source and its type in Solidity. */
export type Typed = { readonly name: string; readonly type: SolidityType }

/** What an AssemblyScript type is in Solidity. */
export type SolidityType =
  | { readonly kind: 'value'; readonly name: string; readonly bytes: number }
  | { readonly kind: 'bytes'; readonly name: 'string' | 'bytes' }
  | { readonly kind: 'array'; readonly element: SolidityType }
  | { readonly kind: 'fixedArray'; readonly element: SolidityType; readonly length: number }
  | StructType
  | { readonly kind: 'mapping'; readonly key: SolidityType; readonly value: SolidityType }
  | { readonly kind: 'storageArray'; readonly element: SolidityType }

/** A `@struct` class; or a `@tuple` class, which is no type but several results. */
export type StructType = {
  readonly kind: 'struct'
  readonly name: string
  readonly isTuple: boolean
  readonly fields: readonly Typed[]
}

const value = (name: string, bytes: number): SolidityType => ({ kind: 'value', name, bytes })

/** What an index of an array is, and what stands in for a type that cannot be and was reported. */
export const WORD: SolidityType = value('uint256', 32)

const INTEGERS: Readonly<Record<string, SolidityType>> = {
  bool: value('bool', 1),
  u8: value('uint8', 1),
  u16: value('uint16', 2),
  u32: value('uint32', 4),
  u64: value('uint64', 8),
  i8: value('int8', 1),
  i16: value('int16', 2),
  i32: value('int32', 4),
  i64: value('int64', 8),
}

/** Where the compiler finds the SDK, and so how the SDK's classes are called. */
export const SDK = 'evmpp-sdk'

const CLASSES: Readonly<Record<string, SolidityType>> = {
  [`~lib/${SDK}/values/Address`]: value('address', 20),
  [`~lib/${SDK}/values/Bytes32`]: value('bytes32', 32),
  '~lib/string/String': { kind: 'bytes', name: 'string' },
  '~lib/typedarray/Uint8Array': { kind: 'bytes', name: 'bytes' },
}

/** Classes with a number in their name: `~lib/evmpp-sdk/u128/u128`, `~lib/evmpp-sdk/bytes4/Bytes4`. */
const NUMBERED = new RegExp(`^~lib/${SDK}/[a-z]+\\d+/([a-zA-Z]+)(\\d+)$`)

/** Looks a `@struct` or `@tuple` class up by its internal name. */
export type StructLookup = (internalName: string) => StructType | undefined

/** The Solidity type of a resolved type; undefined for floats, nullable types and classes that have none. */
export function solidityType(type: Type, structOf: StructLookup): SolidityType | undefined {
  const held = type.getClass()
  if (held === null) return enumOf(type) === undefined ? INTEGERS[type.toString()] : INTEGERS.u8
  if (type.isNullableReference) return undefined
  const { internalName } = held.prototype
  return CLASSES[internalName] ?? numbered(internalName) ?? structOf(internalName) ?? genericType(held, structOf)
}

/** The numbers that a type holds. */
export type NumberRange = { readonly isSigned: boolean; readonly bits: number }

/** The range of a number of the SDK; undefined for what is none. */
export function numberOf({ prototype }: Class): NumberRange | undefined {
  const [, kind, digits] = NUMBERED.exec(prototype.internalName) ?? []
  return kind === 'u' || kind === 'i' ? { isSigned: kind === 'i', bits: Number(digits) } : undefined
}

function numbered(internalName: string): SolidityType | undefined {
  const [, kind, digits] = NUMBERED.exec(internalName) ?? []
  const number = Number(digits)
  if (kind === 'u') return value(`uint${number}`, number / 8)
  if (kind === 'i') return value(`int${number}`, number / 8)
  return kind === 'Bytes' ? value(`bytes${number}`, number) : undefined
}

function genericType({ prototype, typeArguments }: Class, structOf: StructLookup): SolidityType | undefined {
  const [first, second] = typeArguments ?? []
  const element = first === undefined ? undefined : solidityType(first, structOf)
  if (element === undefined || first === undefined) return undefined
  switch (prototype.internalName) {
    case '~lib/array/Array':
      return { kind: 'array', element }
    case `~lib/${SDK}/storage/StorageArray`:
      return { kind: 'storageArray', element }
    case `~lib/${SDK}/fixed/FixedArray`: {
      const length = second === undefined ? 0 : lengthOf(second)
      return length > 0 ? { kind: 'fixedArray', element, length } : undefined
    }
    case `~lib/${SDK}/storage/Mapping`: {
      const held = second === undefined ? undefined : solidityType(second, structOf)
      return held === undefined ? undefined : { kind: 'mapping', key: element, value: held }
    }
    default:
      return undefined
  }
}

/** The number that `Digits<D1, D2>` spells; NaN when it is none. */
function lengthOf(type: Type): number {
  const held = type.getClass()
  const [first, second] = held?.typeArguments ?? []
  if (first !== undefined && second !== undefined) return lengthOf(first) * 10 + lengthOf(second)
  return Number(new RegExp(`^~lib/${SDK}/fixed/D(\\d)$`).exec(held?.prototype.internalName ?? '')?.[1])
}

/** True when the type can be an argument or a part of a result: all but handles of storage and tuples. */
export function isAbiType(type: SolidityType): boolean {
  switch (type.kind) {
    case 'array':
    case 'fixedArray':
      return isAbiType(type.element)
    case 'struct':
      return !type.isTuple && type.fields.every((field) => isAbiType(field.type))
    default:
      return type.kind === 'value' || type.kind === 'bytes'
  }
}

/** True when a function can return it: what is in the ABI, or a tuple of that. */
export function isResultType(type: SolidityType): boolean {
  return isAbiType(type.kind === 'struct' ? { ...type, isTuple: false } : type)
}

/** True when the type can be a state variable: all but arrays in memory, and what holds one. */
export function isStorageType(type: SolidityType): boolean {
  switch (type.kind) {
    case 'array':
      return false
    case 'mapping':
      return (type.key.kind === 'value' || type.key.kind === 'bytes') && isStorageType(type.value)
    case 'storageArray':
    case 'fixedArray':
      return isStorageType(type.element)
    case 'struct':
      return !type.isTuple && type.fields.every((field) => isStorageType(field.type))
    default:
      return true
  }
}

/** True for what is nothing but its place in storage: it is never assigned, its entries are. */
export function isHandle({ kind }: SolidityType): boolean {
  return kind === 'mapping' || kind === 'storageArray'
}

/** True when a state variable of the type can be assigned: neither it nor a part of it is a handle. */
export function isAssignable(type: SolidityType): boolean {
  if (type.kind === 'struct') return type.fields.every((field) => isAssignable(field.type))
  return type.kind === 'fixedArray' ? isAssignable(type.element) : !isHandle(type)
}

/** True when the type's place in a tuple is an offset. Source: the Solidity documentation, "Contract ABI Specification". */
export function isDynamic(type: SolidityType): boolean {
  switch (type.kind) {
    case 'value':
      return false
    case 'fixedArray':
      return isDynamic(type.element)
    case 'struct':
      return type.fields.some((field) => isDynamic(field.type))
    default:
      return true
  }
}

/** Words that the type takes in the head of a tuple. */
export function headWords(type: SolidityType): number {
  if (isDynamic(type)) return 1
  if (type.kind === 'struct') return headsOf(type.fields)
  return type.kind === 'fixedArray' ? type.length * headWords(type.element) : 1
}

/** Words in the head of a tuple of these. */
export function headsOf(fields: readonly Typed[]): number {
  return fields.reduce((sum, { type }) => sum + headWords(type), 0)
}

/** The type's canonical name, as in a signature. */
export function typeName(type: SolidityType): string {
  switch (type.kind) {
    case 'array':
    case 'storageArray':
      return `${typeName(type.element)}[]`
    case 'fixedArray':
      return `${typeName(type.element)}[${type.length}]`
    case 'struct':
      return `(${type.fields.map((field) => typeName(field.type)).join(',')})`
    case 'mapping':
      return `mapping(${typeName(type.key)} => ${typeName(type.value)})`
    default:
      return type.name
  }
}
