// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Keeps a number that anybody may change. The same contract in AssemblyScript: asm-contracts/Counter.ts.
contract Counter {
    /// The number was changed, and by whom.
    event NumberChanged(address indexed by, uint256 number);

    uint256 public number;

    function setNumber(uint256 value) public {
        number = value;
        emit NumberChanged(msg.sender, value);
    }

    function increment() public {
        setNumber(number + 1);
    }
}
