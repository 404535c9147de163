import { BaseError } from '../../../primitives/index.ts'
import type { AbiItem, AbiParameter } from '../artifact.ts'

/** A struct that an ABI mentions: the name that its binding has, and its fields. */
export type BoundStruct = { readonly name: string; readonly fields: readonly BoundField[] }
export type BoundField = { readonly name: string; readonly type: BoundType }

/** A type of an ABI, taken apart. */
export type BoundType =
  | { readonly kind: 'plain'; readonly name: string }
  | { readonly kind: 'struct'; readonly struct: BoundStruct }
  /** `length` is undefined for a dynamic array. */
  | { readonly kind: 'array'; readonly element: BoundType; readonly length: number | undefined }

/** A function with names and types as its binding has them. */
export type BoundFunction = {
  /** Its name in the ABI. */
  readonly name: string
  readonly mutability: NonNullable<AbiItem['stateMutability']>
  readonly inputs: readonly BoundField[]
  readonly outputs: readonly BoundField[]
}

/** An event or an error. */
export type BoundRecord = {
  readonly kind: 'event' | 'error'
  readonly name: string
  readonly isAnonymous: boolean
  readonly fields: readonly (BoundField & { readonly isIndexed: boolean })[]
}

/** All that a binding needs of an ABI. */
export type BoundContract = {
  readonly functions: readonly BoundFunction[]
  readonly records: readonly BoundRecord[]
  readonly structs: readonly BoundStruct[]
}

/** Says whether a word cannot be a name in the language of a binding. */
export type IsReserved = (word: string) => boolean

/** A name that is free: reserved words and what begins with an underscore get one at the end, what has no name gets a number. */
export function freeName(isReserved: IsReserved, name: string | undefined, index: number, fallback: string): string {
  if (name === undefined || name === '') return `${fallback}${index}`
  return isReserved(name) || name.startsWith('_') ? `${name.replace(/^_+/, '')}_` : name
}

/** Takes an ABI apart. Throws `ABI_NOT_SUPPORTED` for a type that no language of ours has. */
export function bindAbi(abi: readonly AbiItem[], isReserved: IsReserved): BoundContract {
  const structs: BoundStruct[] = []
  const fieldsOf = (parameters: readonly AbiParameter[], fallback: string): readonly BoundField[] => {
    const taken = new Set<string>()
    return parameters.map((parameter, index) => {
      const wanted = freeName(isReserved, parameter.name, index, fallback)
      const name = taken.has(wanted) ? `${wanted}${index}` : wanted
      taken.add(name)
      return { name, type: typeOf(parameter, parameter.type) }
    })
  }
  const typeOf = (parameter: AbiParameter, type: string): BoundType => {
    const [, inner, length] = /^(.*)\[(\d*)\]$/.exec(type) ?? []
    if (inner !== undefined)
      return { kind: 'array', element: typeOf(parameter, inner), length: length === '' ? undefined : Number(length) }
    if (type === 'tuple') return { kind: 'struct', struct: structOf(parameter) }
    if (!/^(u?int\d+|address|bool|string|bytes\d*|function)$/.test(type))
      throw new BaseError('ABI_NOT_SUPPORTED', `the ABI has a value of type "${type}", for which there is no type here`)
    return { kind: 'plain', name: type === 'function' ? 'bytes24' : type }
  }
  const structOf = (parameter: AbiParameter): BoundStruct => {
    const fields = fieldsOf(parameter.components ?? [], 'field')
    const key = JSON.stringify(fields)
    const given = /^struct (?:\w+\.)?(\w+)/.exec(parameter.internalType ?? '')?.[1]
    const alike = structs.find((each) => JSON.stringify(each.fields) === key)
    if (given === undefined && alike !== undefined) return alike
    const wanted = given ?? titled(parameter.name)
    for (let number = 1; ; number += 1) {
      const name = number === 1 ? wanted : `${wanted}${number}`
      const known = structs.find((each) => each.name === name)
      if (known !== undefined && JSON.stringify(known.fields) !== key) continue
      const struct = known ?? { name, fields }
      if (known === undefined) structs.push(struct)
      return struct
    }
  }
  const functions = abi
    .filter(({ type }) => type === 'function')
    .map(
      (item): BoundFunction => ({
        name: item.name ?? '',
        mutability: item.stateMutability ?? 'nonpayable',
        inputs: fieldsOf(item.inputs ?? [], 'argument'),
        outputs: fieldsOf(item.outputs ?? [], 'result'),
      }),
    )
  const records = abi.flatMap(({ type: kind, name = '', inputs = [], anonymous = false }): BoundRecord[] => {
    if (kind !== 'event' && kind !== 'error') return []
    const fields = fieldsOf(inputs, 'field').map((field, at) => ({ ...field, isIndexed: inputs[at]?.indexed ?? false }))
    return [{ kind, name, isAnonymous: anonymous, fields }]
  })
  return { functions, records, structs }
}

function titled(name: string | undefined): string {
  return name === undefined || name === '' ? 'Struct' : `${name[0]?.toUpperCase()}${name.slice(1)}`
}
