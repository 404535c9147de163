/** One contract in both languages: a state variable of every kind, and functions that change each. */

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
  ['odd', 'u24', 'uint24'],
  ['half', 'u128', 'uint128'],
  ['mark', 'Bytes4', 'bytes4'],
  ['delta', 'i128', 'int128'],
  ['drift', 'i40', 'int40'],
  ['price', 'u96', 'uint96'],
  ['tag', 'Bytes20', 'bytes20'],
  ['wide', 'i256', 'int256'],
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
import { Address, Bytes32, Bytes4, Bytes20, FixedArray, i40, i128, i256, Mapping, StorageArray, u24, u96, u128, u256 } from 'evmpp-sdk'

type Amount = u256

enum Status { Idle, Running, Stopped }

@struct class Point { x: u64; y: u128; flag: bool; label: string; owner: Address }
@struct class Nested { inner: Point; grid: FixedArray<u16, '5'>; total: u256 }
@struct class Ledger { entries: Mapping<Address, u256>; list: StorageArray<u64>; name: string }
@tuple class Summary { count: u256; first: Point; status: Status }

@contract
export class Zoo {
  ${variables.map(([name, type]) => `${name}: ${type}`).join('\n  ')}
  status: Status
  byName: Mapping<string, u256>
  byFlag: Mapping<bool, Mapping<u64, Address>>
  shorts: StorageArray<u16>
  owners: StorageArray<Address>
  labels: Mapping<i32, string>
  lists: Mapping<Address, StorageArray<u256>>
  count: i16 = -3
  point: Point
  after_: bool
  nested: Nested
  points: StorageArray<Point>
  byId: Mapping<u256, Nested>
  row: FixedArray<u32, '9'>
  matrix: FixedArray<FixedArray<u8, '3'>, '4'>
  pair: FixedArray<Point, '2'>
  rows: StorageArray<StorageArray<u16>>
  names: StorageArray<string>
  ledger: Ledger
  ledgers: Mapping<Bytes4, Ledger>
  statuses: Mapping<u8, Status>
  prices: StorageArray<u96>

  ${variables.map(assemblySetter).join('\n  ')}
  setStatus(value: Status): void { this.status = value }
  setByName(key: string, value: u256): void { this.byName[key] = value }
  setByFlag(key: bool, inner: u64, value: Address): void { this.byFlag[key][inner] = value }
  pushShort(value: u16): void { this.shorts.push(value) }
  popShort(): void { this.shorts.pop() }
  setShort(index: u32, value: u16): void { this.shorts[index] = value }
  setShorts(values: u16[]): void { this.shorts.assign(values) }
  pushOwner(value: Address): void { this.owners.push(value) }
  popOwner(): void { this.owners.pop() }
  setLabels(key: i32, value: string): void { this.labels[key] = value }
  pushList(key: Address, value: u256): void { this.lists[key].push(value) }
  addAmount(value: u256): void { this.amount += value }
  addByName(key: string, value: u256): void { this.byName[key] += value }
  addHalf(value: u128): void { this.half += value }
  subDelta(value: i128): void { this.delta -= value }

  setPoint(value: Point): void { this.point = value }
  setPointX(value: u64): void { this.point.x = value }
  setAfter(value: bool): void { this.after_ = value }
  setNested(value: Nested): void { this.nested = value }
  setInner(value: Point): void { this.nested.inner = value }
  setGrid(index: u32, value: u16): void { this.nested.grid[index] = value }
  pushPoint(value: Point): void { this.points.push(value) }
  popPoint(): void { this.points.pop() }
  setPointAt(index: u32, value: Point): void { this.points[index] = value }
  setLabelAt(index: u32, value: string): void { this.points[index].label = value }
  copyPoint(index: u32): void { this.point = this.points[index] }
  clearPoints(): void { this.points.clear() }
  setById(key: u256, value: Nested): void { this.byId[key] = value }
  addById(key: u256, value: u256): void {
    const held = this.byId[key]
    held.total += value
    held.inner.flag = true
  }
  deleteById(key: u256): void { this.byId.delete(key) }
  setRow(index: u32, value: u32): void { this.row[index] = value }
  setRows(value: FixedArray<u32, '9'>): void { this.row = value }
  setMatrix(value: FixedArray<FixedArray<u8, '3'>, '4'>): void { this.matrix = value }
  setCell(i: u32, j: u32, value: u8): void { this.matrix[i][j] = value }
  setPair(index: u32, value: Point): void { this.pair[index] = value }
  addRow(): void { this.rows.append() }
  pushRow(index: u32, value: u16): void { this.rows[index].push(value) }
  popRow(): void { this.rows.pop() }
  pushName(value: string): void { this.names.push(value) }
  popName(): void { this.names.pop() }
  setLedger(key: Address, value: u256, item: u64, name: string): void {
    this.ledger.entries[key] += value
    this.ledger.list.push(item)
    this.ledger.name = name
  }
  setLedgers(id: Bytes4, key: Address, value: u256): void { this.ledgers[id].entries[key] = value }
  setStatuses(key: u8, value: Status): void { this.statuses[key] = value }
  pushPrice(value: u96): void { this.prices.push(value) }

