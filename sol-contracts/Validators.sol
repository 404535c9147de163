// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Who validates from the next epoch on: a network of validators has this contract at
/// 0xe700000000000000000000000000000000000001 from its first block on, and its validators read the list at the end of each
/// epoch (docs/consensus.md, "Epochs"). The layout of the storage is theirs: slot 0 the owner, slot 1 the list.
contract Validators {
    /// Eight slots. A list in which any entry is not right changes nothing: the validators stay who they are.
    struct Validator {
        /// BLS12-381, 48 bytes, then zeros.
        bytes32[2] publicKey;
        /// The key's signature of itself, 96 bytes.
        bytes32[3] proofOfPossession;
        /// From 1 to 2^96 - 1.
        uint256 stake;
        /// The ed25519 key by which its peers know it.
        bytes32 nodeKey;
        /// Where its peers find it: `host:port` in ASCII, then zeros. All zeros: it finds them.
        bytes32 endpoint;
    }

    event OwnerChanged(address indexed from, address indexed to);
    event ValidatorPut(uint256 indexed index, bytes32[2] publicKey, uint256 stake);
    event ValidatorRemoved(uint256 indexed index);

    error NotOwner(address sender);
    error NoSuchValidator(uint256 index, uint256 count);

    address public owner;
    Validator[] private members;

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        _;
    }

    /// The list as it stands.
    function validators() external view returns (Validator[] memory) {
        return members;
    }

    /// Replaces entry `index`, or adds one at the end.
    function put(uint256 index, Validator calldata validator) external onlyOwner {
        if (index > members.length) revert NoSuchValidator(index, members.length);
        if (index == members.length) members.push();
        members[index] = validator;
        emit ValidatorPut(index, validator.publicKey, validator.stake);
    }

    /// Removes entry `index`; the last one takes its place.
    function remove(uint256 index) external onlyOwner {
        if (index >= members.length) revert NoSuchValidator(index, members.length);
        members[index] = members[members.length - 1];
        members.pop();
        emit ValidatorRemoved(index);
    }

    function setOwner(address next) external onlyOwner {
        emit OwnerChanged(owner, next);
        owner = next;
    }
}
