import { inspect } from '../../primitives/index.ts'
import { invalidParams } from '../error.ts'
import { isJsonObject } from '../json.ts'

/**
 * Turns untrusted JSON into one of our values. `path` says where the JSON stood (`0` is the first argument,
 * `0.topics[1]` a part of it) and is named by the error, -32602, that a bad value throws.
 */
export type Codec<value> = {
  /** What the table of methods calls it. */
  readonly label: string
  /** True when a missing or null argument is a value too. */
  readonly isOptional: boolean
  decode(json: unknown, path: string): value
}

/** Refuses what stands at `path`. */
export function refuse(path: string, problem: string): never {
  throw invalidParams(`invalid argument ${path}: ${problem}`)
}

/** A codec for an argument that must be there. */
export function required<value>(label: string, decode: (json: unknown, path: string) => value): Codec<value> {
  return { label, isOptional: false, decode }
}

/** Lets an argument be missing or null (clients send either), which then means `fallback`. */
export function withDefault<value, fallback>(inner: Codec<value>, fallback: fallback): Codec<value | fallback> {
  return {
    label: `${inner.label}?`,
    isOptional: true,
    decode: (json, path) => (json === undefined || json === null ? fallback : inner.decode(json, path)),
  }
}

/** Lets an argument be missing or null. */
export function optional<value>(inner: Codec<value>): Codec<value | undefined> {
  return withDefault(inner, undefined)
}

/** A list of at most `maxItems`. */
export function listOf<value>(inner: Codec<value>, maxItems: number): Codec<readonly value[]> {
  return required(`${inner.label}[]`, (json, path) => {
    if (!Array.isArray(json)) return refuse(path, `want a list, got ${inspect(json)}`)
    if (json.length > maxItems) return refuse(path, `a list of ${json.length}, at most ${maxItems} are allowed`)
    return json.map((item, index) => inner.decode(item, `${path}[${index}]`))
  })
}

/** A JSON object as a map: `key` reads its names, `value` its members. */
export function mapOf<key, value>(key: Codec<key>, value: Codec<value>): Codec<ReadonlyMap<key, value>> {
  return required(`{${key.label}: ${value.label}}`, (json, path) => {
    if (!isJsonObject(json)) return refuse(path, `want an object, got ${inspect(json)}`)
    return new Map(
      Object.entries(json).map(([name, member]) => {
        const at = `${path}.${name}`
        return [key.decode(name, at), value.decode(member, at)]
      }),
    )
  })
}

/** Reads members of one JSON object. A missing member and a null one are both undefined. */
export type MemberReader = <value>(name: string, inner: Codec<value>) => value | undefined

/** Begins reading the object at `path`. Members that nobody asks for are ignored, as all of Ethereum's nodes do. */
export function readMembers(json: unknown, path: string): MemberReader {
  if (!isJsonObject(json)) return refuse(path, `want an object, got ${inspect(json)}`)
  return (name, inner) => optional(inner).decode(json[name], `${path}.${name}`)
}

/** A member that must be there. */
export function need<value>(value: value | undefined, path: string): value {
  return value === undefined ? refuse(path, 'is missing') : value
}
