import { Address, Bytes4, emit, Mapping, msg, u256 } from 'evmpp-sdk'

@event
class Transfer {
  @indexed from: Address
  @indexed to: Address
  @indexed tokenId: u256
}

@event
class Approval {
  @indexed owner: Address
  @indexed approved: Address
  @indexed tokenId: u256
}

@event
class ApprovalForAll {
  @indexed owner: Address
  @indexed operator: Address
  approved: bool
}

@error
class ERC721InvalidOwner {
  owner: Address
}

@error
class ERC721NonexistentToken {
  tokenId: u256
}

@error
class ERC721IncorrectOwner {
  sender: Address
  tokenId: u256
  owner: Address
}

@error
class ERC721InvalidSender {
  sender: Address
}

@error
class ERC721InvalidReceiver {
  receiver: Address
}

@error
class ERC721InsufficientApproval {
  operator: Address
  tokenId: u256
}

@error
class ERC721InvalidApprover {
  approver: Address
}

@error
class ERC721InvalidOperator {
  operator: Address
}

/** What a contract has that wants to be sent tokens. */
@remote
declare class IERC721Receiver {
  onERC721Received(operator: Address, from: Address, tokenId: u256, data: Uint8Array): Bytes4
}

/** An ERC-721 token with metadata: anybody mints the next one. The same contract in Solidity: sol-contracts/Nft.sol. */
@contract
class Nft {
  name: string
  symbol: string
  private owners: Mapping<u256, Address>
  private balances: Mapping<Address, u256>
  private approvals: Mapping<u256, Address>
  isApprovedForAll: Mapping<Address, Mapping<Address, bool>>
  private base: string
  minted: u256

  constructor(name: string, symbol: string, base: string) {
    this.name = name
    this.symbol = symbol
    this.base = base
  }

  /** Ids count from 1. */
  mint(to: Address): u256 {
    const id = ++this.minted
    if (to.isZero()) throw new ERC721InvalidReceiver(to)
    this.give(Address.zero, to, id)
    return id
  }

  @view
  balanceOf(owner: Address): u256 {
    if (owner.isZero()) throw new ERC721InvalidOwner(owner)
    return this.balances[owner]
  }

  @view
  ownerOf(tokenId: u256): Address {
    const owner = this.owners[tokenId]
    if (owner.isZero()) throw new ERC721NonexistentToken(tokenId)
    return owner
  }

  @view
  tokenURI(tokenId: u256): string {
    this.ownerOf(tokenId)
    return this.base + tokenId.toString()
  }

  @view
  getApproved(tokenId: u256): Address {
    this.ownerOf(tokenId)
    return this.approvals[tokenId]
  }

  approve(to: Address, tokenId: u256): void {
    const owner = this.ownerOf(tokenId)
    if (owner != msg.sender && !this.isApprovedForAll[owner][msg.sender]) throw new ERC721InvalidApprover(msg.sender)
    this.approvals[tokenId] = to
    emit(new Approval(owner, to, tokenId))
  }

  setApprovalForAll(operator: Address, approved: bool): void {
    if (operator.isZero()) throw new ERC721InvalidOperator(operator)
    this.isApprovedForAll[msg.sender][operator] = approved
    emit(new ApprovalForAll(msg.sender, operator, approved))
  }

  transferFrom(from: Address, to: Address, tokenId: u256): void {
    if (to.isZero()) throw new ERC721InvalidReceiver(to)
    const owner = this.owners[tokenId]
    if (!this.mayMove(owner, msg.sender, tokenId)) {
      if (owner.isZero()) throw new ERC721NonexistentToken(tokenId)
      throw new ERC721InsufficientApproval(msg.sender, tokenId)
    }
    if (owner != from) throw new ERC721IncorrectOwner(from, tokenId, owner)
    this.approvals[tokenId] = Address.zero
    this.give(from, to, tokenId)
  }

  safeTransferFrom(from: Address, to: Address, tokenId: u256): void {
    this.safeTransferFromWithData(from, to, tokenId, new Uint8Array(0))
  }

  /** A recipient that is a contract must say that it knows what to do with a token. */
  @named('safeTransferFrom')
  safeTransferFromWithData(from: Address, to: Address, tokenId: u256, data: Uint8Array): void {
    this.transferFrom(from, to, tokenId)
    if (!to.codeSize) return
    const answer = new IERC721Receiver(to).try_onERC721Received(msg.sender, from, tokenId, data)
    if (!answer.success && answer.data.length) answer.orRevert()
    if (!answer.success || answer.value != Bytes4('0x150b7a02')) throw new ERC721InvalidReceiver(to)
  }

  @pure
  supportsInterface(interfaceId: Bytes4): bool {
    const isErc165 = interfaceId == Bytes4('0x01ffc9a7')
    return isErc165 || interfaceId == Bytes4('0x80ac58cd') || interfaceId == Bytes4('0x5b5e139f')
  }

  private mayMove(owner: Address, spender: Address, tokenId: u256): bool {
    if (owner.isZero()) return false
    return owner == spender || this.isApprovedForAll[owner][spender] || this.approvals[tokenId] == spender
  }

  private give(from: Address, to: Address, tokenId: u256): void {
    // A balance counts what exists, which cannot overflow.
    if (!from.isZero()) this.balances[from] -= 1
    this.balances[to] += 1
    this.owners[tokenId] = to
    emit(new Transfer(from, to, tokenId))
  }
}
