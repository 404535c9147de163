import { describe, expect, test } from 'vitest'
import { type AdmissionParts, createAdmission } from '../../../src/chain/ordered/admission.ts'
import { rulesOf } from '../../../src/primitives/index.ts'
import { maxCost } from '../../../src/router/index.ts'
import { SENDERS, signed } from '../../harness/testChain.ts'

const COST = maxCost(signed(0, 0n))
const [A, B] = SENDERS
if (A === undefined || B === undefined) throw new Error('there are senders')

function admission(parts: Partial<AdmissionParts> = {}) {
  return createAdmission({
    rules: rulesOf('osaka'),
    chainId: 31_337n,
    gasLimit: 1_000_000n,
    budgetGas: 1_000_000n,
    baseFeeWei: 1_000n,
    sender: () => ({ nonce: 5n, balanceWei: 3n * COST, hasCode: false }),
    inFlight: [],
    ...parts,
  })
}

describe('the nonce', () => {
  test('goes on from the old state, what is in flight, and the block itself', () => {
    const it = admission({ inFlight: [signed(0, 5n), signed(1, 5n)] })
    expect(it.nextNonce(A)).toBe(6n)
    expect(it.admit(signed(0, 5n))?.code).toBe('NONCE_MISMATCH_TOO_LOW')
    expect(it.admit(signed(0, 7n))?.code).toBe('NONCE_MISMATCH_TOO_HIGH')
    expect(it.admit(signed(0, 6n))).toBeUndefined()
    expect(it.admit(signed(0, 7n))).toBeUndefined()
    expect(it.nextNonce(B)).toBe(6n)
  })
})

describe('funds', () => {
  test('are those of the old state less all that was ordered since can cost', () => {
    const it = admission({ inFlight: [signed(0, 5n)] })
    expect(it.admit(signed(0, 6n))).toBeUndefined()
    expect(it.admit(signed(0, 7n))).toBeUndefined()
    expect(it.admit(signed(0, 8n))?.code).toBe('INSUFFICIENT_ACCOUNT_FUNDS')
  })

  test('a value counts in full, and what is refused costs nothing', () => {
    const it = admission()
    expect(it.admit(signed(0, 5n, { valueWei: 2n * COST + 1n }))?.code).toBe('INSUFFICIENT_ACCOUNT_FUNDS')
    expect(it.admit(signed(0, 5n, { valueWei: 2n * COST }))).toBeUndefined()
    expect(it.admit(signed(0, 6n))?.code).toBe('INSUFFICIENT_ACCOUNT_FUNDS')
  })

  test('in flight that cost more than there is leave nothing, not less', () => {
    const it = admission({ inFlight: [signed(0, 5n, { valueWei: 9n * COST })] })
    expect(it.admit(signed(0, 6n, { maxFeePerGasWei: 1_000n, maxPriorityFeePerGasWei: 0n }))?.code).toBe(
      'INSUFFICIENT_ACCOUNT_FUNDS',
    )
  })
})

describe('the budget of a block', () => {
  const gas = (nonce: bigint, gasLimit: bigint) =>
    signed(0, nonce, { gasLimit, maxFeePerGasWei: 1_000n, maxPriorityFeePerGasWei: 0n })

  test('bounds the sum of gas limits below the gas limit', () => {
    const it = admission({ budgetGas: 250_000n })
    expect(it.admit(gas(5n, 150_000n))).toBeUndefined()
    expect(it.admit(gas(6n, 150_000n))?.code).toBe('GAS_ALLOWANCE_EXCEEDED')
    expect(it.admit(gas(6n, 100_000n))).toBeUndefined()
    expect(it.admit(gas(7n, 21_000n))?.code).toBe('GAS_ALLOWANCE_EXCEEDED')
  })

  test('has room for one transaction that exceeds it, alone, and for none that exceeds the gas limit', () => {
    const it = admission({ budgetGas: 250_000n })
    expect(it.admit(gas(5n, 1_000_001n))?.code).toBe('GAS_ALLOWANCE_EXCEEDED')
    expect(it.admit(gas(5n, 900_000n))).toBeUndefined()
    expect(it.admit(gas(6n, 21_000n))?.code).toBe('GAS_ALLOWANCE_EXCEEDED')
  })
})

test('an account with code orders nothing, delegated ones included', () => {
  const it = admission({ sender: () => ({ nonce: 5n, balanceWei: 3n * COST, hasCode: true }) })
  expect(it.admit(signed(0, 5n))?.code).toBe('SENDER_NOT_EOA')
})

test('set-code and blob transactions are not ordered', () => {
  const it = admission()
  const authorization = { chainId: 31_337n, address: A, nonce: 0n, yParity: 0n, r: 1n, s: 1n }
  const setCode = signed(0, 5n, { type: 4, authorizations: [authorization], gasLimit: 200_000n })
  expect(it.admit(setCode)?.code).toBe('TYPE_NOT_SUPPORTED')
  expect(it.nextNonce(A)).toBe(5n)
})

test('the room of a block is counted in gas limits, and its base fee must be met', () => {
  const it = admission({ gasLimit: 150_000n, budgetGas: 150_000n, baseFeeWei: 2_000_000_000n })
  expect(it.admit(signed(1, 5n, { maxFeePerGasWei: 1_999_999_999n }))?.code).toBe('INSUFFICIENT_MAX_FEE_PER_GAS')
  expect(it.admit(signed(0, 5n))).toBeUndefined()
  expect(it.admit(signed(1, 5n))?.code).toBe('GAS_ALLOWANCE_EXCEEDED')
  expect(it.admit(signed(1, 5n, { gasLimit: 50_000n }))).toBeUndefined()
})
