import type { AbiFunction, AbiParameter, Address, Hex } from 'viem'
import { encodeFunctionData, getAddress, isAddress, parseAbiItem } from 'viem'
import { inspect, messageOf } from '../primitives/index.ts'
import { UsageError } from './command.ts'

/**
 * Reads a function's signature as people type it: `transfer(address,uint256)`, `balanceOf(address)(uint256)` with what it
 * returns, or Solidity's own `function name() view returns (string)`.
 */
export function parseSignature(text: string): AbiFunction {
  const short = /^([A-Za-z_$][\w$]*)(\(.*?\))(?:\((.*)\))?$/.exec(text.trim())
  const source =
    short === null ? text : `function ${short[1]}${short[2]}${short[3] === undefined ? '' : ` returns (${short[3]})`}`
  try {
    const item = parseAbiItem(source as 'function f()')
    if (item.type === 'function') return item
  } catch (cause) {
    throw new UsageError(
      `"${text}" is not a function signature such as "transfer(address,uint256)": ${firstLine(cause)}`,
    )
  }
  throw new UsageError(`"${text}" is not a function signature such as "transfer(address,uint256)".`)
}

/** What follows an address: a function's signature and its arguments, or call data as it is. Throws `UsageError`. */
export function parseCall(words: readonly string[]): { readonly data: Hex; readonly item: AbiFunction | undefined } {
  const [first, ...rest] = words
  if (first === undefined) throw new UsageError('A signature is needed, for example "number()(uint256)", or call data.')
  if (/^0x[0-9a-fA-F]*$/.test(first)) {
    if (first.length % 2 !== 0)
      throw new UsageError(`Call data has two digits for each byte: "${first}" has one too few.`)
    if (rest.length > 0) throw new UsageError(`Call data takes no arguments, and "${rest[0]}" follows it.`)
    return { data: first as Hex, item: undefined }
  }
  const item = parseSignature(first)
  return { data: encodeFunctionData({ abi: [item], args: parseValues(item.inputs, rest) }), item }
}

function firstLine(cause: unknown): string {
  return messageOf(cause).split('\n')[0] ?? ''
}

/** Turns typed words into the values that `parameters` ask for. */
export function parseValues(parameters: readonly AbiParameter[], words: readonly string[]): readonly unknown[] {
  if (words.length !== parameters.length) {
    const wanted = parameters.map(({ type, name }) => (name ? `${type} ${name}` : type)).join(', ')
    throw new UsageError(`${parameters.length} arguments are needed (${wanted}), ${words.length} were given.`)
  }
  return parameters.map((parameter, index) => parseValue(parameter, words[index] ?? ''))
}

function parseValue(parameter: AbiParameter, word: string): unknown {
  const { type } = parameter
  if (type.endsWith(']') || type.startsWith('tuple')) return convert(parameter, parseJson(type, word))
  return convert(parameter, word)
}

/** Lists as people write them, `[1,0xf39…]` or `(1,true)`, are JSON once each bare word is quoted; numbers keep all digits. */
function parseJson(type: string, word: string): unknown {
  const parts = word.match(/"(?:[^"\\]|\\.)*"|[[\](),]|[^\s"[\](),]+/g) ?? []
  const json = parts.map((part) => {
    if (part === '(' || part === '[') return '['
    if (part === ')' || part === ']') return ']'
    return part === ',' || part.startsWith('"') ? part : JSON.stringify(part)
  })
  try {
    return JSON.parse(json.join(''))
  } catch {
    throw new UsageError(`"${word}" is no ${type}: write it as JSON, for example [1,2].`)
  }
}

function convert(parameter: AbiParameter, value: unknown): unknown {
  const { type } = parameter
  const [, element, length] = /^(.*)\[(\d*)\]$/.exec(type) ?? []
  if (element !== undefined) {
    if (!Array.isArray(value) || (length !== '' && value.length !== Number(length))) throw unfit(type, value)
    return value.map((item) => convert({ ...parameter, type: element }, item))
  }
  if (type === 'tuple' && 'components' in parameter) {
    if (!Array.isArray(value) || value.length !== parameter.components.length) throw unfit(type, value)
    const fields = parameter.components.map((component, index) => convert(component, value[index]))
    return parameter.components.every(({ name }) => name)
      ? Object.fromEntries(parameter.components.map(({ name }, index) => [name ?? '', fields[index]]))
      : fields
  }
  return convertScalar(type, value)
}

function convertScalar(type: string, value: unknown): unknown {
  const text = String(value)
  if (/^u?int/.test(type)) return parseNumber(type, text)
  if (type === 'address') return checkedAddress(text, `"${text}" is no address`)
  if (type === 'bool') {
    if (text !== 'true' && text !== 'false') throw unfit(type, value)
    return text === 'true'
  }
  if (type === 'string') return text
  if (!/^0x([0-9a-fA-F]{2})*$/.test(text)) throw unfit(type, value)
  const size = Number(/^bytes(\d+)$/.exec(type)?.[1] ?? text.length / 2 - 1)
  if (size !== text.length / 2 - 1) {
    const padded = text.length / 2 - 1 < size ? `: write ${text.padEnd(2 + 2 * size, '0')}` : ''
    throw new UsageError(`"${text}" is ${text.length / 2 - 1} long, and ${type} has ${size} bytes${padded}.`)
  }
  return text
}

function parseNumber(type: string, text: string): bigint {
  if (!/^-?(\d+|0x[0-9a-fA-F]+)$/.test(text)) throw unfit(type, text)
  const value = text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text)
  const bits = Number(/\d+$/.exec(type)?.[0] ?? 256)
  const fitting = type.startsWith('u') ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value)
  if (fitting !== value) throw new UsageError(`${text} does not fit ${type}.`)
  return value
}

/** An address; `problem` begins the sentence when it is none. Letters of both cases are a checksum (EIP-55). */
export function checkedAddress(text: string, problem: string): Address {
  if (!isAddress(text, { strict: false })) throw new UsageError(`${problem}: it has 0x and 40 hex digits.`)
  if (/[a-f]/.test(text) && /[A-F]/.test(text.slice(2)) && !isAddress(text))
    throw new UsageError(
      `The checksum of ${text} is wrong: a letter may be mistyped. Write it in lower case to go on without the check.`,
    )
  return getAddress(text)
}

function unfit(type: string, value: unknown): UsageError {
  return new UsageError(`${typeof value === 'string' ? `"${value}"` : inspect(value)} is no ${type}.`)
}

/** A decoded value as people and scripts read it: big numbers as digits, everything else as JSON. */
export function renderValue(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  return JSON.stringify(toJson(value))
}

/** A value that JSON can carry: bigints become decimal text. */
export function toJson(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? item.toString() : item)) ?? 'null',
  )
}
