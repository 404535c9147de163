// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// 20,000 hashes of 64 bytes, each of the one before: none can be left out.
contract HashChain {
    /// The last of them.
    function run() external pure returns (bytes32 hash) {
        for (uint256 i = 0; i < 20000; ++i) {
            assembly ("memory-safe") {
                mstore(0, hash)
                mstore(32, i)
                hash := keccak256(0, 64)
            }
        }
    }
}
