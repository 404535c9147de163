// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// The Mandelbrot set in fixed point with 28 bits behind it. The same in AssemblyScript: MandelbrotTwin.ts.
contract Mandelbrot {
    /// Rounds that the points of a square of `size` by `size` take to leave, at most `limit` each, in all.
    function run(uint32 size, uint32 limit) external pure returns (uint64 total) {
        unchecked {
            int256 step = (3 << 28) / int256(uint256(size));
            for (uint256 row = 0; row < size; ++row) {
                int256 y0 = int256(row) * step - (3 << 27);
                for (uint256 column = 0; column < size; ++column) {
                    int256 x0 = int256(column) * step - (2 << 28);
                    int256 x = 0;
                    int256 y = 0;
                    uint256 rounds = 0;
                    while (rounds < limit) {
                        int256 xx = (x * x) >> 28;
                        int256 yy = (y * y) >> 28;
                        if (xx + yy > (4 << 28)) break;
                        y = ((x * y) >> 27) + y0;
                        x = xx - yy + x0;
                        ++rounds;
                    }
                    total += uint64(rounds);
                }
            }
        }
    }
}
