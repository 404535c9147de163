// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// A wallet that belongs to several: what it does, enough of its owners have confirmed. The same contract in
/// AssemblyScript: asm-contracts/Multisig.ts.
contract Multisig {
    /// A call that the owners may agree on.
    struct Proposal {
        address to;
        bool isExecuted;
        uint32 confirmations;
        uint256 value;
        bytes data;
    }

    event Deposited(address indexed from, uint256 value);
    event Submitted(address indexed owner, uint256 indexed id, address to, uint256 value, bytes data);
    event Confirmed(address indexed owner, uint256 indexed id);
    event Revoked(address indexed owner, uint256 indexed id);
    event Executed(address indexed owner, uint256 indexed id);

    error NotOwner(address sender);

    address[] public owners;
    mapping(address => bool) public isOwner;
    uint32 public threshold;
    Proposal[] public proposals;
    mapping(uint256 => mapping(address => bool)) public isConfirmed;

    modifier onlyOwners() {
        if (!isOwner[msg.sender]) revert NotOwner(msg.sender);
        _;
    }

    constructor(address[] memory owners_, uint32 threshold_) {
        require(threshold_ > 0 && threshold_ <= owners_.length, "no threshold for so many owners");
        for (uint256 i = 0; i < owners_.length; i++) {
            address owner = owners_[i];
            require(owner != address(0) && !isOwner[owner], "an owner counts once");
            isOwner[owner] = true;
        }
        owners = owners_;
        threshold = threshold_;
    }

    receive() external payable {
        emit Deposited(msg.sender, msg.value);
    }

    function proposalCount() external view returns (uint32) {
        return uint32(proposals.length);
    }

    /// Proposes a call and confirms it; returns its number.
    function submit(address to, uint256 value, bytes memory data) external onlyOwners returns (uint256 id) {
        id = proposals.length;
        proposals.push(Proposal(to, false, 0, value, data));
        emit Submitted(msg.sender, id, to, value, data);
        confirm(id);
    }

    function confirm(uint256 id) public onlyOwners {
        Proposal storage proposal = pending(id);
        require(!isConfirmed[id][msg.sender], "confirmed already");
        isConfirmed[id][msg.sender] = true;
        proposal.confirmations += 1;
        emit Confirmed(msg.sender, id);
    }

    function revoke(uint256 id) external onlyOwners {
        Proposal storage proposal = pending(id);
        require(isConfirmed[id][msg.sender], "not confirmed");
        isConfirmed[id][msg.sender] = false;
        proposal.confirmations -= 1;
        emit Revoked(msg.sender, id);
    }

    /// Makes the call; returns what it returned, and reverts with what it reverted with.
    function execute(uint256 id) external onlyOwners returns (bytes memory) {
        Proposal storage proposal = pending(id);
        require(proposal.confirmations >= threshold, "too few have confirmed");
        // Before the call: whoever is called may come back.
        proposal.isExecuted = true;
        emit Executed(msg.sender, id);
        (bool success, bytes memory data) = proposal.to.call{value: proposal.value}(proposal.data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(data, 32), mload(data))
            }
        }
        return data;
    }

    function pending(uint256 id) private view returns (Proposal storage proposal) {
        require(id < proposals.length, "no such proposal");
        proposal = proposals[id];
        require(!proposal.isExecuted, "executed already");
    }
}
