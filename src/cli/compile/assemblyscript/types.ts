import type { Type } from 'assemblyscript'
import type { StorageType } from '../artifact.ts'

/** What an AssemblyScript type is in Solidity. */
export type SolidityType =
  | { readonly kind: 'value'; readonly name: string; readonly bytes: number }
  | { readonly kind: 'bytes'; readonly name: 'string' | 'bytes' }
  | { readonly kind: 'array'; readonly element: SolidityType }
  | { readonly kind: 'mapping'; readonly key: SolidityType; readonly value: SolidityType }
  | { readonly kind: 'storageArray'; readonly element: SolidityType }

const value = (name: string, bytes: number): SolidityType => ({ kind: 'value', name, bytes })

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
  [`~lib/${SDK}/u256/u256`]: value('uint256', 32),
  [`~lib/${SDK}/values/Address`]: value('address', 20),
  [`~lib/${SDK}/values/Bytes32`]: value('bytes32', 32),
  '~lib/string/String': { kind: 'bytes', name: 'string' },
  '~lib/typedarray/Uint8Array': { kind: 'bytes', name: 'bytes' },
}

const GENERICS: Readonly<Record<string, (args: readonly SolidityType[]) => SolidityType | undefined>> = {
  '~lib/array/Array': ([element]) => (element === undefined ? undefined : { kind: 'array', element }),
  [`~lib/${SDK}/storage/StorageArray`]: ([element]) =>
    element === undefined ? undefined : { kind: 'storageArray', element },
  [`~lib/${SDK}/storage/Mapping`]: ([key, held]) =>
    key === undefined || held === undefined ? undefined : { kind: 'mapping', key, value: held },
}

/** The Solidity type of a resolved type; undefined for floats, nullable types and classes that have none. */
export function solidityType(type: Type): SolidityType | undefined {
  const held = type.getClass()
  if (held === null) return INTEGERS[type.toString()]
  if (type.isNullableReference) return undefined
  const name = held.prototype.internalName
  const args = (held.typeArguments ?? []).map(solidityType).filter((each) => each !== undefined)
  return CLASSES[name] ?? GENERICS[name]?.(args)
}

/** True when the type can be an argument or a result: all but handles of storage. */
export function isAbiType(type: SolidityType): boolean {
  if (type.kind === 'array') return isAbiType(type.element)
  return type.kind === 'value' || type.kind === 'bytes'
}

/** True when the type can be a state variable: all but arrays in memory, and what holds one. */
export function isStorageType(type: SolidityType): boolean {
  switch (type.kind) {
    case 'array':
      return false
    case 'mapping':
      return (type.key.kind === 'value' || type.key.kind === 'bytes') && isStorageType(type.value)
    case 'storageArray':
      return type.element.kind === 'value'
    default:
      return true
  }
}

/** The type's canonical name, as in a signature. */
export function typeName(type: SolidityType): string {
  switch (type.kind) {
    case 'array':
    case 'storageArray':
      return `${typeName(type.element)}[]`
    case 'mapping':
      return `mapping(${typeName(type.key)} => ${typeName(type.value)})`
    default:
      return type.name
  }
}

/** Bytes that a variable takes in its slot; what takes 32 never shares one. */
export function bytesInSlot(type: SolidityType): number {
  return type.kind === 'value' ? type.bytes : 32
}

/** The type's name in a storage layout, as solc forms it. */
export function storageTypeId(type: SolidityType): string {
  switch (type.kind) {
    case 'value':
      return `t_${type.name}`
    case 'bytes':
      return `t_${type.name}_storage`
    case 'mapping':
      return `t_mapping(${storageKeyId(type.key)},${storageTypeId(type.value)})`
    default:
      return `t_array(${storageTypeId(type.element)})dyn_storage`
  }
}

function storageKeyId(type: SolidityType): string {
  return type.kind === 'bytes' ? `t_${type.name}_memory_ptr` : storageTypeId(type)
}

/** The entries of a storage layout's `types` that this type needs, itself included. */
export function storageTypes(type: SolidityType): Readonly<Record<string, StorageType>> {
  const entry = { label: typeName(type), numberOfBytes: String(bytesInSlot(type)) }
  switch (type.kind) {
    case 'mapping': {
      const key = storageKeyId(type.key)
      return {
        ...storageTypes(type.value),
        [key]: keyEntry(type.key),
        [storageTypeId(type)]: { ...entry, encoding: 'mapping', key, value: storageTypeId(type.value) },
      }
    }
    case 'array':
    case 'storageArray':
      return {
        ...storageTypes(type.element),
        [storageTypeId(type)]: { ...entry, encoding: 'dynamic_array', base: storageTypeId(type.element) },
      }
    default:
      return { [storageTypeId(type)]: { ...entry, encoding: type.kind === 'bytes' ? 'bytes' : 'inplace' } }
  }
}

function keyEntry(type: SolidityType): StorageType {
  const encoding = type.kind === 'bytes' ? 'bytes' : 'inplace'
  return { encoding, label: typeName(type), numberOfBytes: String(bytesInSlot(type)) }
}
