import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addressOfPrivateKey,
  BaseError,
  create2Address,
  createAddress,
  fromHex,
  keccak256,
  publicKeyToAddress,
  recoverAddress,
  signDigest,
  toAddress,
  toHash,
  toHex,
} from '../../../src/primitives/index.ts'
import { CURVE_ORDER, createNobleCurve, loadNativeCurve } from '../../../src/primitives/secp256k1.ts'

/** The first account of the development mnemonic. */
const KEY = fromHex('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80')
const ADDRESS = toAddress('0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266')
const DIGEST = keccak256(fromHex('0x616263'))

describe('signatures', () => {
  test('a key has the address that wallets show', () => {
    expect(addressOfPrivateKey(KEY)).toBe(ADDRESS)
  })

  test('what a key signs recovers to its address, from bytes and from hex', () => {
    const signature = signDigest(DIGEST, KEY)
    expect(recoverAddress(DIGEST, signature)).toBe(ADDRESS)
    expect(recoverAddress(toHash(toHex(DIGEST)), signature)).toBe(ADDRESS)
  })

  test('the mirrored signature (high s, other parity) recovers too, the other parity alone does not', () => {
    const { r, s, yParity } = signDigest(DIGEST, KEY)
    const other = yParity === 0 ? 1 : 0
    expect(recoverAddress(DIGEST, { r, s: CURVE_ORDER - s, yParity: other })).toBe(ADDRESS)
    expect(recoverAddress(DIGEST, { r, s, yParity: other })).not.toBe(ADDRESS)
  })

  test.each([
    ['r = 0', { r: 0n, s: 1n }],
    ['s = 0', { r: 1n, s: 0n }],
    ['r = n', { r: CURVE_ORDER, s: 1n }],
    ['s = n', { r: 1n, s: CURVE_ORDER }],
    ['r is no x of the curve', { r: 5n, s: 1n }],
  ])('nobody signed with %s', (_name, signature) => {
    expect(recoverAddress(DIGEST, { ...signature, yParity: 0 })).toBeUndefined()
  })

  test.each([
    ['zero', new Uint8Array(32)],
    ['the order', fromHex(`0x${CURVE_ORDER.toString(16)}`)],
    ['31 bytes', KEY.subarray(1)],
  ])('a private key of %s is refused', (_name, key) => {
    expect(() => signDigest(DIGEST, key)).toThrow(BaseError)
    expect(() => addressOfPrivateKey(key)).toThrow(expect.objectContaining({ code: 'INVALID_PRIVATE_KEY' }))
  })
})

const native = await loadNativeCurve()
describe.skipIf(native === undefined)('the native curve (skipped where it has no build for this machine)', () => {
  test('gives the bytes that the portable one gives', () => {
    const noble = createNobleCurve()
    const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
    const key = fc
      .bigInt({ min: 1n, max: CURVE_ORDER - 1n })
      .map((k) => fromHex(`0x${k.toString(16).padStart(64, '0')}`))
    fc.assert(
      fc.property(bytes32, key, bytes32, bytes32, (digest, privateKey, r, s) => {
        const signature = noble.sign(digest, privateKey)
        expect(native?.sign(digest, privateKey)).toStrictEqual(signature)
        const publicKey = noble.publicKey(privateKey)
        expect(native?.publicKey(privateKey)).toStrictEqual(publicKey)
        expect(native?.recover(digest, signature)).toStrictEqual(publicKey)
        expect(publicKeyToAddress(publicKey)).toBe(addressOfPrivateKey(privateKey))
        const arbitrary = { compact: Uint8Array.from([...r, ...s]), yParity: 1 } as const
        expect(native?.recover(digest, arbitrary)).toStrictEqual(noble.recover(digest, arbitrary))
      }),
      { numRuns: 25 },
    )
  })
})

describe('addresses of new contracts', () => {
  const sender = toAddress('0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0')
  test.each([
    [0n, '0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d'],
    [1n, '0x343c43a37d37dff08ae8c4a11544c718abb4fcf8'],
    [2n, '0xf778b86fa74e846c4f0a1fbd1335fe81c00a0c91'],
  ])('CREATE with nonce %s', (nonce, address) => {
    expect(createAddress(sender, nonce)).toBe(address)
  })

  // The examples of EIP-1014.
  test.each([
    [`0x${'00'.repeat(20)}`, `0x${'00'.repeat(32)}`, '0x00', '0x4d1a2e2bb4f88f0250f26ffff098b0b30b26bf38'],
    [
      '0xdeadbeef00000000000000000000000000000000',
      `0x${'00'.repeat(32)}`,
      '0x00',
      '0xb928f69bb1d91cd65274e3c79d8986362984fda3',
    ],
    [`0x${'00'.repeat(20)}`, `0x${'00'.repeat(32)}`, '0x', '0xe33c0c7f7df4809055c3eba6c09cfe4baf1bd9e0'],
  ])('CREATE2 of %s', (address, salt, initCode, created) => {
    expect(create2Address(toAddress(address), toHash(salt), fromHex(initCode))).toBe(created)
  })
})
