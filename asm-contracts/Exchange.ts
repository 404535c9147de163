import { Address, emit, Mapping, msg, require, self, u128, u256 } from 'evmpp-sdk'

/** The tokens that are traded, in whatever language they are written. */
@remote
declare class IERC20 {
  transfer(to: Address, value: u256): bool
  transferFrom(from: Address, to: Address, value: u256): bool
}

@event
class LiquidityAdded {
  @indexed provider: Address
  amountA: u256
  amountB: u256
  shares: u256
}

@event
class LiquidityRemoved {
  @indexed provider: Address
  amountA: u256
  amountB: u256
  shares: u256
}

@event
class Swapped {
  @indexed trader: Address
  @indexed tokenIn: Address
  amountIn: u256
  amountOut: u256
}

/** Both amounts that shares are worth. */
@tuple
class Amounts {
  amountA: u256
  amountB: u256
}

function smaller(a: u256, b: u256): u256 {
  return a < b ? a : b
}

/** The largest whole number whose square is not larger (Newton's method, from above). */
function squareRoot(value: u256): u256 {
  if (value < u256(4)) return u256(value.isZero() ? 0 : 1)
  let root = value
  let next = value / 2 + 1
  while (next < root) {
    root = next
    next = (value / next + next) / 2
  }
  return root
}

/**
 * An exchange of two tokens whose product stays what it is, or grows by the fee of 0.3 % that stays with the providers.
 * For tokens that move what they are told to, no less. The same contract in Solidity: sol-contracts/Exchange.sol.
 */
@contract
class Exchange {
  tokenA: Address
  tokenB: Address
  /** What the exchange holds of each; both lie in one slot. */
  reserveA: u128
  reserveB: u128
  totalShares: u256
  sharesOf: Mapping<Address, u256>

  constructor(tokenA: Address, tokenB: Address) {
    require(tokenA != tokenB, 'one token cannot be traded')
    this.tokenA = tokenA
    this.tokenB = tokenB
  }

  /** Takes both amounts from the caller, who gets shares of the pool; of what is not in proportion the surplus is a gift. */
  @nonReentrant
  addLiquidity(amountA: u256, amountB: u256): u256 {
    const total = this.totalShares
    const reserveA = u256(this.reserveA)
    const reserveB = u256(this.reserveB)
    const shares = total.isZero()
      ? squareRoot(amountA * amountB)
      : smaller((amountA * total) / reserveA, (amountB * total) / reserveB)
    require(!shares.isZero(), 'too little for a share')
    this.setReserves(reserveA + amountA, reserveB + amountB)
    this.totalShares = total + shares
    this.sharesOf[msg.sender] += shares
    this.take(this.tokenA, amountA)
    this.take(this.tokenB, amountB)
    emit(new LiquidityAdded(msg.sender, amountA, amountB, shares))
    return shares
  }

  /** Gives back what the shares are worth. */
  @nonReentrant
  removeLiquidity(shares: u256): Amounts {
    const total = this.totalShares
    require(!shares.isZero(), 'no shares')
    require(shares <= this.sharesOf[msg.sender], 'more shares than there are')
    const reserveA = u256(this.reserveA)
    const reserveB = u256(this.reserveB)
    const amounts = new Amounts((shares * reserveA) / total, (shares * reserveB) / total)
    this.setReserves(reserveA - amounts.amountA, reserveB - amounts.amountB)
    this.totalShares = total - shares
    this.sharesOf[msg.sender] -= shares
    this.give(this.tokenA, amounts.amountA)
    this.give(this.tokenB, amounts.amountB)
    emit(new LiquidityRemoved(msg.sender, amounts.amountA, amounts.amountB, shares))
    return amounts
  }

  /** What `swap` would give. */
  @view
  quote(tokenIn: Address, amountIn: u256): u256 {
    const sellsA = this.sellsA(tokenIn)
    const reserveIn = u256(sellsA ? this.reserveA : this.reserveB)
    const reserveOut = u256(sellsA ? this.reserveB : this.reserveA)
    const amount = amountIn * 997
    return (amount * reserveOut) / (reserveIn * 1000 + amount)
  }

  /** Sells one token for the other; reverts when that gives less than `least`. */
  @nonReentrant
  swap(tokenIn: Address, amountIn: u256, least: u256): u256 {
    const amountOut = this.quote(tokenIn, amountIn)
    require(!amountOut.isZero() && amountOut >= least, 'too little in return')
    const reserveA = u256(this.reserveA)
    const reserveB = u256(this.reserveB)
    const sellsA = this.sellsA(tokenIn)
    if (sellsA) this.setReserves(reserveA + amountIn, reserveB - amountOut)
    else this.setReserves(reserveA - amountOut, reserveB + amountIn)
    this.take(tokenIn, amountIn)
    this.give(sellsA ? this.tokenB : this.tokenA, amountOut)
    emit(new Swapped(msg.sender, tokenIn, amountIn, amountOut))
    return amountOut
  }

  private sellsA(tokenIn: Address): bool {
    if (tokenIn == this.tokenA) return true
    require(tokenIn == this.tokenB, 'not a token of this exchange')
    return false
  }

  private setReserves(reserveA: u256, reserveB: u256): void {
    require(reserveA <= u256(u128.max) && reserveB <= u256(u128.max), 'more than the exchange can hold')
    this.reserveA = u128(reserveA)
    this.reserveB = u128(reserveB)
  }

  private take(token: Address, amount: u256): void {
    require(new IERC20(token).transferFrom(msg.sender, self.address, amount), 'the token did not move')
  }

  private give(token: Address, amount: u256): void {
    require(new IERC20(token).transfer(msg.sender, amount), 'the token did not move')
  }
}
