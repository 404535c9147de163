// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// The counter, in whatever language it is written: npx evmpp bind contracts/Counter.ts --lang solidity
interface ICounter {
    function add(uint256 amount) external returns (uint256);
    function number() external view returns (uint256);
}

/// A contract in Solidity that uses one in AssemblyScript.
contract Stepper {
    ICounter public immutable counter;

    constructor(ICounter counter_) {
        counter = counter_;
    }

    /// Adds so much, so often, in one transaction.
    function step(uint256 amount, uint256 times) external returns (uint256 last) {
        for (uint256 i = 0; i < times; i++) last = counter.add(amount);
    }
}
