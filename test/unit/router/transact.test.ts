import { describe, expect, it } from 'vitest'
import type { Transaction } from '../../../src/primitives/index.ts'
import {
  addressOfPrivateKey,
  authorizationDigest,
  createAddress,
  EMPTY_BYTES,
  fromHex,
  signDigest,
} from '../../../src/primitives/index.ts'
import type { Executed, RejectionCode, TransactionOutcome } from '../../../src/router/index.ts'
import { executeTransaction } from '../../../src/router/index.ts'
import type { StateView } from '../../../src/state/index.ts'
import { createOverlay } from '../../../src/state/index.ts'
import type { Result } from '../../../src/vm/index.ts'
import type { Behaviour } from '../../harness/world.ts'
import { addr, environment, hash, label, testBlock, transaction, world } from '../../harness/world.ts'

const ETHER = 10n ** 18n
const rich = { [addr(1)]: { balanceWei: ETHER } }

function executed(outcome: TransactionOutcome): Executed {
  if (outcome.kind !== 'executed') throw new Error(`rejected: ${outcome.rejection.message}`)
  return outcome
}

function stateAfter(view: StateView, outcome: TransactionOutcome): StateView {
  const overlay = createOverlay(view)
  overlay.apply(executed(outcome).diff)
  return overlay
}

function succeed(gasLeft: bigint, output = EMPTY_BYTES): Result {
  return { status: 'success', output, gasLeft }
}

describe('a plain transfer', () => {
  const view = world(rich)
  const outcome = executeTransaction(environment({}), view, transaction({ valueWei: 5n }), 'consensus')
  const state = stateAfter(view, outcome)

  it('uses 21000 gas', () => expect(executed(outcome).gasUsed).toBe(21_000n))
  it('moves the value', () => expect(state.account(addr(2))?.balanceWei).toBe(5n))
  it('charges gas at base fee and tip', () => expect(state.account(addr(1))?.balanceWei).toBe(ETHER - 5n - 63_000n))
  it('counts the nonce', () => expect(state.account(addr(1))?.nonce).toBe(1n))
  it('pays the tip and burns the base fee', () => expect(state.account(testBlock.coinbase)?.balanceWei).toBe(21_000n))
})

describe('a rejected transaction', () => {
  const rejections: readonly (readonly [RejectionCode, Partial<Transaction>, string])[] = [
    ['INTRINSIC_GAS_TOO_LOW', { gasLimit: 20_999n }, 'intrinsic gas too low: have 20999, want 21000'],
    [
      'INTRINSIC_GAS_BELOW_FLOOR_GAS_COST',
      { gasLimit: 24_000n, data: new Uint8Array(100).fill(1) },
      'insufficient gas for floor data gas cost: have 24000, want 25000',
    ],
    ['NONCE_MISMATCH_TOO_HIGH', { nonce: 1n }, 'nonce too high'],
    ['NONCE_IS_MAX', { nonce: 2n ** 64n - 1n }, 'nonce has max value'],
    ['INSUFFICIENT_ACCOUNT_FUNDS', { valueWei: ETHER }, 'insufficient funds for gas * price + value'],
    ['INSUFFICIENT_MAX_FEE_PER_GAS', { maxFeePerGasWei: 1n }, 'max fee per gas less than block base fee'],
    [
      'PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS',
      { maxPriorityFeePerGasWei: 11n },
      'max priority fee per gas higher than max fee per gas',
    ],
    [
      'GAS_LIMIT_EXCEEDS_MAXIMUM',
      { gasLimit: 16_777_217n },
      'transaction gas limit too high (cap: 16777216, tx: 16777217)',
    ],
    ['INVALID_CHAINID', { chainId: 1n }, 'invalid chain id for signer: have 1 want 31337'],
    [
      'INITCODE_SIZE_EXCEEDED',
      { to: undefined, data: new Uint8Array(49_153).fill(0x80), gasLimit: 5_000_000n },
      'max initcode size exceeded: code size 49153 limit 49152',
    ],
    ['TYPE_3_TX_ZERO_BLOBS', { type: 3 }, 'blob transaction missing blob hashes'],
    [
      'TYPE_3_TX_INVALID_BLOB_VERSIONED_HASH',
      { type: 3, blobVersionedHashes: [hash(1)] },
      'blob 0 has invalid hash version',
    ],
    ['TYPE_4_EMPTY_AUTHORIZATION_LIST', { type: 4 }, 'set code tx must have at least one authorization tuple'],
    ['TYPE_4_TX_CONTRACT_CREATION', { type: 4, to: undefined }, 'cannot create a contract'],
  ]
  it.each(rejections)('%s', (code, parts, message) => {
    const outcome = executeTransaction(
      environment({}),
      world(rich),
      transaction({ gasLimit: 30_000n, ...parts }),
      'consensus',
    )
    expect(outcome).toMatchObject({ kind: 'rejected', rejection: { code, message: expect.stringContaining(message) } })
  })

  it('NONCE_MISMATCH_TOO_LOW', () => {
    const view = world({ [addr(1)]: { balanceWei: ETHER, nonce: 3n } })
    const outcome = executeTransaction(environment({}), view, transaction(), 'consensus')
    expect(outcome).toMatchObject({
      rejection: { code: 'NONCE_MISMATCH_TOO_LOW', message: expect.stringContaining('tx: 0 state: 3') },
    })
  })

  it('SENDER_NOT_EOA, but a delegated account may send', () => {
    const withCode = world({ [addr(1)]: { balanceWei: ETHER, code: label(0) } })
    expect(executeTransaction(environment({}), withCode, transaction(), 'consensus')).toMatchObject({
      rejection: { code: 'SENDER_NOT_EOA' },
    })
    const delegated = world({ [addr(1)]: { balanceWei: ETHER, code: fromHex(`0xef0100${'00'.repeat(20)}`) } })
    expect(executeTransaction(environment({}), delegated, transaction(), 'consensus').kind).toBe('executed')
  })

  it.each([
    ['frontier', 1, 'TYPE_NOT_SUPPORTED'],
    ['shanghai', 3, 'TYPE_3_TX_PRE_FORK'],
    ['cancun', 4, 'TYPE_4_TX_PRE_FORK'],
  ] as const)('%s does not know type %i', (hardfork, type, code) => {
    const outcome = executeTransaction(environment({ hardfork }), world(rich), transaction({ type }), 'consensus')
    expect(outcome).toMatchObject({ rejection: { code } })
  })
})

