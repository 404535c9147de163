import type { StorageLayout } from '../artifact.ts'
import type { Typed } from './describe.ts'
import { bytesInSlot, storageTypeId, storageTypes } from './types.ts'

/** Where a variable lies: `offset` bytes from the low end of `slot`. */
export type Place = { readonly slot: number; readonly offset: number }

/**
 * Places variables in the order of their declaration, several in one slot while they fit. Source: the Solidity
 * documentation, "Layout of State Variables in Storage".
 */
export function placesOf(variables: readonly Typed[]): readonly Place[] {
  const places: Place[] = []
  let slot = 0
  let used = 0
  for (const { type } of variables) {
    const bytes = bytesInSlot(type)
    if (used + bytes > 32) {
      slot += 1
      used = 0
    }
    places.push({ slot, offset: used })
    used += bytes
  }
  return places
}

/** The layout as solc writes it. */
export function storageLayoutOf(variables: readonly Typed[]): StorageLayout {
  const places = placesOf(variables)
  const storage = variables.map(({ name, type }, index) => ({
    label: name,
    slot: String(places[index]?.slot),
    offset: places[index]?.offset ?? 0,
    type: storageTypeId(type),
  }))
  const types = Object.assign({}, ...variables.map(({ type }) => storageTypes(type)))
  return { storage, types: variables.length === 0 ? null : types }
}
