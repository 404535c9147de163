import { inspect } from '../../primitives/index.ts'
import { isJsonObject } from '../json.ts'
import { refuse, required } from './codec.ts'

/** Typed data as an object, or as its text: MetaMask's form. Every field that its types name is there. Source: EIP-712. */
export const typedData = required('typed data', (json, path) => {
  const parsed = typeof json === 'string' ? parse(json, path) : json
  if (!isJsonObject(parsed)) return refuse(path, `want typed data, got ${inspect(json)}`)
  const problem = missingField(parsed)
  return problem === undefined ? parsed : refuse(path, problem)
})

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return refuse(path, 'the typed data is not JSON')
  }
}

type Json = Readonly<Record<string, unknown>>

/** Which field is not there, in words. What else is wrong, such as an unknown type, is the hash function's to tell. */
function missingField(value: Json): string | undefined {
  const { types, domain = {}, message, primaryType } = value
  if (!isJsonObject(types)) return 'types is missing'
  if (typeof primaryType !== 'string') return 'primaryType is missing'
  const domainProblem =
    types.EIP712Domain === undefined ? undefined : missingIn(types, 'EIP712Domain', domain, 'domain')
  if (domainProblem !== undefined || primaryType === 'EIP712Domain') return domainProblem
  return missingIn(types, primaryType, message, 'message')
}

/** The first field that `value`, of struct type `name`, does not have. */
function missingIn(types: Json, name: string, value: unknown, path: string): string | undefined {
  const fields = types[name]
  if (!Array.isArray(fields)) return undefined
  if (!isJsonObject(value)) return `${path} is not an object`
  for (const field of fields) {
    if (!isJsonObject(field) || typeof field.name !== 'string' || typeof field.type !== 'string') continue
    const at = `${path}.${field.name}`
    const member = value[field.name]
    if (member === undefined || member === null) return `${at} is missing`
    const problem = missingInMember(types, field.type, member, at)
    if (problem !== undefined) return problem
  }
  return undefined
}

function missingInMember(types: Json, type: string, value: unknown, path: string): string | undefined {
  const element = /^(.*)\[\d*\]$/.exec(type)?.[1]
  if (element === undefined) return type in types ? missingIn(types, type, value, path) : undefined
  if (!Array.isArray(value)) return `${path} is not a list`
  for (const [index, item] of value.entries()) {
    const problem = missingInMember(types, element, item, `${path}[${index}]`)
    if (problem !== undefined) return problem
  }
  return undefined
}
