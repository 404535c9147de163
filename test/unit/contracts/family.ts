/** One family of contracts in both languages: three generations in files of their own, each with state and functions. */

export const familyAssembly = {
  'owned.ts': `
import { Address, emit, msg } from 'evmpp-sdk'

@event export class OwnerChanged { @indexed owner: Address }
@error export class NotOwner { who: Address }
enum Mood { Calm, Busy }

export abstract class Owned {
  owner: Address
  private changes: u16 = 1
  mood: Mood

  constructor() { this.setOwner(msg.sender) }

  changeOwner(owner: Address): void { this.onlyOwner(); this.setOwner(owner) }
  @view changeCount(): u16 { return this.changes }
  feel(mood: Mood): Mood { this.mood = mood; return this.mood }
  @view abstract describe(): string
  protected onlyOwner(): void { if (msg.sender != this.owner) throw new NotOwner(msg.sender) }
  private setOwner(owner: Address): void {
    this.owner = owner
    this.changes += 1
    emit(new OwnerChanged(owner))
  }
}
`,
  'lib/ledger.ts': `
import { Address, Mapping, StorageArray, u128, u256 } from 'evmpp-sdk'
import { Owned as Base } from '../index'

@struct export class Entry { who: Address; amount: u128 }

export class Ledger extends Base {
  total: u128
  balances: Mapping<Address, u128>
  flag: bool
  entries: StorageArray<Entry>

  constructor(start: u128) {
    const first = start + u128(1)
    super()
    this.total = first
  }

  deposit(who: Address, amount: u128): u128 {
    this._beforeDeposit(who, amount)
    this.balances[who] += amount
    this.total += amount
    this.entries.push(new Entry(who, amount))
    return this.fee(amount)
  }
  @pure fee(amount: u128): u128 { return amount / u128(10) }
  @view override describe(): string { return 'ledger' }
  @view @named('sum') all(): u256 { return u256(this.total) }
  protected _beforeDeposit(who: Address, amount: u128): void {}
  protected nothing(): u256 { return u256.one }
}
`,
  'index.ts': "export * from './lib/ledger'\nexport { Owned } from './owned'\n",
  'Bank.ts': `
import { Address, FixedArray, u128, u256 } from 'evmpp-sdk'
import * as library from './index'

@contract
export class Bank extends library.Ledger {
  small: u8 = 7
  limit: u64
  row: FixedArray<u16, '3'>

  constructor() {
    super(u128(99))
    this.limit = this.small
  }

  override deposit(who: Address, amount: u128): u128 { return super.deposit(who, amount) + u128(1) }
  @pure override fee(amount: u128): u128 { return amount / u128(2) + super.fee(amount) }
  @view override describe(): string { return 'bank of ' + super.describe() }
  @view override all(): u256 { return super.all() + super.nothing() }
  protected override _beforeDeposit(who: Address, amount: u128): void {
    if (amount > u128(1000)) this.onlyOwner()
    this.limit += 1
    this.row[1] = 5
  }
  wordOf(index: i32): u16 { return this.row[index] }
}
`,
} as const

export const familySolidity = `
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

abstract contract Owned {
    enum Mood { Calm, Busy }
    event OwnerChanged(address indexed owner);
    error NotOwner(address who);

    address public owner;
    uint16 private changes = 1;
    Mood public mood;

    constructor() { setOwner(msg.sender); }

    function changeOwner(address owner_) public { onlyOwner(); setOwner(owner_); }
    function changeCount() public view returns (uint16) { return changes; }
    function feel(Mood mood_) public returns (Mood) { mood = mood_; return mood; }
    function describe() public view virtual returns (string memory);
    function onlyOwner() internal view { if (msg.sender != owner) revert NotOwner(msg.sender); }
    function setOwner(address owner_) private {
        owner = owner_;
        changes += 1;
        emit OwnerChanged(owner_);
    }
}

contract Ledger is Owned {
    struct Entry { address who; uint128 amount; }
    uint128 public total;
    mapping(address => uint128) public balances;
    bool public flag;
    Entry[] public entries;

    constructor(uint128 start) Owned() { total = start + 1; }

    function deposit(address who, uint128 amount) public virtual returns (uint128) {
        _beforeDeposit(who, amount);
        balances[who] += amount;
        total += amount;
        entries.push(Entry(who, amount));
        return fee(amount);
    }
    function fee(uint128 amount) public pure virtual returns (uint128) { return amount / 10; }
    function describe() public view virtual override returns (string memory) { return "ledger"; }
    function sum() public view virtual returns (uint256) { return total; }
    function _beforeDeposit(address, uint128) internal virtual {}
    function nothing() internal pure returns (uint256) { return 1; }
}

contract Bank is Ledger {
    uint8 public small = 7;
    uint64 public limit;
    uint16[3] public row;

    constructor() Ledger(99) { limit = small; }

    function deposit(address who, uint128 amount) public override returns (uint128) { return super.deposit(who, amount) + 1; }
    function fee(uint128 amount) public pure override returns (uint128) { return amount / 2 + super.fee(amount); }
    function describe() public view override returns (string memory) { return string.concat("bank of ", super.describe()); }
    function sum() public view override returns (uint256) { return super.sum() + super.nothing(); }
    function _beforeDeposit(address, uint128 amount) internal override {
        if (amount > 1000) onlyOwner();
        limit += 1;
        row[1] = 5;
    }
    function wordOf(int32 index) public view returns (uint16) { return row[uint32(index)]; }
}
`