describe('a simulation', () => {
  it('asks for no nonce and no price', () => {
    const request = transaction({ nonce: 9n, maxFeePerGasWei: 0n, maxPriorityFeePerGasWei: 0n })
    expect(executeTransaction(environment({}), world({}), request, 'simulation').kind).toBe('executed')
  })
  it('still needs funds for what it sends', () => {
    const request = transaction({ maxFeePerGasWei: 0n, maxPriorityFeePerGasWei: 0n, valueWei: 1n })
    expect(executeTransaction(environment({}), world({}), request, 'simulation')).toMatchObject({
      rejection: { code: 'INSUFFICIENT_ACCOUNT_FUNDS' },
    })
  })
})

describe('gas', () => {
  const run = (behaviour: Behaviour, parts: Partial<Transaction> = {}): Executed =>
    executed(
      executeTransaction(
        environment({ behaviours: [behaviour] }),
        world({ ...rich, [addr(2)]: { code: label(0) } }),
        transaction(parts),
        'consensus',
      ),
    )

  it('is refunded up to a fifth of what was used', () => {
    const outcome = run((_, host) => {
      host.journal.addRefund(1_000_000n)
      return succeed(0n)
    })
    expect(outcome.gasUsed).toBe(80_000n)
    expect(outcome.gasRefunded).toBe(20_000n)
  })
  it('has a floor by call data (EIP-7623)', () => {
    const data = new Uint8Array(100).fill(1)
    expect(run((execution) => succeed(execution.gasLimit), { data }).gasUsed).toBe(25_000n)
  })
  it('is all gone after a halt', () =>
    expect(run(() => ({ status: 'halt', reason: 'out-of-gas' })).gasUsed).toBe(100_000n))
  it('is kept by a revert, whose output comes back', () => {
    const output = Uint8Array.of(1, 2)
    const outcome = run((execution) => ({ status: 'revert', output, gasLeft: execution.gasLimit - 10n }))
    expect(outcome).toMatchObject({ status: 'revert', gasUsed: 21_010n, output })
  })
  it('of an access list is paid and its places are warm', () => {
    const accessList = [{ address: addr(7), storageKeys: [hash(1)] }]
    let warmth: readonly unknown[] = []
    const outcome = run(
      (execution, { journal }) => {
        warmth = [
          journal.isAddressWarm(addr(7)),
          journal.isSlotWarm(addr(7), 1n),
          journal.isSlotWarm(addr(7), 2n),
          journal.isAddressWarm(testBlock.coinbase),
        ]
        return succeed(execution.gasLimit)
      },
      { accessList },
    )
    expect(outcome.gasUsed).toBe(21_000n + 2_400n + 1_900n)
    expect(warmth).toEqual([true, true, false, true])
  })
})

