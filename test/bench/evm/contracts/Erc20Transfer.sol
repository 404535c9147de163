// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// 5,000 transfers, each to a holder that had nothing.
contract Erc20Transfer is ERC20 {
    constructor() ERC20("Transfer", "T") {}

    /// What the sender has left of 2^128.
    function run() external returns (uint256) {
        _mint(msg.sender, 1 << 128);
        for (uint160 i = 1; i <= 5000; ++i) transfer(address(i), i);
        return balanceOf(msg.sender);
    }
}
