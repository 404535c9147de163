import type { AbiFunction, AbiParameter } from 'viem'
import { parseAbiItem } from 'viem'
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

/** Numbers in JSON lose digits past 2^53: they are quoted first. */
function parseJson(type: string, word: string): unknown {
  try {
    return JSON.parse(word.replaceAll(/(?<![\w"])-?\d+(?![\w"])/g, '"$&"'))
  } catch {
    throw new UsageError(`"${word}" is no ${type}: write it as JSON, for example [1,2].`)
  }
}

function convert(parameter: AbiParameter, value: unknown): unknown {
  const { type } = parameter
  const element = /^(.*)\[\d*\]$/.exec(type)?.[1]
  if (element !== undefined) {
    if (!Array.isArray(value)) throw unfit(type, value)
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
  if (/^u?int/.test(type)) {
    if (!/^-?(\d+|0x[0-9a-fA-F]+)$/.test(text)) throw unfit(type, value)
    return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text)
  }
  if (type === 'bool') {
    if (text !== 'true' && text !== 'false') throw unfit(type, value)
    return text === 'true'
  }
  if (type === 'string') return text
  if (!/^0x([0-9a-fA-F]{2})*$/.test(text)) throw unfit(type, value)
  return text
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
