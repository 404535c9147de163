import { describe, expect, test } from 'vitest'
import {
  type AccountOverride,
  type BlockOverrides,
  createSimulationCore,
  nextBaseFee,
  type Simulation,
  type SimulationParts,
  type StateOverrides,
} from '../../../src/chain/index.ts'
import { createReferenceEvm, referencePrecompiles } from '../../../src/evm/index.ts'
import type { Address, Hardfork, Transaction, Word } from '../../../src/primitives/index.ts'
import {
  EMPTY_BYTES,
  fromHex,
  rulesOf,
  toHex,
  wordFromBytes,
  wordToBytes,
  wordToHash,
} from '../../../src/primitives/index.ts'
import { createJournal } from '../../../src/state/index.ts'
import { createEngine, ENGINE_NAMES, type EngineName } from '../../harness/engines.ts'
import { fakeChain } from '../../harness/fakeChain.ts'
import { addr, type Holding, hash, label, refusing, scripted, transaction } from '../../harness/world.ts'
import { assemble } from '../wasm/support/world.ts'

const sender = addr(1)
const contract = addr(0xc0de)
const target = addr(0xbeef)
const IDENTITY = addr(4)

const hexOf = (address: Address) => address.slice(2)
/** Returns the top of the stack. */
const RETURN_TOP = '5f5260205ff3'
/** Calls `target` with all gas and halts when that fails. */
const CALL_TARGET = `5f5f5f5f5f73${hexOf(target)}5af1602057fe5b00`
/** Halts unless more gas than that is left. */
const needsGas = (gas: number) => `62${gas.toString(16).padStart(6, '0')}5a11600a57fe5b00`
/** Returns `BLOCKHASH(n)`. */
const blockHashOf = (number: number) => `60${number.toString(16).padStart(2, '0')}40${RETURN_TOP}`

type Parts = {
  readonly code?: string
  readonly accounts?: Readonly<Record<Address, Holding>>
  readonly transaction?: Partial<Transaction>
  readonly onNextBlock?: boolean
  readonly state?: StateOverrides
  readonly block?: BlockOverrides
  readonly hardfork?: Hardfork
  /** By default the reference; `interpreter` is what a node has. */
  readonly engine?: EngineName
}

function referenceParts(hardfork: Hardfork): Pick<SimulationParts, 'machinesOf' | 'createJournal'> {
  const machines = { evm: createReferenceEvm(hardfork), wasm: refusing, precompiles: referencePrecompiles(hardfork) }
  return { machinesOf: () => machines, createJournal }
}

function engineParts(name: EngineName): Pick<SimulationParts, 'machinesOf' | 'createJournal'> {
  const { machinesOf, journal } = createEngine(name)
  return { machinesOf, createJournal: () => journal }
}

function setUp(parts: Parts = {}) {
  const chain = fakeChain({
    [sender]: { balanceWei: 10n ** 18n, nonce: 5n },
    [contract]: {
      code: fromHex(`0x${parts.code ?? ''}`),
      nonce: 1n,
      storage: [
        [1n, 11n],
        [2n, 22n],
      ],
    },
    ...parts.accounts,
  })
  const hardfork = parts.hardfork ?? 'osaka'
  const core = createSimulationCore({
    rules: rulesOf(hardfork),
    chainId: 31_337n,
    ...(parts.engine === undefined ? referenceParts(hardfork) : engineParts(parts.engine)),
  })
  const simulation: Simulation = {
    transaction: transaction({
      to: contract,
      gasLimit: 0n,
      maxFeePerGasWei: 0n,
      maxPriorityFeePerGasWei: 0n,
      ...parts.transaction,
    }),
    blockHash: chain.archive.head().blockHash,
    onNextBlock: parts.onNextBlock ?? false,
    stateOverrides: parts.state ?? new Map(),
    blockOverrides: parts.block ?? {},
  }
  return { chain, core, simulation }
}

const call = (parts: Parts) => {
  const { chain, core, simulation } = setUp(parts)
  return core.call(chain.archive, simulation)
}
const estimate = (parts: Parts) => {
  const { chain, core, simulation } = setUp(parts)
  return core.estimateGas(chain.archive, simulation)
}
const accessList = (parts: Parts) => {
  const { chain, core, simulation } = setUp(parts)
  return core.createAccessList(chain.archive, simulation)
}

/** The word that a call returned. */
function word(parts: Parts): bigint {
  const outcome = call(parts)
  if (outcome.status !== 'success') throw new Error(JSON.stringify(outcome, (_key, value) => String(value)))
  return wordFromBytes(outcome.output)
}

