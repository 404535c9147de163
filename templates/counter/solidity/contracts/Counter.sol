// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// A counter in Solidity, run as EVM bytecode.
contract Counter {
    event NumberChanged(address indexed by, uint256 number);

    address public owner;
    uint256 public number;

    constructor() {
        owner = msg.sender;
    }

    function add(uint256 amount) external returns (uint256) {
        require(amount != 0, "nothing to add");
        number += amount;
        emit NumberChanged(msg.sender, number);
        return number;
    }
}
