import type { Type } from 'assemblyscript'

/** An enumeration: its name, and how many members it has, 1 to 256. */
export type EnumType = { readonly name: string; readonly members: number }

const enums = new WeakMap<Type, EnumType>()

/** Makes a type that of an enumeration. */
export function markEnum(type: Type, enumeration: EnumType): void {
  enums.set(type, enumeration)
}

/** The enumeration that a type is; undefined for all other types. */
export function enumOf(type: Type): EnumType | undefined {
  return enums.get(type)
}
