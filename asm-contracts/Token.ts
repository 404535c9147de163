import { Address, block, Bytes32, ecrecover, emit, encode, keccak256, Mapping, msg, Packed, self, u256 } from 'evmpp-sdk'

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

@error
class ERC2612ExpiredSignature {
  deadline: u256
}

@error
class ERC2612InvalidSigner {
  signer: Address
  owner: Address
}

/** What EIP-712 hashes of the contract that a signature is for. */
@tuple
class Domain {
  typeHash: Bytes32
  name: Bytes32
  version: Bytes32
  chainId: u64
  verifyingContract: Address
}

/** What a holder signs to allow a spender something without a transaction of their own (ERC-2612). */
@tuple
class Permit {
  typeHash: Bytes32
  owner: Address
  spender: Address
  value: u256
  nonce: u256
  deadline: u256
}

/** An ERC-20 token with permit and the errors of ERC-6093. The same contract in Solidity: sol-contracts/Token.sol. */
@contract
class Token {
  balanceOf: Mapping<Address, u256>
  allowance: Mapping<Address, Mapping<Address, u256>>
  totalSupply: u256
  name: string
  symbol: string
  nonces: Mapping<Address, u256>

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
    this.allow(msg.sender, spender, value)
    return true
  }

  transferFrom(from: Address, to: Address, value: u256): bool {
    this.spend(from, msg.sender, value)
    this.move(from, to, value)
    return true
  }

  /** `approve` with the holder's signature, whoever sends it. */
  permit(owner: Address, spender: Address, value: u256, deadline: u256, v: u8, r: Bytes32, s: Bytes32): void {
    if (u256(block.timestamp) > deadline) throw new ERC2612ExpiredSignature(deadline)
    // keccak256('Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)')
    const typeHash = Bytes32('0x6e71edae12b1b97f4d1f60370fef10105fa2faae0126114a169c64845d6126c9')
    const permit = new Permit(typeHash, owner, spender, value, this.nonces[owner]++, deadline)
    const message = new Packed().add('\x19\x01').add(this.DOMAIN_SEPARATOR()).add(keccak256(encode(permit)))
    const signer = ecrecover(keccak256(message.bytes), v, r, s)
    if (signer.isZero() || signer != owner) throw new ERC2612InvalidSigner(signer, owner)
    this.allow(owner, spender, value)
  }

  @view
  DOMAIN_SEPARATOR(): Bytes32 {
    // keccak256('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)')
    const typeHash = Bytes32('0x8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f')
    // keccak256('1')
    const version = Bytes32('0xc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc6')
    const name = keccak256(new Packed().add(this.name).bytes)
    return keccak256(encode(new Domain(typeHash, name, version, block.chainId, self.address)))
  }

  private allow(owner: Address, spender: Address, value: u256): void {
    this.allowance[owner][spender] = value
    emit(new Approval(owner, spender, value))
  }

  private spend(owner: Address, spender: Address, value: u256): void {
    const allowance = this.allowance[owner][spender]
    if (allowance == u256.max) return
    if (allowance < value) throw new ERC20InsufficientAllowance(spender, allowance, value)
    this.allowance[owner][spender] = allowance - value
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
