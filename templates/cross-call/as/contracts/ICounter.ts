import { Address, u256 } from 'evmpp-sdk'

@remote
export declare class ICounter {
  add(amount: u256): u256
  @view number(): u256
  @view owner(): Address
}
