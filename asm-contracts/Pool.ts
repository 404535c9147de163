import { Address, emit, msg, require, self, u256 } from 'evmpp-sdk'

@event
class Swapped {
  @indexed by: Address
  zeroForOne: bool
  amountIn: u256
  amountOut: u256
}

/** What a pool needs of a token, in whatever language it is written. */
@remote
declare class IToken {
  transfer(to: Address, value: u256): bool
  transferFrom(from: Address, to: Address, value: u256): bool
}

/**
 * Exchanges two tokens for each other so that the product of its reserves does not fall. The same contract in Solidity:
 * sol-contracts/Pool.sol. An example of calls between contracts, not a market: it takes no fee.
 */
@contract
class Pool {
  token0: Address
  token1: Address
  reserve0: u256
  reserve1: u256

  constructor(first: Address, second: Address) {
    this.token0 = first
    this.token1 = second
  }

  /** Adds to both reserves; nobody can take them out again. */
  fund(amount0: u256, amount1: u256): void {
    this.take(this.token0, amount0)
    this.take(this.token1, amount1)
    this.reserve0 += amount0
    this.reserve1 += amount1
  }

  /** Takes an amount of one token and pays what it is worth of the other. */
  swap(zeroForOne: bool, amountIn: u256): u256 {
    const reserveIn = zeroForOne ? this.reserve0 : this.reserve1
    const reserveOut = zeroForOne ? this.reserve1 : this.reserve0
    const amountOut = (reserveOut * amountIn) / (reserveIn + amountIn)
    const tokenIn = zeroForOne ? this.token0 : this.token1
    const tokenOut = zeroForOne ? this.token1 : this.token0
    this.reserve0 = zeroForOne ? reserveIn + amountIn : reserveOut - amountOut
    this.reserve1 = zeroForOne ? reserveOut - amountOut : reserveIn + amountIn
    this.take(tokenIn, amountIn)
    require(new IToken(tokenOut).transfer(msg.sender, amountOut), 'the pool cannot pay')
    emit(new Swapped(msg.sender, zeroForOne, amountIn, amountOut))
    return amountOut
  }

  private take(token: Address, amount: u256): void {
    require(new IToken(token).transferFrom(msg.sender, self.address, amount), 'the payment failed')
  }
}
