/** A contract that returns what it is given, raises it, logs it and passes it on: every ABI type in every direction. */

/** AssemblyScript type to Solidity type; `echo_<Solidity type>` returns its argument. */
export const types: readonly (readonly [string, string])[] = [
  ['bool', 'bool'],
  ['u8', 'uint8'],
  ['u16', 'uint16'],
  ['u32', 'uint32'],
  ['u64', 'uint64'],
  ['i8', 'int8'],
  ['i16', 'int16'],
  ['i32', 'int32'],
  ['i64', 'int64'],
  ['u256', 'uint256'],
  ['Address', 'address'],
  ['Bytes32', 'bytes32'],
  ['string', 'string'],
  ['Uint8Array', 'bytes'],
  ['u16[]', 'uint16[]'],
  ['u256[]', 'uint256[]'],
  ['string[]', 'string[]'],
  ['i8[][]', 'int8[][]'],
  ['u24', 'uint24'],
  ['u128', 'uint128'],
  ['u160', 'uint160'],
  ['i40', 'int40'],
  ['i128', 'int128'],
  ['i256', 'int256'],
  ['Bytes4', 'bytes4'],
  ['Bytes8', 'bytes8'],
  ['Bytes20', 'bytes20'],
  ['u128[]', 'uint128[]'],
  ["FixedArray<u16, '3'>", 'uint16[3]'],
  ["FixedArray<string, '2'>", 'string[2]'],
  ["FixedArray<FixedArray<i128, '12'>, '2'>", 'int128[12][2]'],
  ["FixedArray<u8, '2'>[]", 'uint8[2][]'],
  ["FixedArray<Uint8Array[], '2'>", 'bytes[][2]'],
]

/** The function that echoes a Solidity type. */
export const echoName = (type: string): string => `echo_${type.replaceAll(/[[\]]/g, 's')}`

const echo = ([type, solidity]: (typeof types)[number]): string =>
  `@pure ${echoName(solidity)}(value: ${type}): ${type} { return value }`