describe('call', () => {
  test.each([
    ['success', '602a5f5260205ff3', { status: 'success' }],
    ['revert', '602a5f5260205ffd', { status: 'revert' }],
    ['an invalid opcode', 'fe', { status: 'halt', reason: 'invalid-opcode', gasUsed: 50_000_000n }],
    ['an endless loop', '5b5f56', { status: 'halt', reason: 'out-of-gas' }],
  ])('%s', (_title, code, expected) => {
    expect(call({ code, transaction: code === '5b5f56' ? { gasLimit: 100_000n } : {} })).toMatchObject(expected)
  })

  test('costs nothing without a fee, whatever the nonce and the purse', () => {
    const poor = { sender: addr(0x999), nonce: 77n }
    expect(call({ transaction: { ...poor, to: target } })).toMatchObject({ status: 'success', gasUsed: 21_000n })
  })

  test('asks for funds when there is a value or a fee', () => {
    const code = 'INSUFFICIENT_ACCOUNT_FUNDS'
    const poor = { sender: addr(0x999), to: target }
    expect(call({ transaction: { ...poor, valueWei: 1n } })).toMatchObject({ status: 'rejected', rejection: { code } })
    const fees = { maxFeePerGasWei: 10_000n, gasLimit: 21_000n }
    expect(call({ transaction: { ...poor, ...fees } })).toMatchObject({ status: 'rejected', rejection: { code } })
  })

  test('a fee cap below the base fee is refused', () => {
    expect(call({ transaction: { maxFeePerGasWei: 1n, gasLimit: 21_000n } })).toMatchObject({
      status: 'rejected',
      rejection: { code: 'INSUFFICIENT_MAX_FEE_PER_GAS' },
    })
  })

  test.each([
    ['no gas limit is the cap', {}, 50_000_000n - 21_000n - 2n],
    ['more than the cap is the cap', { gasLimit: 10n ** 12n }, 50_000_000n - 21_000n - 2n],
    ['its own', { gasLimit: 30_000n }, 30_000n - 21_000n - 2n],
  ])('gas: %s', (_title, parts, expected) => {
    expect(word({ code: `5a${RETURN_TOP}`, transaction: parts })).toBe(expected)
  })

  test('gas: a price does not lower it: whoever cannot pay for the cap is told so, as by geth', () => {
    const transaction = { maxFeePerGasWei: 10n ** 11n, valueWei: 0n }
    expect(call({ code: `5a${RETURN_TOP}`, transaction })).toMatchObject({
      status: 'rejected',
      rejection: { code: 'INSUFFICIENT_ACCOUNT_FUNDS' },
    })
    const small = { ...transaction, gasLimit: 10n ** 6n }
    expect(word({ code: `5a${RETURN_TOP}`, transaction: small })).toBe(10n ** 6n - 21_000n - 2n)
  })

  test('nothing stays: the same call gives the same answer', () => {
    // Returns slot 3 and adds 1 to it.
    const { chain, core, simulation } = setUp({ code: `60035480600101600355${RETURN_TOP}` })
    const answers = [1, 2].map(() => core.call(chain.archive, simulation))
    expect(answers[1]).toEqual(answers[0])
  })

  describe.each(ENGINE_NAMES)('a creation on %s', (engine) => {
    const created = (data: string) => call({ engine, transaction: { to: undefined, data: fromHex(data) } })

    test('returns what the init code returned, a contract or not', () => {
      const answer = wordToBytes(42n)
      expect(created('0x602a5f5260205ff3')).toMatchObject({ status: 'success', output: answer })
      expect(created('0x5f5ff3')).toMatchObject({ status: 'success', output: EMPTY_BYTES })
      expect(created('0x5f5ffd')).toMatchObject({ status: 'revert' })
    })

    test('of a module returns the module', () => {
      const module = assemble(
        '(module (memory (export "memory") 0) (func (export "user_entrypoint") (param i32) (result i32) (i32.const 0)))',
      )
      expect(created(toHex(module))).toMatchObject({ status: 'success', output: module })
    })

    test('within another creation or call has no return data (EIP-211)', () => {
      // CREATE of an init code that returns 42, then RETURNDATASIZE.
      const code = `67602a5f5260205ff35f52600860185ff0503d${RETURN_TOP}`
      expect(word({ engine, code })).toBe(0n)
    })
  })

  test('an unknown block', () => {
    const { chain, core, simulation } = setUp()
    expect(() => core.call(chain.archive, { ...simulation, blockHash: hash(9) })).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_BLOCK', message: 'header not found' }),
    )
  })
})

