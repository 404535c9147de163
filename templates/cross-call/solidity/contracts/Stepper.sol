// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICounter} from "./ICounter.sol";

/// A contract in Solidity that uses one in AssemblyScript.
contract Stepper {
    ICounter public immutable counter;

    constructor(ICounter counter_) {
        counter = counter_;
    }

    /// Adds so much, so often, in one transaction; returns the number that came of it.
    function step(uint256 amount, uint256 times) external returns (uint256) {
        for (uint256 i = 0; i < times; i++) counter.add(amount);
        return counter.number();
    }

    /// Adds, unless the counter refuses; says whether it did.
    function tryStep(uint256 amount) external returns (bool) {
        try counter.add(amount) {
            return true;
        } catch {
            return false;
        }
    }
}
