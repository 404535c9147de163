// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

/// OpenZeppelin's ERC-721: anybody mints the next token. The same contract in AssemblyScript: asm-contracts/Nft.ts.
contract Nft is ERC721 {
    string private base;
    uint256 public minted;

    constructor(string memory name, string memory symbol, string memory base_) ERC721(name, symbol) {
        base = base_;
    }

    /// Ids count from 1.
    function mint(address to) external returns (uint256 id) {
        id = ++minted;
        _mint(to, id);
    }

    function _baseURI() internal view override returns (string memory) {
        return base;
    }
}
