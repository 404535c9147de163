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
]

/** The function that echoes a Solidity type. */
export const echoName = (type: string): string => `echo_${type.replaceAll('[]', 's')}`

const echo = ([type, solidity]: (typeof types)[number]): string =>
  `@pure ${echoName(solidity)}(value: ${type}): ${type} { return value }`

export const echoAssembly = `
import { Address, Bytes32, emit, msg, require, revert, u256, self, tx, block, create, keccak256 } from 'evmpp-sdk'

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
  private hidden(): u256 { return u256.one }
  _hiddenToo(): u256 { return u256.one }
}
`