export const echoAssembly = `
import {
  Address, Bytes4, Bytes8, Bytes20, Bytes32, emit, msg, require, revert, u24, u128, u160, u256, i40, i128, i256, self, tx,
  block, create, keccak256, FixedArray, encode, decode, call, transfer, CallResult,
} from 'evmpp-sdk'

enum Side { Buy, Sell }

@struct class Flat { x: u64; y: i128; mark: Bytes4 }
@struct class Item { name: string; flats: Flat[]; flat: Flat; side: Side; grid: FixedArray<u8, '2'> }
@tuple class Three { count: u256; text: string; flat: Flat }

@event class Structured {
  @indexed flat: Flat
  @indexed numbers: u16[]
  item: Item
  @indexed grid: FixedArray<u8, '2'>
}
@error class Wrong { item: Item; flat: Flat }

@event class Everything {
  @indexed who: Address
  @indexed label: string
  flag: bool
  @indexed blob: Uint8Array
  text: string
  numbers: u64[]
  amount: u256
}

@event class Nothing {}

@error class Refused {
  who: Address
  text: string
  numbers: i16[]
}

@remote declare class Other {
  mixed(flag: bool, text: string, numbers: u256[], who: Address): string
  @payable pay(): void
  @view look(): u8
  @view three(flat: Flat): Three
  item(): Item
  @named('mixed') mixedAgain(flag: bool): u256
}

@contract class Echo {
  ${types.map(echo).join('\n  ')}

  mixed(flag: bool, text: string, numbers: u256[], who: Address): string {
    return text + (flag ? '!' : '?') + numbers[numbers.length - 1].toString()
  }
  logAll(label: string, blob: Uint8Array, numbers: u64[], amount: u256): void {
    emit(new Everything(msg.sender, label, true, blob, label, numbers, amount))
  }
  logNothing(): void { emit(new Nothing()) }

  refuse(text: string, numbers: i16[]): u256 {
    if (text.length) throw new Refused(msg.sender, text, numbers)
    return u256(1)
  }
  refuseWithReason(text: string): void { revert(text) }
  refuseUnless(condition: bool): void { require(condition, 'no') }
  throwError(): void { throw new Error('thrown') }
  outOfBounds(numbers: u64[]): u64 { return numbers[5] }

  callMixed(other: Address, flag: bool, text: string, numbers: u256[]): string {
    return new Other(other).mixed(flag, text, numbers, self.address)
  }
  callPay(other: Address, amount: u256): void { new Other(other, amount).pay() }
  @view callLook(other: Address): u8 { return new Other(other).look() }
  make(code: Uint8Array): Address { return create(code, u256(5)) }

  @payable deposit(): u256 { return msg.value }
  @payable receive(): void { emit(new Nothing()) }
  fallback(): void { revert('unknown') }
  literal(): u256 { return u256('340282366920938463463374607431768211456') + u256('0x10') + u256(u64(1) << 40) }
  account(): Address { return Address('0x00000000000000000000000000000000DeaDBeef') }
  where(): u64[] { return [block.number, block.timestamp, block.chainId, self.gasLeft] }
  origin(): Address { return tx.origin }
  hash(data: Uint8Array): Bytes32 { return keccak256(data) }
  decimal(value: u256): string { return value.toString() }
  fill(times: u32): u256 {
    let sum = u256.zero
    for (let i: u32 = 0; i < times; i++) sum += u256.one
    return sum
  }
  popEmpty(): u8 { return new Array<u8>().pop() }

  @pure echoFlat(value: Flat): Flat { return value }
  @pure echoItem(value: Item): Item { return value }
  @pure echoItems(values: Item[]): Item[] { return values }
  @pure echoSide(value: Side): Side { return value == Side.Buy ? Side.Buy : Side.Sell }
  @pure echoSides(values: Side[]): Side[] { return values }
  @pure three(text: string, flat: Flat): Three { return new Three(u256(3), text, flat) }
  @pure zero(): Item { return Item.zero }
  @pure change(value: Item): Item {
    const copy = value.copy()
    value.flat.x = 0
    copy.flat.x += 1
    copy.grid[1] = 9
    return copy
  }
  logItem(item: Item, numbers: u16[]): void { emit(new Structured(item.flat, numbers, item, item.grid)) }
  refuseItem(item: Item): void { throw new Wrong(item, item.flat) }
  @pure @named('echoFlat') echoFlatNumber(value: u128): u128 { return value }
  @view data(value: u256): Uint8Array { return msg.data }
  @pure encoded(text: string, flat: Flat): Uint8Array { return encode(new Three(u256(3), text, flat)) }
  @pure decoded(data: Uint8Array): Three { return decode<Three>(data) }
  @pure fixedAt(values: FixedArray<u16, '3'>, index: i32): u16 { return values[index] }
  @pure markAt(mark: Bytes4, index: i32): u8 { return mark[index] }
  @pure texts(who: Address, hash: Bytes32): string { return who.toString() + ' ' + hash.toString() }

  @nonReentrant guarded(other: Address): bool { return call(other, msg.data).success }
  @nonReentrant guardedToo(): void {}

  @view callThree(other: Address, flat: Flat): Three { return new Other(other).three(flat) }
  callItem(other: Address): string { return new Other(other).item().name }
  callAgain(other: Address): u256 { return new Other(other).mixedAgain(true) }
  tryLook(other: Address): u256 {
    const answer = new Other(other).try_look()
    return answer.success ? u256(answer.value) : u256(1000 + answer.panicCode)
  }
  tryPay(other: Address): string {
    const answer = new Other(other, u256(7), 50_000).try_pay()
    return answer.success ? 'paid' : answer.reason
  }
  tryLookAnyway(other: Address): u8 { return new Other(other).try_look().value }
  send(other: Address, amount: u256): void { transfer(other, amount) }
  private hidden(): u256 { return u256.one }
  _hiddenToo(): u256 { return u256.one }
}
`
