// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// An exchange of two tokens whose product stays what it is, or grows by the fee of 0.3 % that stays with the providers.
/// For tokens that move what they are told to, no less. The same contract in AssemblyScript: asm-contracts/Exchange.ts.
contract Exchange is ReentrancyGuardTransient {
    event LiquidityAdded(address indexed provider, uint256 amountA, uint256 amountB, uint256 shares);
    event LiquidityRemoved(address indexed provider, uint256 amountA, uint256 amountB, uint256 shares);
    event Swapped(address indexed trader, address indexed tokenIn, uint256 amountIn, uint256 amountOut);

    address public tokenA;
    address public tokenB;
    /// What the exchange holds of each; both lie in one slot.
    uint128 public reserveA;
    uint128 public reserveB;
    uint256 public totalShares;
    mapping(address => uint256) public sharesOf;

    constructor(address tokenA_, address tokenB_) {
        require(tokenA_ != tokenB_, "one token cannot be traded");
        tokenA = tokenA_;
        tokenB = tokenB_;
    }

    /// Takes both amounts from the caller, who gets shares of the pool; of what is not in proportion the surplus is a gift.
    function addLiquidity(uint256 amountA, uint256 amountB) external nonReentrant returns (uint256 shares) {
        uint256 total = totalShares;
        (uint256 heldA, uint256 heldB) = (reserveA, reserveB);
        shares = total == 0 ? squareRoot(amountA * amountB) : smaller(amountA * total / heldA, amountB * total / heldB);
        require(shares != 0, "too little for a share");
        setReserves(heldA + amountA, heldB + amountB);
        totalShares = total + shares;
        sharesOf[msg.sender] += shares;
        take(tokenA, amountA);
        take(tokenB, amountB);
        emit LiquidityAdded(msg.sender, amountA, amountB, shares);
    }

    /// Gives back what the shares are worth.
    function removeLiquidity(uint256 shares) external nonReentrant returns (uint256 amountA, uint256 amountB) {
        uint256 total = totalShares;
        require(shares != 0, "no shares");
        require(shares <= sharesOf[msg.sender], "more shares than there are");
        (uint256 heldA, uint256 heldB) = (reserveA, reserveB);
        (amountA, amountB) = (shares * heldA / total, shares * heldB / total);
        setReserves(heldA - amountA, heldB - amountB);
        totalShares = total - shares;
        sharesOf[msg.sender] -= shares;
        give(tokenA, amountA);
        give(tokenB, amountB);
        emit LiquidityRemoved(msg.sender, amountA, amountB, shares);
    }

    /// What `swap` would give.
    function quote(address tokenIn, uint256 amountIn) public view returns (uint256) {
        bool isA = sellsA(tokenIn);
        uint256 reserveIn = isA ? reserveA : reserveB;
        uint256 reserveOut = isA ? reserveB : reserveA;
        uint256 amount = amountIn * 997;
        return amount * reserveOut / (reserveIn * 1000 + amount);
    }

    /// Sells one token for the other; reverts when that gives less than `least`.
    function swap(address tokenIn, uint256 amountIn, uint256 least) external nonReentrant returns (uint256 amountOut) {
        amountOut = quote(tokenIn, amountIn);
        require(amountOut != 0 && amountOut >= least, "too little in return");
        (uint256 heldA, uint256 heldB) = (reserveA, reserveB);
        bool isA = sellsA(tokenIn);
        if (isA) setReserves(heldA + amountIn, heldB - amountOut);
        else setReserves(heldA - amountOut, heldB + amountIn);
        take(tokenIn, amountIn);
        give(isA ? tokenB : tokenA, amountOut);
        emit Swapped(msg.sender, tokenIn, amountIn, amountOut);
    }

    function sellsA(address tokenIn) private view returns (bool) {
        if (tokenIn == tokenA) return true;
        require(tokenIn == tokenB, "not a token of this exchange");
        return false;
    }

    function setReserves(uint256 heldA, uint256 heldB) private {
        require(heldA <= type(uint128).max && heldB <= type(uint128).max, "more than the exchange can hold");
        (reserveA, reserveB) = (uint128(heldA), uint128(heldB));
    }

    function take(address token, uint256 amount) private {
        require(IERC20(token).transferFrom(msg.sender, address(this), amount), "the token did not move");
    }

    function give(address token, uint256 amount) private {
        require(IERC20(token).transfer(msg.sender, amount), "the token did not move");
    }

    function smaller(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    /// The largest whole number whose square is not larger (Newton's method, from above).
    function squareRoot(uint256 value) private pure returns (uint256 root) {
        if (value < 4) return value == 0 ? 0 : 1;
        root = value;
        uint256 next = value / 2 + 1;
        while (next < root) {
            root = next;
            next = (value / next + next) / 2;
        }
    }
}
