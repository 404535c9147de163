import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FIRST_USE_POLICY } from '../../../src/evm/index.ts'
import { createExecution } from '../../../src/node/machines.ts'
import type { Bytes, Hardfork } from '../../../src/primitives/index.ts'
import { concatBytes, fromHex, rulesOf, toHex, wordToBytes } from '../../../src/primitives/index.ts'
import { executeTransaction } from '../../../src/router/index.ts'
import type { StateView } from '../../../src/state/index.ts'
import type { VmEngine } from '../../../src/vm/index.ts'
import { delegationTo } from '../../../src/vm/index.ts'
import { assemble, RETURN_TOP } from '../../compliance/evm/code.ts'
import { createEngine, type Engine } from '../../harness/engines.ts'
import type { Observation } from '../../harness/observation.ts'
import { observe } from '../../harness/observation.ts'
import { addr, testBlock, transaction, world } from '../../harness/world.ts'

const CONTRACTS = 4
const contract = (index: number): number => 0x1000 + index
const DELEGATED = 0x2000
const DELEGATED_TO_PRECOMPILE = 0x2001
const WITHOUT_CODE = 0x3000
const CALLER = 0x6000
const IDENTITY = 4
const WEBASSEMBLY = 0x4000
const RICH = 0x5000

const targets = [
  ...Array.from({ length: CONTRACTS }, (_, index) => contract(index)),
  DELEGATED,
  DELEGATED_TO_PRECOMPILE,
  WITHOUT_CODE,
  IDENTITY,
  WEBASSEMBLY,
  RICH,
]

const hex = (value: number | bigint, bytes: number): string => `0x${value.toString(16).padStart(2 * bytes, '0')}`

/** One of the four kinds, with everything around it from small sets in which all that matters is found often. */
const call = fc
  .record({
    kind: fc.constantFrom('CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL'),
    to: fc.constantFrom(...targets),
    gas: fc.constantFrom('GAS', 'GAS', 'GAS', hex(0, 1), hex(2_000, 2), hex(30_000, 2), `0x${'ff'.repeat(32)}`),
    value: fc.constantFrom(0n, 0n, 1n, 10n ** 30n),
    input: fc.constantFrom(0, 1, 32, 100),
    output: fc.constantFrom(0, 1, 32, 100),
    offset: fc.constantFrom(0, 64, 5_000),
  })
  .map(({ kind, to, gas, value, input, output, offset }) => {
    const ranges = `${hex(output, 1)} ${hex(offset, 2)} ${hex(input, 1)} 0x00`
    const takesValue = kind === 'CALL' || kind === 'CALLCODE'
    return `${ranges} ${takesValue ? hex(value, 16) : ''} ${hex(to, 2)} ${gas} ${kind} GAS ADD RETURNDATASIZE ADD`
  })

const effect = fc.constantFrom(
  '.80 0x01 SSTORE',
  '.80 0x00 MSTORE',
  '0x05 SLOAD ADD',
  '.80 0x20 0x00 LOG1',
  'RETURNDATASIZE 0x00 0x40 RETURNDATACOPY',
  '0x40 MLOAD ADD',
  'CALLER ADD CALLVALUE ADD ADDRESS ADD SELFBALANCE ADD',
  '0x00 CALLDATALOAD CALLDATASIZE ADD ADD',
  'GAS GAS GAS GAS POP POP POP POP',
  `${hex(0x3001, 2)} SELFDESTRUCT`,
)

const ending = fc.constantFrom(
  'STOP',
  '0x00 MSTORE 0x20 0x00 RETURN',
  '0x00 MSTORE 0x60 0x00 RETURN',
  '0x00 MSTORE 0x20 0x00 REVERT',
  'INVALID',
  '.0c',
)

const code = fc
  .tuple(fc.array(fc.oneof({ weight: 2, arbitrary: call }, effect), { maxLength: 5 }), ending)
  .map(([steps, end]): Bytes => assemble(`0x00 ${steps.join(' ')} ${end}`))

/** Keeps one compiled code: whatever is compiled next puts out a code whose frames wait. */
function forgetfulEngine(): Engine {
  const { machinesOf, createJournal } = createExecution('compiled', {
    policy: { ...FIRST_USE_POLICY, maxCachedBytes: 1 },
  })
  return { name: 'forgetful', machinesOf, journal: createJournal() }
}

const engines: readonly Engine[] = [
  ...(['reference', 'interpreter', 'compiled', 'compiled-first-use'] as const).map(createEngine),
  forgetfulEngine(),
]

