import type { AbiItem, AbiParameter } from './artifact.ts'
import { isSolidityKeyword } from './bind/solidity.ts'

/**
 * An ABI as signatures, a third of its JSON: `function transfer(address to, uint256 value) returns (bool)`. viem's `parseAbi`
 * reads them, and ethers' `Interface` all but `receive` and `fallback`. Source: ethers, "Human-Readable ABI".
 */
export function readableAbi(abi: readonly AbiItem[]): readonly string[] {
  return abi.map(itemText)
}

function itemText({ type, name, inputs = [], outputs = [], stateMutability, anonymous }: AbiItem): string {
  const promise = stateMutability === undefined || stateMutability === 'nonpayable' ? '' : ` ${stateMutability}`
  switch (type) {
    case 'function':
      return `function ${name}(${list(inputs)})${promise}${outputs.length === 0 ? '' : ` returns (${list(outputs)})`}`
    case 'event':
      return `event ${name}(${list(inputs)})${anonymous === true ? ' anonymous' : ''}`
    case 'error':
      return `error ${name}(${list(inputs)})`
    case 'constructor':
      return `constructor(${list(inputs)})${promise}`
    case 'receive':
    case 'fallback':
      return `${type}() external${promise}`
  }
}

function list(parameters: readonly AbiParameter[]): string {
  return parameters.map(parameterText).join(', ')
}

function parameterText({ type, name, indexed, components }: AbiParameter): string {
  const shown = components === undefined ? type : type.replace('tuple', `(${list(components)})`)
  // A name that is a word of Solidity's cannot be read back.
  const isNamed = name !== '' && !isSolidityKeyword(name)
  return `${shown}${indexed === true ? ' indexed' : ''}${isNamed ? ` ${name}` : ''}`
}