describe('the block', () => {
  const readings = [
    ['number', '43', 0n, 1n],
    ['timestamp', '42', 1_000_000n, 1_000_001n],
    ['gas limit', '45', 30_000_000n, 30_000_000n],
    ['base fee', '48', 1_000n, nextBaseFee({ gasLimit: 30_000_000n, gasUsed: 0n, baseFeeWei: 1_000n })],
    ['chain id', '46', 31_337n, 31_337n],
    ['coinbase', '41', BigInt(addr(0xc0)), BigInt(addr(0xc0))],
  ] as const
  test.each(readings)('%s: of the block itself, or of the one that would follow', (_title, opcode, own, next) => {
    const code = opcode + RETURN_TOP
    expect([word({ code }), word({ code, onNextBlock: true })]).toEqual([own, next])
  })

  test.each([
    ['number', '43', { number: 99n }, 99n],
    ['timestamp', '42', { timestampSeconds: 5n }, 5n],
    ['gas limit', '45', { gasLimit: 7n }, 7n],
    ['coinbase', '41', { coinbase: addr(7) }, 7n],
    ['randomness', '44', { prevRandao: hash(8) }, 8n],
    ['base fee', '48', { baseFeeWei: 9n }, 9n],
    ['blob base fee', '4a', { blobBaseFeeWei: 10n }, 10n],
  ])('override of %s', (_title, opcode, block, expected) => {
    expect(word({ code: opcode + RETURN_TOP, block, onNextBlock: true })).toBe(expected)
  })

  test('hashes of blocks: not its own, but of the one before', () => {
    const code = blockHashOf(0)
    const { chain } = setUp()
    expect(word({ code })).toBe(0n)
    expect(word({ code, onNextBlock: true })).toBe(BigInt(chain.archive.head().blockHash))
    expect(word({ code, block: { number: 300n } })).toBe(0n)
  })
})

test('a machine that asks for the hash of any block gets only those of the last 256', () => {
  const { chain, simulation } = setUp({ accounts: { [contract]: { code: label(0) } } })
  const asked: (string | undefined)[] = []
  const engine = scripted([
    (execution, host) => {
      asked.push(host.blockHash(0n))
      return { status: 'success', output: execution.input, gasLeft: 0n }
    },
  ])
  const core = createSimulationCore({
    rules: rulesOf('osaka'),
    chainId: 31_337n,
    machinesOf: () => ({ evm: engine, wasm: refusing, precompiles: new Map() }),
    createJournal,
  })
  for (const number of [0n, 1n, 256n, 257n]) core.call(chain.archive, { ...simulation, blockOverrides: { number } })
  const genesis = chain.archive.head().blockHash
  expect(asked).toEqual([undefined, genesis, genesis, undefined])
})

