// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// What a pool needs of a token, in whatever language it is written.
interface IToken {
    function transfer(address to, uint256 value) external returns (bool);
    function transferFrom(address from, address to, uint256 value) external returns (bool);
}

/// Exchanges two tokens for each other so that the product of its reserves does not fall. The same contract in
/// AssemblyScript: asm-contracts/Pool.ts. An example of calls between contracts, not a market: it takes no fee.
contract Pool {
    event Swapped(address indexed by, bool zeroForOne, uint256 amountIn, uint256 amountOut);

    IToken public token0;
    IToken public token1;
    uint256 public reserve0;
    uint256 public reserve1;

    constructor(IToken first, IToken second) {
        token0 = first;
        token1 = second;
    }

    /// Adds to both reserves; nobody can take them out again.
    function fund(uint256 amount0, uint256 amount1) external {
        take(token0, amount0);
        take(token1, amount1);
        reserve0 += amount0;
        reserve1 += amount1;
    }

    /// Takes an amount of one token and pays what it is worth of the other.
    function swap(bool zeroForOne, uint256 amountIn) external returns (uint256 amountOut) {
        (uint256 reserveIn, uint256 reserveOut) = zeroForOne ? (reserve0, reserve1) : (reserve1, reserve0);
        amountOut = (reserveOut * amountIn) / (reserveIn + amountIn);
        (IToken tokenIn, IToken tokenOut) = zeroForOne ? (token0, token1) : (token1, token0);
        reserve0 = zeroForOne ? reserveIn + amountIn : reserveOut - amountOut;
        reserve1 = zeroForOne ? reserveOut - amountOut : reserveIn + amountIn;
        take(tokenIn, amountIn);
        require(tokenOut.transfer(msg.sender, amountOut), "the pool cannot pay");
        emit Swapped(msg.sender, zeroForOne, amountIn, amountOut);
    }

    function take(IToken token, uint256 amount) private {
        require(token.transferFrom(msg.sender, address(this), amount), "the payment failed");
    }
}
