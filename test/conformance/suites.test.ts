import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const fixtures = join(root, '../shared/fixtures')
const legacyVm = 'ethereum-tests/LegacyTests/Constantinople/VMTests'

/** What is quick and touches most rules; `npm run conformance -- <suite> <directory>` runs the rest. */
const runs = [
  { suite: 'state', folder: 'ethereum-tests/GeneralStateTests/stExample' },
  { suite: 'state', folder: 'ethereum-tests/GeneralStateTests/stSStoreTest' },
  { suite: 'state', folder: 'ethereum-tests/GeneralStateTests/stCreate2' },
  { suite: 'state', folder: 'ethereum-tests/GeneralStateTests/stTransitionTest' },
  { suite: 'state', folder: 'ethereum-tests/GeneralStateTests/stTransactionTest' },
  { suite: 'state', folder: 'ethereum-tests/GeneralStateTests/Cancun' },
  { suite: 'state', folder: 'execution-spec-tests/state_tests/osaka' },
  { suite: 'vm', folder: `${legacyVm}/vmArithmeticTest` },
  { suite: 'vm', folder: `${legacyVm}/vmIOandFlowOperations` },
  { suite: 'vm', folder: `${legacyVm}/vmSystemOperations` },
  { suite: 'blocks', folder: 'mainnet-blocks' },
  ...['eip6110_deposits', 'eip7002_el_triggerable_withdrawals', 'eip7251_consolidations'].map((name) => ({
    suite: 'chain',
    folder: `execution-spec-tests/blockchain_tests/prague/${name}`,
  })),
  { suite: 'precompiles', folder: 'precompiles' },
]

/** What no engine has a part in. */
const formats = [
  { suite: 'transactions', folder: 'ethereum-tests/TransactionTests', options: [] },
  { suite: 'rlp', folder: 'ethereum-tests/RLPTests', options: [] },
]

beforeAll(() => {
  execFileSync(process.execPath, [join(root, 'scripts/buildTestTool.mjs'), 'conformance'])
})

const isAbsent = (folder: string) => !existsSync(join(fixtures, folder))
const absent = [...runs, ...formats].map(({ folder }) => folder).filter(isAbsent)
if (absent.length > 0) console.log(`skipped, for there are no fixtures under ${fixtures}: ${absent.join(', ')}`)

/** Compiled code, which in everything that can be seen must be the interpreter's equal. */
const compiled = ({ suite }: (typeof runs)[number]): readonly string[] => [
  '--evm',
  // Compiling all of a block's contracts takes minutes: those that are hot will do.
  suite === 'blocks' ? 'compiled' : 'compiled-first-use',
  '--against',
  'interpreter',
]

/** The same blocks by workers: their results are the ones in order, bit for bit, without the access list and with it. */
const onWorkers = ['virtual', 'parallel'].flatMap((executor) =>
  [
    { suite: 'stateBlocks', folder: 'ethereum-tests/GeneralStateTests/stCreate2' },
    { suite: 'blocks', folder: 'mainnet-blocks' },
  ].map((run) => ({ ...run, options: ['--evm', 'interpreter', '--executor', executor, '--workers', '1,3'] })),
)

const cases = [
  ...formats,
  ...onWorkers,
  ...runs.map((run) => ({ ...run, options: ['--evm', 'reference'] })),
  ...runs.map((run) => ({ ...run, options: compiled(run) })),
]

/** Suites that skip by name: chains whose fork changes on the way, and what was a transaction before Homestead or EIP-155 only. */
const SKIPPING: ReadonlySet<string> = new Set(['chain', 'transactions'])

for (const { suite, folder, options } of cases) {
  test.skipIf(isAbsent(folder))(`${suite} ${options.join(' ')}: ${folder}`, () => {
    const args = [join(root, 'dist/conformance.js'), suite, join(fixtures, folder), ...options]
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
    const counts = SKIPPING.has(suite)
      ? /^[1-9]\d* passed, 0 failed, \d+ skipped$/
      : /^[1-9]\d* passed, 0 failed, 0 skipped$/
    expect(stdout.trim().split('\n').at(-1), stdout + stderr).toMatch(counts)
    expect(status).toBe(0)
  })
}
