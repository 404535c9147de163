import { Address, call, emit, Mapping, msg, require, StorageArray, u256 } from 'evmpp-sdk'

@event
class Deposited {
  @indexed from: Address
  value: u256
}

@event
class Submitted {
  @indexed owner: Address
  @indexed id: u256
  to: Address
  value: u256
  data: Uint8Array
}

@event
class Confirmed {
  @indexed owner: Address
  @indexed id: u256
}

@event
class Revoked {
  @indexed owner: Address
  @indexed id: u256
}

@event
class Executed {
  @indexed owner: Address
  @indexed id: u256
}

@error
class NotOwner {
  sender: Address
}

/** A call that the owners may agree on. */
@struct
class Proposal {
  to: Address
  isExecuted: bool
  confirmations: u32
  value: u256
  data: Uint8Array
}

/**
 * A wallet that belongs to several: what it does, enough of its owners have confirmed. The same contract in Solidity:
 * sol-contracts/Multisig.sol.
 */
@contract
class Multisig {
  owners: StorageArray<Address>
  isOwner: Mapping<Address, bool>
  threshold: u32
  proposals: StorageArray<Proposal>
  isConfirmed: Mapping<u256, Mapping<Address, bool>>

  constructor(owners: Address[], threshold: u32) {
    require(threshold > 0 && threshold <= <u32>owners.length, 'no threshold for so many owners')
    for (let i = 0; i < owners.length; i++) {
      const owner = owners[i]
      require(!owner.isZero() && !this.isOwner[owner], 'an owner counts once')
      this.isOwner[owner] = true
    }
    this.owners.assign(owners)
    this.threshold = threshold
  }

  @payable
  receive(): void {
    emit(new Deposited(msg.sender, msg.value))
  }

  @view
  proposalCount(): u32 {
    return this.proposals.length
  }

  /** Proposes a call and confirms it; returns its number. */
  submit(to: Address, value: u256, data: Uint8Array): u256 {
    this.onlyOwners()
    const id = u256(this.proposals.length)
    this.proposals.push(new Proposal(to, false, 0, value, data))
    emit(new Submitted(msg.sender, id, to, value, data))
    this.confirm(id)
    return id
  }

  confirm(id: u256): void {
    this.onlyOwners()
    const proposal = this.pending(id)
    require(!this.isConfirmed[id][msg.sender], 'confirmed already')
    this.isConfirmed[id][msg.sender] = true
    proposal.confirmations += 1
    emit(new Confirmed(msg.sender, id))
  }

  revoke(id: u256): void {
    this.onlyOwners()
    const proposal = this.pending(id)
    require(this.isConfirmed[id][msg.sender], 'not confirmed')
    this.isConfirmed[id][msg.sender] = false
    proposal.confirmations -= 1
    emit(new Revoked(msg.sender, id))
  }

  /** Makes the call; returns what it returned, and reverts with what it reverted with. */
  execute(id: u256): Uint8Array {
    this.onlyOwners()
    const proposal = this.pending(id)
    require(proposal.confirmations >= this.threshold, 'too few have confirmed')
    // Before the call: whoever is called may come back.
    proposal.isExecuted = true
    emit(new Executed(msg.sender, id))
    return call(proposal.to, proposal.data, proposal.value).orRevert()
  }

  private onlyOwners(): void {
    if (!this.isOwner[msg.sender]) throw new NotOwner(msg.sender)
  }

  private pending(id: u256): Proposal {
    require(id < u256(this.proposals.length), 'no such proposal')
    const proposal = this.proposals[<u32>id.toU64()]
    require(!proposal.isExecuted, 'executed already')
    return proposal
  }
}
