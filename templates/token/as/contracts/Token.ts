import { Address, emit, Mapping, msg, u256 } from 'evmpp-sdk'

@event
class Transfer {
  @indexed from: Address
  @indexed to: Address
  value: u256
}

@event
class Approval {
  @indexed owner: Address
  @indexed spender: Address
  value: u256
}

@error
class ERC20InsufficientBalance {
  sender: Address
  balance: u256
  needed: u256
}

@error
class ERC20InsufficientAllowance {
  spender: Address
  allowance: u256
  needed: u256
}

@error
class ERC20InvalidReceiver {
  receiver: Address
}

/** An ERC-20 token in AssemblyScript, run as WebAssembly. Fields are its state and, unless private, part of its ABI. */
@contract
class Token {
  balanceOf: Mapping<Address, u256>
  allowance: Mapping<Address, Mapping<Address, u256>>
  totalSupply: u256
  name: string
  symbol: string

  /** The creator gets the whole supply. */
  constructor(name: string, symbol: string, supply: u256) {
    this.name = name
    this.symbol = symbol
    this.totalSupply = supply
    this.balanceOf[msg.sender] = supply
    emit(new Transfer(Address.zero, msg.sender, supply))
  }

  @pure
  decimals(): u8 {
    return 18
  }

  transfer(to: Address, value: u256): bool {
    this.move(msg.sender, to, value)
    return true
  }

  approve(spender: Address, value: u256): bool {
    this.allowance[msg.sender][spender] = value
    emit(new Approval(msg.sender, spender, value))
    return true
  }

  transferFrom(from: Address, to: Address, value: u256): bool {
    const allowance = this.allowance[from][msg.sender]
    if (allowance != u256.max) {
      if (allowance < value) throw new ERC20InsufficientAllowance(msg.sender, allowance, value)
      this.allowance[from][msg.sender] = allowance - value
    }
    this.move(from, to, value)
    return true
  }

  private move(from: Address, to: Address, value: u256): void {
    if (to.isZero()) throw new ERC20InvalidReceiver(to)
    const balance = this.balanceOf[from]
    if (balance < value) throw new ERC20InsufficientBalance(from, balance, value)
    this.balanceOf[from] = balance - value
    this.balanceOf[to] += value
    emit(new Transfer(from, to, value))
  }
}
