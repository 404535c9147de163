import type { AbiItem } from '../artifact.ts'
import type { BoundField, BoundFunction, BoundRecord, BoundStruct, BoundType } from './types.ts'
import { bindAbi } from './types.ts'

/** Words that are no names in Solidity. Source: the Solidity documentation, "Keywords" and "Reserved Keywords". */
const KEYWORDS = new Set(
  `abstract address after alias anonymous apply as assembly auto bool break byte bytes calldata case catch constant
  constructor continue contract copyof default define delete do else emit enum event external false final fixed for function
  hex if immutable implements import in indexed inline int interface internal is let library macro mapping match memory
  modifier mutable new null of override partial payable pragma private promise public pure reference relocatable return
  returns sealed sizeof static storage string struct supports switch throw true try type typedef typeof uint unchecked unicode
  using var view virtual while`.split(/\s+/),
)

/** A Solidity interface of any contract with this ABI, whichever machine runs it, its events and errors included. */
export function solidityBinding(abi: readonly AbiItem[], name: string): string {
  const { functions, records, structs } = bindAbi(abi, isSolidityKeyword)
  // In Solidity one name means one thing, but for functions that differ in their parameters and events that do.
  const isTaken = ({ kind, name: own }: BoundRecord): boolean =>
    KEYWORDS.has(own) ||
    [...structs, ...functions].some((other) => other.name === own) ||
    records.some((other) => other.name === own && other.kind !== kind)
  const parts = [
    ...structs.map(structText),
    ...records.filter((record) => !isTaken(record)).map(recordText),
    ...functions.map(functionText),
  ]
  return [
    '// SPDX-License-Identifier: UNLICENSED',
    'pragma solidity ^0.8.0;',
    '',
    `interface ${name} {`,
    ...parts.map((part) => `    ${part}`),
    '}',
    '',
  ].join('\n')
}

/** True for a word that can name nothing in Solidity. */
export function isSolidityKeyword(word: string): boolean {
  return KEYWORDS.has(word) || isTypeName(word)
}

/** `uint8`, `bytes32`, `address` and their like. */
function isTypeName(word: string): boolean {
  return /^(u?int\d+|bytes\d+|u?fixed\w*)$/.test(word)
}

function structText({ name, fields }: BoundStruct): string {
  return `struct ${name} { ${fields.map((field) => `${typeText(field.type)} ${field.name};`).join(' ')} }`
}

function recordText({ kind, name, isAnonymous, fields }: BoundRecord): string {
  const list = fields.map((each) => `${typeText(each.type)}${each.isIndexed ? ' indexed' : ''} ${each.name}`).join(', ')
  return `${kind} ${name}(${list})${isAnonymous ? ' anonymous' : ''};`
}

function functionText({ name, mutability, inputs, outputs }: BoundFunction): string {
  const list = (fields: readonly BoundField[], location: string): string =>
    fields
      .map((field) => `${typeText(field.type)}${needsLocation(field.type) ? location : ''} ${field.name}`)
      .join(', ')
  if (KEYWORDS.has(name)) return `// ${name}: Solidity has no function of that name; call it with raw data.`
  const words = [
    `function ${name}(${list(inputs, ' calldata')})`,
    'external',
    ...(mutability === 'nonpayable' ? [] : [mutability]),
    ...(outputs.length === 0 ? [] : [`returns (${list(outputs, ' memory')})`]),
  ]
  return `${words.join(' ')};`
}

function typeText(type: BoundType): string {
  if (type.kind === 'struct') return type.struct.name
  if (type.kind === 'plain') return type.name
  return `${typeText(type.element)}[${type.length ?? ''}]`
}

function needsLocation(type: BoundType): boolean {
  return type.kind !== 'plain' || type.name === 'string' || type.name === 'bytes'
}
