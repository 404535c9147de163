import { Bytes32 } from 'evmpp-sdk'

const K: StaticArray<u32> = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
  0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
  0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
  0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
  0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
  0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]

/** SHA-256 in the contract's own code. The same in Solidity: Sha256.sol. */
@contract
class Sha256Twin {
  /** Hashes `blocks` times 64 bytes of zeros, and what ends the message. */
  @pure
  run(blocks: u32): Bytes32 {
    const h: StaticArray<u32> = [
      0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ]
    const w = new StaticArray<u32>(64)
    for (let i: u32 = 0; i < blocks; i++) compress(h, w)
    const bits = <u64>blocks * 512
    w[0] = 0x80000000
    w[14] = <u32>(bits >> 32)
    w[15] = <u32>bits
    compress(h, w)
    const digest = Bytes32.zero
    for (let i = 0; i < 8; i++) store<u32>(changetype<usize>(digest) + (<usize>i << 2), bswap<u32>(h[i]))
    return digest
  }
}

// Without the check of the index and the call that it comes in.
// @ts-ignore: decorator
@inline
function get(words: StaticArray<u32>, index: i32): u32 {
  return load<u32>(changetype<usize>(words) + (<usize>index << 2))
}

// @ts-ignore: decorator
@inline
function put(words: StaticArray<u32>, index: i32, value: u32): void {
  store<u32>(changetype<usize>(words) + (<usize>index << 2), value)
}

function compress(h: StaticArray<u32>, w: StaticArray<u32>): void {
  for (let i = 16; i < 64; i++) {
    const x = get(w, i.wrappingSub(15))
    const y = get(w, i.wrappingSub(2))
    const s0 = rotr<u32>(x, 7) ^ rotr<u32>(x, 18) ^ (x >> 3)
    const s1 = rotr<u32>(y, 17) ^ rotr<u32>(y, 19) ^ (y >> 10)
    put(w, i, get(w, i.wrappingSub(16)).wrappingAdd(s0).wrappingAdd(get(w, i.wrappingSub(7))).wrappingAdd(s1))
  }
  let a = get(h, 0)
  let b = get(h, 1)
  let c = get(h, 2)
  let d = get(h, 3)
  let e = get(h, 4)
  let f = get(h, 5)
  let g = get(h, 6)
  let last = get(h, 7)
  for (let i = 0; i < 64; i++) {
    const s1 = rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25)
    const t1 = last.wrappingAdd(s1).wrappingAdd((e & f) ^ (~e & g)).wrappingAdd(get(K, i)).wrappingAdd(get(w, i))
    const s0 = rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22)
    const t2 = s0.wrappingAdd((a & b) ^ (a & c) ^ (b & c))
    last = g
    g = f
    f = e
    e = d.wrappingAdd(t1)
    d = c
    c = b
    b = a
    a = t1.wrappingAdd(t2)
  }
  put(h, 0, get(h, 0).wrappingAdd(a))
  put(h, 1, get(h, 1).wrappingAdd(b))
  put(h, 2, get(h, 2).wrappingAdd(c))
  put(h, 3, get(h, 3).wrappingAdd(d))
  put(h, 4, get(h, 4).wrappingAdd(e))
  put(h, 5, get(h, 5).wrappingAdd(f))
  put(h, 6, get(h, 6).wrappingAdd(g))
  put(h, 7, get(h, 7).wrappingAdd(last))
  for (let i = 0; i < 16; i++) put(w, i, 0)
}