  @view allPoints(): Point[] { return this.points.toArray() }
  @view getNested(): Nested { return this.nested }
  @view getMatrix(): FixedArray<FixedArray<u8, '3'>, '4'> { return this.matrix }
  @view summary(): Summary { return new Summary(u256(this.points.length), this.point, this.status) }
}
`

export const zooSolidity = `
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

enum Status { Idle, Running, Stopped }

struct Point { uint64 x; uint128 y; bool flag; string label; address owner; }
struct Nested { Point inner; uint16[5] grid; uint256 total; }
struct Ledger { mapping(address => uint256) entries; uint64[] list; string name; }

contract Zoo {
  ${variables.map(([name, , type]) => `${type} public ${name};`).join('\n  ')}
  Status public status;
  mapping(string => uint256) public byName;
  mapping(bool => mapping(uint64 => address)) public byFlag;
  uint16[] public shorts;
  address[] public owners;
  mapping(int32 => string) public labels;
  mapping(address => uint256[]) public lists;
  int16 public count = -3;
  Point public point;
  bool public after_;
  Nested public nested;
  Point[] public points;
  mapping(uint256 => Nested) public byId;
  uint32[9] public row;
  uint8[3][4] public matrix;
  Point[2] public pair;
  uint16[][] public rows;
  string[] public names;
  Ledger public ledger;
  mapping(bytes4 => Ledger) public ledgers;
  mapping(uint8 => Status) public statuses;
  uint96[] public prices;

  ${variables.map(soliditySetter).join('\n  ')}
  function setStatus(Status value) public { status = value; }
  function setByName(string memory key, uint256 value) public { byName[key] = value; }
  function setByFlag(bool key, uint64 inner, address value) public { byFlag[key][inner] = value; }
  function pushShort(uint16 value) public { shorts.push(value); }
  function popShort() public { shorts.pop(); }
  function setShort(uint32 index, uint16 value) public { shorts[index] = value; }
  function setShorts(uint16[] memory values) public { shorts = values; }
  function pushOwner(address value) public { owners.push(value); }
  function popOwner() public { owners.pop(); }
  function setLabels(int32 key, string memory value) public { labels[key] = value; }
  function pushList(address key, uint256 value) public { lists[key].push(value); }
  function addAmount(uint256 value) public { amount += value; }
  function addByName(string memory key, uint256 value) public { byName[key] += value; }
  function addHalf(uint128 value) public { half += value; }
  function subDelta(int128 value) public { delta -= value; }

  function setPoint(Point memory value) public { point = value; }
  function setPointX(uint64 value) public { point.x = value; }
  function setAfter(bool value) public { after_ = value; }
  function setNested(Nested memory value) public { nested = value; }
  function setInner(Point memory value) public { nested.inner = value; }
  function setGrid(uint32 index, uint16 value) public { nested.grid[index] = value; }
  function pushPoint(Point memory value) public { points.push(value); }
  function popPoint() public { points.pop(); }
  function setPointAt(uint32 index, Point memory value) public { points[index] = value; }
  function setLabelAt(uint32 index, string memory value) public { points[index].label = value; }
  function copyPoint(uint32 index) public { point = points[index]; }
  function clearPoints() public { delete points; }
  function setById(uint256 key, Nested memory value) public { byId[key] = value; }
  function addById(uint256 key, uint256 value) public {
    Nested storage held = byId[key];
    held.total += value;
    held.inner.flag = true;
  }
  function deleteById(uint256 key) public { delete byId[key]; }
  function setRow(uint32 index, uint32 value) public { row[index] = value; }
  function setRows(uint32[9] memory value) public { row = value; }
  function setMatrix(uint8[3][4] memory value) public { matrix = value; }
  function setCell(uint32 i, uint32 j, uint8 value) public { matrix[i][j] = value; }
  function setPair(uint32 index, Point memory value) public { pair[index] = value; }
  function addRow() public { rows.push(); }
  function pushRow(uint32 index, uint16 value) public { rows[index].push(value); }
  function popRow() public { rows.pop(); }
  function pushName(string memory value) public { names.push(value); }
  function popName() public { names.pop(); }
  function setLedger(address key, uint256 value, uint64 item, string memory name) public {
    ledger.entries[key] += value;
    ledger.list.push(item);
    ledger.name = name;
  }
  function setLedgers(bytes4 id, address key, uint256 value) public { ledgers[id].entries[key] = value; }
  function setStatuses(uint8 key, Status value) public { statuses[key] = value; }
  function pushPrice(uint96 value) public { prices.push(value); }

  function allPoints() public view returns (Point[] memory) { return points; }
  function getNested() public view returns (Nested memory) { return nested; }
  function getMatrix() public view returns (uint8[3][4] memory) { return matrix; }
  function summary() public view returns (uint256 count_, Point memory first, Status status_) {
    return (points.length, point, status);
  }
}
`
