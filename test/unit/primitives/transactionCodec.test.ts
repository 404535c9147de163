import { describe, expect, test } from 'vitest'
import {
  type Authorization,
  decodeTransaction,
  fromHex,
  type RlpItem,
  recoverAuthority,
  rlpDecode,
  rlpEncode,
  signTransaction,
  toAddress,
  toHex,
  type UnsignedTransaction,
  wordToBytes,
} from '../../../src/primitives/index.ts'

const KEY = fromHex('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80')
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

const transfer: UnsignedTransaction = {
  type: 2,
  chainId: 31337n,
  nonce: 5n,
  gasLimit: 21_000n,
  to: toAddress(`0x${'ab'.repeat(20)}`),
  valueWei: 10n ** 18n,
  data: fromHex('0x'),
  maxFeePerGasWei: 2n,
  maxPriorityFeePerGasWei: 1n,
  accessList: [],
  maxFeePerBlobGasWei: 0n,
  blobVersionedHashes: [],
  authorizations: [],
}
const legacy: UnsignedTransaction = { ...transfer, type: 0, maxPriorityFeePerGasWei: 2n }
const none = fromHex('0x')

/** A signed transaction with one field replaced; the signature is left as it was. */
function forged(transaction: UnsignedTransaction, index: number, field: RlpItem): Uint8Array {
  const { raw } = signTransaction(transaction, KEY)
  const isLegacy = transaction.type === 0
  const fields = [...(rlpDecode(isLegacy ? raw : raw.subarray(1)) as readonly RlpItem[])]
  fields[index] = field
  const body = rlpEncode(fields)
  return isLegacy ? body : Uint8Array.of(transaction.type, ...body)
}

test('the example of EIP-155', () => {
  const example: UnsignedTransaction = {
    ...legacy,
    chainId: 1n,
    nonce: 9n,
    maxFeePerGasWei: 20_000_000_000n,
    maxPriorityFeePerGasWei: 20_000_000_000n,
    to: toAddress(`0x${'35'.repeat(20)}`),
  }
  const signed = signTransaction(example, fromHex(`0x${'46'.repeat(32)}`))
  expect(toHex(signed.raw)).toBe(
    '0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83',
  )
  expect(decodeTransaction(signed.raw)).toMatchObject({ chainId: 1n, sender: signed.sender })
})

describe('a transaction is refused', () => {
  test.each([
    ['without bytes', none, 'INVALID_RLP'],
    ['with bytes after it', Uint8Array.of(...signTransaction(transfer, KEY).raw, 0), 'INVALID_RLP'],
    ['that is cut short', signTransaction(transfer, KEY).raw.subarray(0, -1), 'INVALID_RLP'],
    ['of type 5', fromHex('0x05c0'), 'TYPE_NOT_SUPPORTED'],
    ['of type 0 in an envelope', Uint8Array.of(0, ...signTransaction(legacy, KEY).raw), 'TYPE_NOT_SUPPORTED'],
    ['that is a string', fromHex('0x0180'), 'RLP_INVALID_VALUE'],
    ['without fields', fromHex('0xc0'), 'RLP_INVALID_VALUE'],
    ['with too many fields', forged(transfer, 12, none), 'RLP_INVALID_VALUE'],
    ['whose nonce has a leading zero', forged(transfer, 1, fromHex('0x0005')), 'RLP_INVALID_VALUE'],
    ['whose nonce is a zero byte', forged(transfer, 1, fromHex('0x00')), 'RLP_INVALID_VALUE'],
    ['whose nonce has 65 bits', forged(transfer, 1, fromHex('0x010000000000000000')), 'RLP_INVALID_VALUE'],
    ['whose gas limit has 65 bits', forged(transfer, 4, fromHex('0x010000000000000000')), 'RLP_INVALID_VALUE'],
    ['whose value has 257 bits', forged(transfer, 6, fromHex(`0x01${'00'.repeat(32)}`)), 'RLP_INVALID_VALUE'],
    ['to 19 bytes', forged(transfer, 5, fromHex(`0x${'ab'.repeat(19)}`)), 'RLP_INVALID_VALUE'],
    ['whose data are a list', forged(transfer, 7, []), 'RLP_INVALID_VALUE'],
    ['whose access list is a string', forged(transfer, 8, none), 'RLP_INVALID_VALUE'],
    [
      'whose access list has a short key',
      forged(transfer, 8, [[wordToBytes(1n).subarray(12), [none]]]),
      'RLP_INVALID_VALUE',
    ],
    ['with blobs beside it', Uint8Array.of(3, ...rlpEncode([[], [], [], []])), 'RLP_INVALID_VALUE'],
    ['whose parity is 2', forged(transfer, 9, fromHex('0x02')), 'INVALID_SIGNATURE_VRS'],
    ['whose v is 29', forged(legacy, 6, fromHex('0x1d')), 'INVALID_SIGNATURE_VRS'],
    ['whose r is 0', forged(transfer, 10, none), 'INVALID_SIGNATURE_VRS'],
    ['whose s is the order', forged(transfer, 11, wordToBytes(CURVE_ORDER)), 'INVALID_SIGNATURE_VRS'],
    ['whose s is high', forged(transfer, 11, wordToBytes(CURVE_ORDER - 1n)), 'INVALID_SIGNATURE_VRS'],
    ['whose r is no point', forged(transfer, 10, wordToBytes(5n).subarray(31)), 'INVALID_SIGNATURE_VRS'],
  ])('%s', (_name, raw, code) => {
    expect(() => decodeTransaction(raw)).toThrow(expect.objectContaining({ code }))
  })
})

test('an authority does not sign with a high s', () => {
  const authorization: Authorization = {
    chainId: 1n,
    address: toAddress(`0x${'ab'.repeat(20)}`),
    nonce: 0n,
    yParity: 0n,
    r: 1n,
    s: CURVE_ORDER - 1n,
  }
  expect(recoverAuthority({ ...authorization, s: 1n })).toBeDefined()
  expect(recoverAuthority(authorization)).toBeUndefined()
})