describe('state overrides', () => {
  const sload = (slot: number) => `60${slot.toString(16).padStart(2, '0')}54${RETURN_TOP}`
  const slots = (...entries: readonly (readonly [Word, Word])[]) => new Map(entries)
  const one = (override: AccountOverride, address = contract): StateOverrides => new Map([[address, override]])

  test.each([
    ['stateDiff changes a slot', 1, { stateDiff: slots([1n, 5n]) }, 5n],
    ['stateDiff leaves the others', 2, { stateDiff: slots([1n, 5n]) }, 22n],
    ['state replaces one', 1, { state: slots([1n, 6n]) }, 6n],
    ['state empties the others', 2, { state: slots([1n, 6n]) }, 0n],
  ] as const)('%s', (_title, slot, override, expected) => {
    expect(word({ code: sload(slot), state: one(override) })).toBe(expected)
  })

  test('code, on an account that does not exist either', () => {
    const code = fromHex(`0x602a${RETURN_TOP}`)
    expect(word({ state: one({ code }) })).toBe(42n)
    expect(word({ transaction: { to: addr(0x77) }, state: one({ code }, addr(0x77)) })).toBe(42n)
  })

  test('balance: what the contract sees, and what the sender can spend', () => {
    expect(word({ code: `47${RETURN_TOP}`, state: one({ balanceWei: 123n }) })).toBe(123n)
    const poor = { sender: addr(0x999), to: target, valueWei: 5n }
    expect(call({ transaction: poor, state: one({ balanceWei: 5n }, addr(0x999)) })).toMatchObject({
      status: 'success',
    })
  })

  test('nonce: where a contract would be created', () => {
    const created = (nonce: bigint) =>
      // CREATE of no code, returns the address.
      word({ code: `5f5f5ff0${RETURN_TOP}`, state: one({ nonce }) })
    expect(created(1n)).not.toBe(created(2n))
  })

  test('an override takes the place of a precompile', () => {
    const state = one({ code: fromHex(`0x602a${RETURN_TOP}`) }, IDENTITY)
    expect(word({ transaction: { to: IDENTITY, data: Uint8Array.of(9) } })).toBe(9n)
    expect(word({ transaction: { to: IDENTITY, data: Uint8Array.of(9) }, state })).toBe(42n)
  })

  test('a precompile that moves works there, and not here any more', () => {
    const state = one({ movePrecompileTo: addr(0x123) }, IDENTITY)
    expect(word({ transaction: { to: addr(0x123), data: Uint8Array.of(9) }, state })).toBe(9n)
    expect(word({ transaction: { to: IDENTITY, data: Uint8Array.of(9) }, state })).toBe(0n)
  })

  test.each(['reference', 'interpreter', 'compiled'] as const)('to any address, which is cold (%s)', (engine) => {
    const far = addr(0xdddd)
    const state = one({ movePrecompileTo: far }, IDENTITY)
    const at = { engine, state }
    expect(word({ ...at, transaction: { to: far, data: Uint8Array.of(9) } })).toBe(9n)
    // The gas that BALANCE of an address takes: 100 of one that is warm, 2,600 of another.
    const balanceGas = (address: Address): bigint =>
      word({ ...at, code: `5a73${hexOf(address)}31505a9003${RETURN_TOP}` }) - 7n
    expect([balanceGas(far), balanceGas(IDENTITY)]).toEqual([2_600n, 100n])
    expect(accessList({ ...at, code: `73${hexOf(far)}3173${hexOf(IDENTITY)}31` }).accessList).toEqual([
      { address: far, storageKeys: [] },
    ])
  })

  test.each([
    [
      'both ways to set storage',
      one({ state: slots(), stateDiff: slots() }),
      `account ${contract} has both 'state' and 'stateDiff'`,
    ],
    ['moving what is no precompile', one({ movePrecompileTo: addr(9) }), `account ${contract} is not a precompile`],
    [
      'moving onto an overridden account',
      new Map([
        [IDENTITY, { movePrecompileTo: contract }],
        [contract, { balanceWei: 1n }],
      ]),
      `account ${contract} is already overridden`,
    ],
  ])('refuses %s', (_title, state, message) => {
    expect(() => call({ state })).toThrow(expect.objectContaining({ code: 'INVALID_OVERRIDE', message }))
  })
})

describe('estimateGas', () => {
  test('a plain transfer is 21,000, to whomever', () => {
    for (const to of [target, addr(0x4242)]) {
      expect(estimate({ transaction: { to, valueWei: 1n } })).toEqual({ status: 'estimated', gas: 21_000n })
    }
  })

  test('ignores nonces, and the purse when there is no fee', () => {
    expect(estimate({ transaction: { sender: addr(0x999), to: target, nonce: 0n } })).toMatchObject({ gas: 21_000n })
  })

  /** What the estimate must be: the least limit that succeeds, by trying. */
  function leastGas(parts: Parts): bigint {
    const { chain, core, simulation } = setUp(parts)
    const succeeds = (gasLimit: bigint) =>
      core.call(chain.archive, { ...simulation, transaction: { ...simulation.transaction, gasLimit } }).status ===
      'success'
    let [fails, works] = [0n, 16_777_216n]
    while (fails + 1n < works) {
      const middle = (fails + works) / 2n
      if (succeeds(middle)) works = middle
      else fails = middle
    }
    return works
  }

  const clears = '5f6001555f600255' // slots 1 and 2 become 0: half of the gas is refunded
  test.each<readonly [string, Parts]>([
    ['a write', { code: '602a600555' }],
    ['refunds', { code: clears }],
    ['much more gas than it uses', { code: needsGas(400_000) }],
    [
      'a child that gets 63/64',
      {
        code: CALL_TARGET,
        accounts: { [target]: { code: fromHex(`0x${needsGas(300_000)}`) } },
      },
    ],
    ['call data at the floor price', { code: '00', transaction: { data: new Uint8Array(5000).fill(1) } }],
    ['a creation', { transaction: { to: undefined, data: fromHex(`0x${'602a6005555f5ff3'}`) } }],
    [
      'a transfer with an access list',
      { transaction: { to: target, accessList: [{ address: target, storageKeys: [] }] } },
    ],
  ])('%s: enough, and close to the least', (_title, parts) => {
    const outcome = estimate(parts)
    const least = leastGas(parts)
    expect(outcome.status).toBe('estimated')
    const gas = outcome.status === 'estimated' ? outcome.gas : 0n
    expect(gas).toBeGreaterThanOrEqual(least)
    expect(Number(gas - least) / Number(gas)).toBeLessThan(0.015)
  })

  test.each<readonly [string, Parts, bigint]>([
    ["the caller's", { transaction: { gasLimit: 90_000n } }, 90_000n],
    ["the block's", { block: { gasLimit: 1_000_000n } }, 1_000_000n],
    ["the transaction's by EIP-7825", {}, 16_777_216n],
    ['before Osaka the block again', { hardfork: 'prague' }, 30_000_000n],
    ["this node's", { hardfork: 'prague', block: { gasLimit: 10n ** 9n } }, 50_000_000n],
    ["the sender's purse", { transaction: { maxFeePerGasWei: 10n ** 13n } }, 100_000n],
    ['the purse less the value', { transaction: { maxFeePerGasWei: 10n ** 13n, valueWei: 4n * 10n ** 17n } }, 60_000n],
    ['even the intrinsic gas is too much', { transaction: { maxFeePerGasWei: 10n ** 14n } }, 10_000n],
  ])('an endless loop ends at the cap, and the answer names it: %s', (_title, parts, cap) => {
    expect(estimate({ code: '5b5f56', ...parts })).toEqual({
      status: 'halt',
      reason: 'out-of-gas',
      gasUsed: cap,
      fault: `gas required exceeds allowance (${cap})`,
    })
  })

  test('what fails for another reason is told as it is', () => {
    expect(estimate({ code: '602a5f5260205ffd' })).toMatchObject({ status: 'revert', output: fromHex(wordToHash(42n)) })
    expect(estimate({ code: 'fe' })).toMatchObject({ status: 'halt', reason: 'invalid-opcode' })
    const poor = { sender: addr(0x999), to: target, valueWei: 1n, maxFeePerGasWei: 2_000n }
    expect(estimate({ transaction: poor })).toMatchObject({
      status: 'rejected',
      rejection: { code: 'INSUFFICIENT_ACCOUNT_FUNDS' },
    })
  })
})