describe('a transaction that creates', () => {
  const created = createAddress(addr(1), 0n)
  const create = (behaviours: readonly Behaviour[], holdings = {}): TransactionOutcome =>
    executeTransaction(
      environment({ behaviours }),
      world({ ...rich, ...holdings }),
      transaction({ to: undefined, data: label(0), valueWei: 3n }),
      'consensus',
    )

  it('stores the code, sends the value, starts at nonce 1', () => {
    const view = world(rich)
    const outcome = create([(execution) => succeed(execution.gasLimit, label(1))])
    const account = stateAfter(view, outcome).account(created)
    expect(executed(outcome).contractAddress).toBe(created)
    expect(account).toMatchObject({ nonce: 1n, balanceWei: 3n })
    // 21000 + 32000 creation + 16 for the byte + 2 for the word + 200 for the stored byte
    expect(executed(outcome).gasUsed).toBe(53_218n)
  })
  it.each([
    ['nonce', { nonce: 1n }],
    ['code', { code: label(3) }],
    ['storage', { storage: [[1n, 1n]] as const }],
  ])('collides with an account that has %s and burns all gas', (_name, holding) => {
    const outcome = executed(create([() => succeed(0n)], { [created]: holding }))
    expect(outcome).toMatchObject({ status: 'halt', haltReason: 'address-collision', gasUsed: 100_000n })
  })
  it.each([
    ['begins with 0xEF', Uint8Array.of(0xef), 'invalid-code'],
    ['is larger than 24 KiB', new Uint8Array(24_577).fill(1), 'code-too-large'],
    ['costs more than is left', new Uint8Array(1_000).fill(1), 'code-deposit-out-of-gas'],
    ['is wasm that the wasm engine refuses', fromHex('0x0061736d01000000'), 'invalid-code'],
  ] as const)('fails when the code %s', (_name, code, haltReason) => {
    const outcome = create([(execution) => succeed(execution.gasLimit, code)])
    expect(executed(outcome)).toMatchObject({ status: 'halt', haltReason })
    expect(stateAfter(world(rich), outcome).account(created)).toBeUndefined()
  })
  it('undoes everything but its nonce and its gas when it reverts', () => {
    const outcome = create([() => ({ status: 'revert', output: EMPTY_BYTES, gasLeft: 0n })])
    expect(executed(outcome).diff.map(({ address }) => address)).toEqual([addr(1), testBlock.coinbase].sort())
  })
})

describe('EIP-7702', () => {
  const privateKey = new Uint8Array(32).fill(7)
  const authority = addressOfPrivateKey(privateKey)
  const sign = (nonce: bigint, chainId = 31_337n, address = addr(2)) => {
    const unsigned = { chainId, address, nonce }
    const { r, s, yParity } = signDigest(authorizationDigest(unsigned), privateKey)
    return { ...unsigned, r, s, yParity: BigInt(yParity) }
  }
  const run = (authorization: ReturnType<typeof sign>, holdings = {}) => {
    const view = world({ ...rich, [addr(2)]: { code: label(0) }, ...holdings })
    const parts = { type: 4 as const, to: authority, authorizations: [authorization] }
    const ran: string[] = []
    const behaviour: Behaviour = (execution) => {
      ran.push(execution.recipient)
      return succeed(execution.gasLimit)
    }
    const outcome = executeTransaction(environment({ behaviours: [behaviour] }), view, transaction(parts), 'consensus')
    return { outcome: executed(outcome), ran, state: stateAfter(view, outcome) }
  }

  it('sets the delegation, counts the nonce and runs the target on the authority', () => {
    const { ran, state } = run(sign(0n))
    expect(state.account(authority)?.nonce).toBe(1n)
    expect(ran).toEqual([authority])
  })
  it('refunds half for an account that existed', () => {
    const { outcome } = run(sign(0n), { [authority]: { balanceWei: 1n } })
    expect(outcome.gasUsed).toBe(46_000n - 46_000n / 5n)
  })
  it.each([
    ['a wrong nonce', sign(1n)],
    ['another chain', sign(0n, 5n)],
    ['a bad signature', { ...sign(0n), s: 0n }],
  ])('passes over %s', (_name, authorization) => {
    const { state, ran } = run(authorization)
    expect(state.account(authority)).toBeUndefined()
    expect(ran).toEqual([])
  })
  it('is taken back by the zero address', () => {
    const code = fromHex(`0xef0100${'02'.padStart(40, '0')}`)
    const { state } = run(sign(0n, 0n, addr(0)), { [authority]: { code } })
    expect(state.account(authority)?.codeHash).toBe(state.account(addr(1))?.codeHash)
  })
})

describe('an impersonated sender', () => {
  it('may be a contract', () => {
    const view = world({ [addr(1)]: { balanceWei: ETHER, code: label(0), nonce: 1n } })
    const request = transaction({ isImpersonated: true, nonce: 1n })
    expect(executeTransaction(environment({}), view, request, 'consensus').kind).toBe('executed')
  })
})
