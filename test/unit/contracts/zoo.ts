/** One contract in both languages: a state variable of every kind, and a function that changes each. */

const variables = [
  ['flag', 'bool', 'bool'],
  ['small', 'u8', 'uint8'],
  ['owner', 'Address', 'address'],
  ['amount', 'Amount', 'uint256'],
  ['tiny', 'i8', 'int8'],
  ['medium', 'u32', 'uint32'],
  ['big', 'u64', 'uint64'],
  ['signed', 'i64', 'int64'],
  ['other', 'Address', 'address'],
  ['hash', 'Bytes32', 'bytes32'],
  ['label', 'string', 'string'],
  ['blob', 'Uint8Array', 'bytes'],
] as const

const setter = (name: string): string => `set${name[0]?.toUpperCase()}${name.slice(1)}`

/** Setters of plain variables: the function's name and its argument's Solidity type. */
export const setters: readonly (readonly [name: string, type: string])[] = variables.map(([name, , type]) => [
  setter(name),
  type,
])

const assemblySetter = ([name, type]: (typeof variables)[number]): string =>
  `${setter(name)}(value: ${type}): void { this.${name} = value }`

const soliditySetter = ([name, , type]: (typeof variables)[number]): string => {
  const location = type === 'string' || type === 'bytes' ? ' memory' : ''
  return `function ${setter(name)}(${type}${location} value) public { ${name} = value; }`
}

export const zooAssembly = `
import { Address, Bytes32, Mapping, StorageArray, u256 } from 'evmpp-sdk'

type Amount = u256

@contract
export class Zoo {
  ${variables.map(([name, type]) => `${name}: ${type}`).join('\n  ')}
  byName: Mapping<string, u256>
  byFlag: Mapping<bool, Mapping<u64, Address>>
  shorts: StorageArray<u16>
  owners: StorageArray<Address>
  labels: Mapping<i32, string>
  lists: Mapping<Address, StorageArray<u256>>
  count: i16 = -3

  ${variables.map(assemblySetter).join('\n  ')}
  setByName(key: string, value: u256): void { this.byName[key] = value }
  setByFlag(key: bool, inner: u64, value: Address): void { this.byFlag[key][inner] = value }
  pushShort(value: u16): void { this.shorts.push(value) }
  popShort(): void { this.shorts.pop() }
  setShort(index: u32, value: u16): void { this.shorts[index] = value }
  pushOwner(value: Address): void { this.owners.push(value) }
  popOwner(): void { this.owners.pop() }
  setLabels(key: i32, value: string): void { this.labels[key] = value }
  pushList(key: Address, value: u256): void { this.lists[key].push(value) }
  addAmount(value: u256): void { this.amount += value }
  addByName(key: string, value: u256): void { this.byName[key] += value }
}
`

export const zooSolidity = `
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;
contract Zoo {
  ${variables.map(([name, , type]) => `${type} public ${name};`).join('\n  ')}
  mapping(string => uint256) public byName;
  mapping(bool => mapping(uint64 => address)) public byFlag;
  uint16[] public shorts;
  address[] public owners;
  mapping(int32 => string) public labels;
  mapping(address => uint256[]) public lists;
  int16 public count = -3;

  ${variables.map(soliditySetter).join('\n  ')}
  function setByName(string memory key, uint256 value) public { byName[key] = value; }
  function setByFlag(bool key, uint64 inner, address value) public { byFlag[key][inner] = value; }
  function pushShort(uint16 value) public { shorts.push(value); }
  function popShort() public { shorts.pop(); }
  function setShort(uint32 index, uint16 value) public { shorts[index] = value; }
  function pushOwner(address value) public { owners.push(value); }
  function popOwner() public { owners.pop(); }
  function setLabels(int32 key, string memory value) public { labels[key] = value; }
  function pushList(address key, uint256 value) public { lists[key].push(value); }
  function addAmount(uint256 value) public { amount += value; }
  function addByName(string memory key, uint256 value) public { byName[key] += value; }
}
`