describe('createAccessList', () => {
  const slot = (number: bigint) => wordToHash(number)

  test('addresses and slots, sorted; not the sender, the target without slots, precompiles, the coinbase', () => {
    // Touches balances of a stranger, the coinbase, the sender and a precompile, then reads slot 2 and slot 1.
    const balances = [addr(0x77), addr(0xc0), sender, IDENTITY].map((address) => `73${hexOf(address)}3150`).join('')
    const outcome = accessList({ code: `${balances}6002545060015450` })
    expect(outcome).toEqual({
      accessList: [
        { address: addr(0x77), storageKeys: [] },
        { address: contract, storageKeys: [slot(1n), slot(2n)] },
      ],
      gasUsed: expect.anything(),
    })
  })

  test('nothing to list for a transfer', () => {
    expect(accessList({ transaction: { to: target } })).toEqual({ accessList: [], gasUsed: 21_000n })
  })

  test('the gas is what the transaction uses with the list', () => {
    const { chain, core, simulation } = setUp({ code: '60025450' })
    const { accessList: list, gasUsed } = core.createAccessList(chain.archive, simulation)
    const again = core.call(chain.archive, {
      ...simulation,
      transaction: { ...simulation.transaction, accessList: list },
    })
    expect(again).toMatchObject({ status: 'success', gasUsed })
  })

  test('what is only touched once the list changed what gas costs is listed too', () => {
    // Reads slot 1, measures what that cost, and reads slot 2 only when it was warm (GAS, SLOAD 1, GAS, SUB, < 1000).
    const outcome = accessList({ code: '5a600154505a90036103e811601057005b60025450' })
    expect(outcome.accessList).toEqual([{ address: contract, storageKeys: [slot(1n), slot(2n)] }])
  })

  test('a failure still has its list and says why', () => {
    expect(accessList({ code: '60025450fe' })).toMatchObject({
      error: 'invalid opcode',
      accessList: [{ address: contract }],
    })
    expect(accessList({ code: '600254505f5ffd' })).toMatchObject({ error: 'execution reverted' })
    const poor = { sender: addr(0x999), valueWei: 1n }
    expect(accessList({ transaction: poor })).toMatchObject({
      gasUsed: 0n,
      error: expect.stringMatching(/^insufficient funds/),
    })
  })

  test('a list that came along is kept as far as it is used, and in form', () => {
    const given = [
      { address: contract, storageKeys: [] },
      { address: addr(0x66), storageKeys: [slot(3n)] },
    ]
    expect(accessList({ code: '00', transaction: { accessList: given } }).accessList).toEqual([
      { address: addr(0x66), storageKeys: [slot(3n)] },
    ])
  })
})
