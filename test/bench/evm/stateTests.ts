import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { StateCase } from '../../conformance/state/fixture.ts'
import { loadCases } from '../../conformance/state/fixture.ts'
import { decodeCase } from '../../conformance/state/runCase.ts'
import type { Program } from './program.ts'

/** The state tests below `folder` as programs: `<file>/<label or index>`. What they must come to is their post root. */
export function stateTestPrograms(folder: string): readonly Program[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => loadCases(join(folder, name), undefined))
    .map((loaded) => {
      if (loaded.kind === 'skip') throw new Error(`${loaded.name}: ${loaded.reason}`)
      return programOf(loaded.stateCase)
    })
}

function programOf(stateCase: StateCase): Program {
  const transaction = decodeCase(stateCase)
  if (typeof transaction === 'string' || transaction.to === undefined) throw new Error(`${stateCase.name} is no call`)
  const { name, rules, block, pre, stateRoot } = stateCase
  const { to } = transaction
  return {
    name: name.replace(' London', ''),
    kind: 'other',
    rules,
    block,
    pre,
    transaction: { ...transaction, to },
    output: undefined,
    stateRoot,
  }
}
