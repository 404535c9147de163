// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// 5,000 mintings for one holder.
contract Erc20Mint is ERC20 {
    constructor() ERC20("Mint", "M") {}

    /// The supply that came of it.
    function run() external returns (uint256) {
        for (uint256 i = 1; i <= 5000; ++i) _mint(msg.sender, i);
        return totalSupply();
    }
}
