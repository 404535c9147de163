/** One contract in both languages that takes, keeps, converts and decodes members of an enumeration in every way there is. */

export const enumAssembly = {
  'colours.ts': 'export enum Colour { Red, Green, Blue }\n',
  'Enums.ts': `
import { Address, decode, encode, emit, FixedArray, Mapping, StorageArray, u256 } from 'evmpp-sdk'
import { Colour } from './colours'
import * as library from './colours'

enum Side { Buy, Sell }

@struct class Order { side: Side; amount: u64; sides: Side[] }
@struct class Kept { side: Side; colour: Colour }
@tuple class Both { side: Side; colours: Colour[] }
@event class Seen { @indexed side: Side; colour: Colour }

@remote declare class Other { @view look(): Side; @view many(): Side[]; @view both(): Both }

@contract export class Enums {
  side: Side
  kept: Kept
  bySide: Mapping<Side, u64>
  sides: StorageArray<Side>
  row: FixedArray<Colour, '3'>

  @pure one(side: Side): Side { return side }
  @pure list(sides: Side[]): Side[] { return sides }
  @pure lists(sides: Side[][]): u256 { return u256(sides.length) }
  @pure fixed_(sides: FixedArray<Side, '2'>): Side { return sides[1] }
  @pure order(order: Order): u64 { return order.amount }
  @pure orders(orders: Order[]): u64 { return orders[0].amount }
  @pure convert(value: u8): Side { return <Side>value }
  @pure convertWide(value: u64): Side { return value as Side }
  @pure convertSigned(value: i16): Side { return <Side>value }
  @pure number(side: Side): u256 { return u256(side) + 1 }
  @pure decoded(data: Uint8Array): Side { return decode<Side>(data) }
  @pure decodedList(data: Uint8Array): Side[] { return decode<Side[]>(data) }
  @pure decodedOrder(data: Uint8Array): u64 { return decode<Order>(data).amount }
  @pure decodedBoth(data: Uint8Array): Side { return decode<Both>(data).side }
  @pure encoded(side: Side): Uint8Array { return encode(side == Side.Buy ? Side.Sell : Side.Buy) }
  @pure colour(value: Colour): u8 {
    switch (value) {
      case Colour.Red: return 10
      case library.Colour.Green: return 20
      default: return 30
    }
  }
  @pure third(): library.Colour { return library.Colour.Blue }
  set(side: Side): void { this.side = side }
  setKept(kept: Kept): void { this.kept = kept; emit(new Seen(kept.side, kept.colour)) }
  setBySide(side: Side, value: u64): void { this.bySide[side] = value }
  push(side: Side): void { this.sides.push(side) }
  assign(sides: Side[]): void { this.sides.assign(sides) }
  @view all(): Side[] { return this.sides.toArray() }
  setRow(row: FixedArray<Colour, '3'>): void { this.row = row }
  @view ask(other: Address): Side { return new Other(other).look() }
  @view askMany(other: Address): Side[] { return new Other(other).many() }
  @view askBoth(other: Address): Side { return new Other(other).both().side }
  @view tryAsk(other: Address): Side { return new Other(other).try_look().value }
}
`,
} as const

export const enumSolidity = `
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

enum Side { Buy, Sell }
enum Colour { Red, Green, Blue }
struct Order { Side side; uint64 amount; Side[] sides; }
struct Kept { Side side; Colour colour; }
interface Other {
  function look() external view returns (Side);
  function many() external view returns (Side[] memory);
  function both() external view returns (Side, Colour[] memory);
}

contract Enums {
  event Seen(Side indexed side, Colour colour);

  Side public side;
  Kept public kept;
  mapping(Side => uint64) public bySide;
  Side[] public sides;
  Colour[3] public row;

  function one(Side side_) public pure returns (Side) { return side_; }
  function list(Side[] memory sides_) public pure returns (Side[] memory) { return sides_; }
  function lists(Side[][] memory sides_) public pure returns (uint256) { return sides_.length; }
  function fixed_(Side[2] memory sides_) public pure returns (Side) { return sides_[1]; }
  function order(Order memory order_) public pure returns (uint64) { return order_.amount; }
  function orders(Order[] memory orders_) public pure returns (uint64) { return orders_[0].amount; }
  function convert(uint8 value) public pure returns (Side) { return Side(value); }
  function convertWide(uint64 value) public pure returns (Side) { return Side(value); }
  function convertSigned(int16 value) public pure returns (Side) { return Side(uint16(value)); }
  function number(Side side_) public pure returns (uint256) { return uint256(side_) + 1; }
  function decoded(bytes memory data) public pure returns (Side) { return abi.decode(data, (Side)); }
  function decodedList(bytes memory data) public pure returns (Side[] memory) { return abi.decode(data, (Side[])); }
  function decodedOrder(bytes memory data) public pure returns (uint64) { return abi.decode(data, (Order)).amount; }
  function decodedBoth(bytes memory data) public pure returns (Side side_) { (side_, ) = abi.decode(data, (Side, Colour[])); }
  function encoded(Side side_) public pure returns (bytes memory) { return abi.encode(side_ == Side.Buy ? Side.Sell : Side.Buy); }
  function colour(Colour value) public pure returns (uint8) {
    return value == Colour.Red ? 10 : value == Colour.Green ? 20 : 30;
  }
  function third() public pure returns (Colour) { return Colour.Blue; }
  function set(Side side_) public { side = side_; }
  function setKept(Kept memory kept_) public { kept = kept_; emit Seen(kept_.side, kept_.colour); }
  function setBySide(Side side_, uint64 value) public { bySide[side_] = value; }
  function push(Side side_) public { sides.push(side_); }
  function assign(Side[] memory sides_) public { sides = sides_; }
  function all() public view returns (Side[] memory) { return sides; }
  function setRow(Colour[3] memory row_) public { row = row_; }
  function ask(address other) public view returns (Side) { return Other(other).look(); }
  function askMany(address other) public view returns (Side[] memory) { return Other(other).many(); }
  function askBoth(address other) public view returns (Side side_) { (side_, ) = Other(other).both(); }
  function tryAsk(address other) public view returns (Side) { return Other(other).look(); }
}
`
