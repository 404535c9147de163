// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// 2,500 times: approve, then transfer what was approved to a holder that had nothing.
contract Erc20ApproveTransfer is ERC20 {
    constructor() ERC20("ApproveTransfer", "A") {}

    /// What the sender has left of 2^128, and of the last approval.
    function run() external returns (uint256, uint256) {
        _mint(msg.sender, 1 << 128);
        for (uint160 i = 1; i <= 2500; ++i) {
            approve(msg.sender, i);
            transferFrom(msg.sender, address(i), i);
        }
        return (balanceOf(msg.sender), allowance(msg.sender, msg.sender));
    }
}
