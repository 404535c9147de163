/** The Mandelbrot set in fixed point with 28 bits behind it. The same in Solidity: Mandelbrot.sol. */
@contract
class MandelbrotTwin {
  /** Rounds that the points of a square of `size` by `size` take to leave, at most `limit` each, in all. */
  @pure
  run(size: u32, limit: u32): u64 {
    const step: i64 = (i64(3) << 28) / <i64>size
    let total: u64 = 0
    for (let row: u32 = 0; row < size; row++) {
      const y0 = (<i64>row).wrappingMul(step).wrappingSub(i64(3) << 27)
      for (let column: u32 = 0; column < size; column++) {
        const x0 = (<i64>column).wrappingMul(step).wrappingSub(i64(2) << 28)
        total = total.wrappingAdd(<u64>rounds(x0, y0, limit))
      }
    }
    return total
  }
}

function rounds(x0: i64, y0: i64, limit: u32): u32 {
  let x: i64 = 0
  let y: i64 = 0
  let count: u32 = 0
  while (count < limit) {
    const xx: i64 = x.wrappingMul(x) >> 28
    const yy: i64 = y.wrappingMul(y) >> 28
    if (xx.wrappingAdd(yy) > (i64(4) << 28)) break
    y = (x.wrappingMul(y) >> 27).wrappingAdd(y0)
    x = xx.wrappingSub(yy).wrappingAdd(x0)
    count = count.wrappingAdd(1)
  }
  return count
}
