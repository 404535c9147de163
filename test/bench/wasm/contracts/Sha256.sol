// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// SHA-256 in the contract's own code. The same in AssemblyScript: Sha256Twin.ts.
contract Sha256 {
    /// Hashes `blocks` times 64 bytes of zeros, and what ends the message.
    function run(uint32 blocks) external pure returns (bytes32) {
        unchecked {
            uint256[64] memory k = constants();
            uint256[8] memory h = [
                uint256(0x6a09e667), 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
            ];
            uint256[64] memory w;
            for (uint256 i = 0; i < blocks; ++i) compress(k, h, w);
            w[0] = 0x80000000;
            w[14] = (uint256(blocks) * 512) >> 32;
            w[15] = (uint256(blocks) * 512) & 0xffffffff;
            compress(k, h, w);
            uint256 digest;
            for (uint256 i = 0; i < 8; ++i) digest = (digest << 32) | h[i];
            return bytes32(digest);
        }
    }

    function compress(uint256[64] memory k, uint256[8] memory h, uint256[64] memory w) private pure {
        unchecked {
            for (uint256 i = 16; i < 64; ++i) {
                uint256 x = w[i - 15];
                uint256 y = w[i - 2];
                uint256 s0 = right(x, 7) ^ right(x, 18) ^ (x >> 3);
                uint256 s1 = right(y, 17) ^ right(y, 19) ^ (y >> 10);
                w[i] = (w[i - 16] + s0 + w[i - 7] + s1) & 0xffffffff;
            }
            uint256[8] memory v = [h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]];
            for (uint256 i = 0; i < 64; ++i) {
                uint256 e = v[4];
                uint256 t1 = v[7] + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + ((e & v[5]) ^ (~e & v[6])) + k[i] + w[i];
                uint256 a = v[0];
                uint256 t2 = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
                v[7] = v[6];
                v[6] = v[5];
                v[5] = e;
                v[4] = (v[3] + t1) & 0xffffffff;
                v[3] = v[2];
                v[2] = v[1];
                v[1] = a;
                v[0] = (t1 + t2) & 0xffffffff;
            }
            for (uint256 i = 0; i < 8; ++i) h[i] = (h[i] + v[i]) & 0xffffffff;
            for (uint256 i = 0; i < 16; ++i) w[i] = 0;
        }
    }

    function right(uint256 x, uint256 n) private pure returns (uint256) {
        unchecked {
            return ((x >> n) | (x << (32 - n))) & 0xffffffff;
        }
    }

    function constants() private pure returns (uint256[64] memory k) {
        bytes memory packed = hex"428a2f9871374491b5c0fbcfe9b5dba53956c25b59f111f1923f82a4ab1c5ed5"
            hex"d807aa9812835b01243185be550c7dc372be5d7480deb1fe9bdc06a7c19bf174"
            hex"e49b69c1efbe47860fc19dc6240ca1cc2de92c6f4a7484aa5cb0a9dc76f988da"
            hex"983e5152a831c66db00327c8bf597fc7c6e00bf3d5a7914706ca635114292967"
            hex"27b70a852e1b21384d2c6dfc53380d13650a7354766a0abb81c2c92e92722c85"
            hex"a2bfe8a1a81a664bc24b8b70c76c51a3d192e819d6990624f40e3585106aa070"
            hex"19a4c1161e376c082748774c34b0bcb5391c0cb34ed8aa4a5b9cca4f682e6ff3"
            hex"748f82ee78a5636f84c878148cc7020890befffaa4506cebbef9a3f7c67178f2";
        unchecked {
            for (uint256 i = 0; i < 64; ++i) {
                uint256 word;
                assembly ("memory-safe") {
                    word := shr(224, mload(add(add(packed, 32), mul(i, 4))))
                }
                k[i] = word;
            }
        }
    }
}