function stateWith(codes: readonly Bytes[]): StateView {
  const richest = 2n ** 256n - 10n ** 21n
  return world({
    [addr(1)]: { balanceWei: 10n ** 20n },
    ...Object.fromEntries(
      codes.map((bytes, index) => [
        addr(contract(index)),
        { code: bytes, balanceWei: 5n, nonce: 1n, storage: [[5n, 77n]] as const },
      ]),
    ),
    [addr(DELEGATED)]: { code: delegationTo(addr(contract(1))), balanceWei: 3n },
    [addr(DELEGATED_TO_PRECOMPILE)]: { code: delegationTo(addr(IDENTITY)), balanceWei: 3n },
    [addr(WEBASSEMBLY)]: { code: fromHex('0x0061736d01000000') },
    [addr(RICH)]: { balanceWei: richest },
  })
}

function run(engine: Engine, hardfork: Hardfork, state: StateView, gasLimit: bigint): Observation {
  const rules = rulesOf(hardfork)
  const environment = {
    rules,
    block: { ...testBlock, gasLimit: 10n ** 15n, baseFeeWei: rules.hasBaseFee ? testBlock.baseFeeWei : 0n },
    machines: engine.machinesOf(hardfork),
    journal: engine.journal,
    blockHash: () => undefined,
  }
  const sent = transaction({ type: rules.hasBaseFee ? 2 : 0, to: addr(contract(0)), gasLimit, valueWei: 7n })
  return observe(executeTransaction(environment, state, sent, 'consensus'))
}

const forks = fc.constantFrom<Hardfork>(
  'frontier',
  'tangerineWhistle',
  'byzantium',
  'istanbul',
  'london',
  'cancun',
  'prague',
  'osaka',
)

describe('calls between contracts', () => {
  test('end on every engine as on the reference: gas, state, logs, access', () => {
    const codes = fc.array(code, { minLength: CONTRACTS, maxLength: CONTRACTS })
    const gas = fc.constantFrom(60_000n, 200_000n, 900_000n)
    fc.assert(
      fc.property(codes, forks, gas, (bytes, hardfork, gasLimit) => {
        const state = stateWith(bytes)
        const [expected, ...others] = engines.map((engine) => run(engine, hardfork, state, gasLimit))
        for (const actual of others) expect(actual).toEqual(expected)
      }),
      { numRuns: 200 },
    )
  })

  test('nest as deep as the protocol lets them, on a native stack of any size', () => {
    // Calls itself with all gas and returns how many frames that made, itself included.
    const recursive = assemble(`0x20 0x00 0x00 0x00 0x00 ADDRESS GAS CALL POP 0x00 MLOAD 0x01 ADD ${RETURN_TOP}`)
    const outcomes = engines.slice(1).map((engine) => run(engine, 'london', stateWith([recursive]), 10n ** 14n))
    for (const outcome of outcomes) expect(outcome.get('output')).toBe(toHex(wordToBytes(1_025n)))
  })

  test.each(['interpreter', 'compiled-first-use'] as const)('%s drives them without its host', (name) => {
    const { machinesOf, journal } = createEngine(name)
    const machines = machinesOf('osaka')
    let frames = 0
    const counted: VmEngine = {
      kind: 'evm',
      validate: (...all) => machines.evm.validate(...all),
      execute(...all) {
        frames += 1
        return machines.evm.execute(...all)
      },
    }
    const callee = addr(contract(1))
    const once = `0x00 0x00 0x00 0x00 ${callee} GAS STATICCALL ADD`
    const caller = concatBytes(
      assemble('0x00'),
      ...Array.from({ length: 50 }, () => assemble(once)),
      assemble('0x00 MSTORE 0x20 0x00 RETURN'),
    )
    const view = world({
      [addr(1)]: { balanceWei: 10n ** 20n },
      [addr(CALLER)]: { code: caller },
      [callee]: { code: assemble('0x01 POP') },
    })
    const environment = {
      rules: rulesOf('osaka'),
      block: testBlock,
      machines: { ...machines, evm: counted },
      journal,
      blockHash: () => undefined,
    }
    const seen = executeTransaction(environment, view, transaction({ to: addr(CALLER) }), 'consensus')
    expect([seen.kind === 'executed' && seen.status, frames]).toEqual(['success', 1])
    frames = 0
    const watched = { ...environment, machines: { ...environment.machines, seesEveryFrame: true } }
    expect(observe(executeTransaction(watched, view, transaction({ to: addr(CALLER) }), 'consensus'))).toEqual(
      observe(seen),
    )
    expect(frames).toBe(51)
  })
})
