import type { AbiItem, AbiParameter } from './artifact.ts'

/**
 * An ABI as signatures, which are a third of the JSON and mean the same to viem's `parseAbi`, and to ethers' `Interface` but for
 * `receive` and `fallback`, which it spells in another way: `function transfer(address to, uint256 value) returns (bool)`. Source: ethers, "Human-Readable ABI".
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
  return `${shown}${indexed === true ? ' indexed' : ''}${name === '' ? '' : ` ${name}`}`
}
