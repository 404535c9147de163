import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fromHex } from '../../src/primitives/index.ts'
import type { Journal } from '../../src/state/index.ts'
import { createJournal } from '../../src/state/index.ts'
import type { VmEngine } from '../../src/vm/index.ts'
import type { Engine } from '../harness/engines.ts'
import { createEngine, ENGINE_NAMES } from '../harness/engines.ts'
import { differencesOn } from './compare.ts'
import { generateScenario } from './generate/generate.ts'
import { minimized } from './minimize.ts'
import { regressions } from './regressions.ts'
import type { Scenario } from './scenario.ts'
import { testCaseText } from './testCase.ts'

const root = join(import.meta.dirname, '../..')

test('all engines agree on a thousand programs', () => {
  execFileSync(process.execPath, [join(root, 'scripts/buildTestTool.mjs'), 'fuzz'])
  const args = ['--seed', '20261122', '--count', '1000']
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/fuzz.js'), ...args], { encoding: 'utf8' })
  expect(stdout.trim().split('\n').at(-1), stdout + stderr).toBe('1000 passed, 0 failed')
})

for (const { name, ...scenario } of regressions) {
  test(`all engines agree: ${name}`, () => {
    expect(differencesOn(ENGINE_NAMES.map(createEngine), scenario)).toEqual([])
  })
}

test('a program is named by its seed and number alone', () => {
  expect(generateScenario(7, 42)).toEqual(generateScenario(7, 42))
  expect(generateScenario(7, 42)).not.toEqual(generateScenario(7, 43))
})

describe('a broken engine is caught', () => {
  const reference = createEngine('reference')

  /** The reference with its EVM or its journal bent. */
  const broken = (bend: { evm?: (evm: VmEngine) => VmEngine; journal?: (journal: Journal) => Journal }): Engine => ({
    name: 'broken',
    journal: (bend.journal ?? ((journal) => journal))(createJournal()),
    machinesOf(hardfork) {
      const machines = reference.machinesOf(hardfork)
      return { ...machines, evm: (bend.evm ?? ((evm) => evm))(machines.evm) }
    },
  })

  const cases: readonly (readonly [string, Engine])[] = [
    ['a successful frame that returns a word pays 1 gas too much', broken({ evm: overcharging })],
    ['a rollback forgets to undo the refund', broken({ journal: keepingRefunds })],
    ['slots of the second contract are not recorded as read', broken({ journal: forgetfulOf('c002') })],
  ]

  test.each(cases)('%s', (_name, engine) => {
    const fails = (scenario: Scenario): boolean => differencesOn([reference, engine], scenario).length > 0
    const found = firstFailing(fails)
    const small = minimized(found, fails)
    expect(fails(small)).toBe(true)
    const codeBytes = small.contracts.reduce((sum, { code }) => sum + fromHex(code).length, 0)
    expect(codeBytes, testCaseText('minimised', small)).toBeLessThan(64)
  })

  function firstFailing(fails: (scenario: Scenario) => boolean): Scenario {
    for (let index = 0; index < 1_000; index += 1) {
      const scenario = generateScenario(1, index, [[1, 'osaka']])
      if (fails(scenario)) return scenario
    }
    throw new Error('a thousand programs did not notice')
  }
})

function overcharging(evm: VmEngine): VmEngine {
  return {
    ...evm,
    execute(execution, code, host) {
      const result = evm.execute(execution, code, host)
      const isHit = result.status === 'success' && result.output.length === 32 && result.gasLeft > 0n
      return isHit ? { ...result, gasLeft: result.gasLeft - 1n } : result
    },
  }
}

/** A journal in which some methods are others'. */
function bent(journal: Journal, methods: Partial<Journal>): Journal {
  return new Proxy(journal, {
    get(target, name) {
      const value = Reflect.get(methods, name) ?? Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function keepingRefunds(journal: Journal): Journal {
  return bent(journal, {
    rollback(to) {
      const before = journal.refundGas
      journal.rollback(to)
      journal.addRefund(before - journal.refundGas)
    },
  })
}

function forgetfulOf(addressEnd: string) {
  return (journal: Journal): Journal =>
    bent(journal, {
      finish(rules) {
        const result = journal.finish(rules)
        const { reads, writes, touched } = result.access
        const kept = [...reads].filter((key) => !key.includes(`${addressEnd}:`))
        return {
          ...result,
          access: { reads: new Set(kept), writes, touched, asked: (visit) => result.access.asked(visit) },
        }
      },
    })
}
