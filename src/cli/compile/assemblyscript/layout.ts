import type { StorageLayout, StorageType, StorageVariable } from '../artifact.ts'
import type { SolidityType, Typed } from './types.ts'

/** Where a variable lies: `offset` bytes from the low end of `slot`. */
export type Place = { readonly slot: number; readonly offset: number }

const SLOT_BYTES = 32

/**
 * Places variables in the order of their declaration, several in one slot while they fit; what has parts begins and ends
 * with a slot. Source: the Solidity documentation, "Layout of State Variables in Storage".
 */
export function placesOf(variables: readonly Typed[]): readonly Place[] {
  return place(variables).places
}

/** How many slots variables take together. */
export function slotCount(variables: readonly Typed[]): number {
  const { used } = place(variables)
  return Math.ceil(used / SLOT_BYTES)
}

/** Places, and the bytes used up to the end of the last. */
function place(variables: readonly Typed[]): { readonly places: readonly Place[]; readonly used: number } {
  const places: Place[] = []
  let used = 0
  for (const { type } of variables) {
    const bytes = bytesInStorage(type)
    const left = SLOT_BYTES - (used % SLOT_BYTES)
    if (left < SLOT_BYTES && (bytes > left || hasParts(type))) used += left
    places.push({ slot: Math.floor(used / SLOT_BYTES), offset: used % SLOT_BYTES })
    used += bytes
  }
  return { places, used }
}

function hasParts({ kind }: SolidityType): boolean {
  return kind === 'struct' || kind === 'fixedArray'
}

/** Bytes that a variable takes in its slot, or whole slots of what takes at least one. */
function bytesInStorage(type: SolidityType): number {
  if (type.kind === 'value') return type.bytes
  if (type.kind === 'struct') return slotCount(type.fields) * SLOT_BYTES
  if (type.kind !== 'fixedArray') return SLOT_BYTES
  const bytes = bytesInStorage(type.element)
  const perSlot = Math.max(1, Math.floor(SLOT_BYTES / bytes))
  return Math.ceil(type.length / perSlot) * Math.ceil(bytes / SLOT_BYTES) * SLOT_BYTES
}

/** The layout as solc writes it, but for numbers of its syntax tree: `t_struct(Point)_storage`. */
export function storageLayoutOf(variables: readonly Typed[]): StorageLayout {
  const types = Object.assign({}, ...variables.map(({ type }) => storageTypes(type)))
  return { storage: entriesOf(variables), types: variables.length === 0 ? null : types }
}

function entriesOf(variables: readonly Typed[]): readonly StorageVariable[] {
  const places = placesOf(variables)
  return variables.map(({ name, type }, index) => ({
    label: name,
    slot: String(places[index]?.slot),
    offset: places[index]?.offset ?? 0,
    type: storageTypeId(type),
  }))
}

/** The type's name in a storage layout, as solc forms it. */
function storageTypeId(type: SolidityType): string {
  switch (type.kind) {
    case 'value':
      return `t_${type.name}`
    case 'bytes':
      return `t_${type.name}_storage`
    case 'mapping':
      return `t_mapping(${storageKeyId(type.key)},${storageTypeId(type.value)})`
    case 'struct':
      return `t_struct(${type.name})_storage`
    case 'fixedArray':
      return `t_array(${storageTypeId(type.element)})${type.length}_storage`
    default:
      return `t_array(${storageTypeId(type.element)})dyn_storage`
  }
}

function storageKeyId(type: SolidityType): string {
  return type.kind === 'bytes' ? `t_${type.name}_memory_ptr` : storageTypeId(type)
}

/** The type as a person reads it. */
function labelOf(type: SolidityType): string {
  switch (type.kind) {
    case 'struct':
      return `struct ${type.name}`
    case 'mapping':
      return `mapping(${labelOf(type.key)} => ${labelOf(type.value)})`
    case 'fixedArray':
      return `${labelOf(type.element)}[${type.length}]`
    case 'array':
    case 'storageArray':
      return `${labelOf(type.element)}[]`
    default:
      return type.name
  }
}

/** The entries of a storage layout's `types` that this type needs, itself included. */
function storageTypes(type: SolidityType): Readonly<Record<string, StorageType>> {
  const entry = { label: labelOf(type), numberOfBytes: String(bytesInStorage(type)) }
  const id = storageTypeId(type)
  switch (type.kind) {
    case 'mapping': {
      const key = storageKeyId(type.key)
      return {
        ...storageTypes(type.value),
        [key]: keyEntry(type.key),
        [id]: { ...entry, encoding: 'mapping', key, value: storageTypeId(type.value) },
      }
    }
    case 'struct':
      return {
        ...Object.assign({}, ...type.fields.map((field) => storageTypes(field.type))),
        [id]: { ...entry, encoding: 'inplace', members: entriesOf(type.fields) },
      }
    case 'fixedArray':
    case 'array':
    case 'storageArray': {
      const encoding = type.kind === 'fixedArray' ? 'inplace' : 'dynamic_array'
      return { ...storageTypes(type.element), [id]: { ...entry, encoding, base: storageTypeId(type.element) } }
    }
    default:
      return { [id]: { ...entry, encoding: type.kind === 'bytes' ? 'bytes' : 'inplace' } }
  }
}

function keyEntry(type: SolidityType): StorageType {
  const encoding = type.kind === 'bytes' ? 'bytes' : 'inplace'
  return { encoding, label: labelOf(type), numberOfBytes: String(bytesInStorage(type)) }
}
