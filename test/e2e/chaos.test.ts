import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/** It waits for processes to start, twice, whatever the machine. */
const PATIENCE_MS = 1_200_000

/** A script's end, with these options; what it printed. */
function run(name: string, ...options: readonly string[]): Promise<{ readonly code: number; readonly stdout: string }> {
  const script = join(import.meta.dirname, '../../scripts', name)
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...options], (error, stdout) =>
      resolve({ code: Number(error?.code ?? 0), stdout }),
    )
  })
}

it(
  'the long run with real processes can fail: it notices a false root, lost receipts and a chain that stands still',
  async () => {
    const { code, stdout } = await run(
      'testnetChaos.mjs',
      ...['--seconds', '1', '--only', 'nothing', '--break', 'root,receipt,standstill'],
    )
    expect(stdout).toMatch(/^FAILED: nothing: the chain stood still/m)
    expect(stdout).toMatch(/^FAILED: nodes differ: .*0x0{64}/m)
    expect(stdout).toMatch(/^FAILED: node2 lost \d+ of \d+ transactions with a receipt/m)
    expect(code).toBe(1)
  },
  PATIENCE_MS,
)

it(
  'the run with kills passes, and can fail: it notices accepted transactions that are in no block',
  async () => {
    const options = ['--kills', '2', '--seconds', '8', '--down', '1']
    const whole = await run('testnetKills.mjs', ...options)
    expect(whole.stdout).toMatch(/^2 kills in \d+ s; (\d+) transactions accepted, \1 of them in a block .* 100.00 %/m)
    expect(whole.code).toBe(0)
    const lossy = await run('testnetKills.mjs', '--kills', '0', '--lose', '100')
    expect(lossy.stdout).toMatch(/^FAILED: only \d+ of \d+ accepted transactions are in a block/m)
    expect(lossy.code).toBe(1)
  },
  PATIENCE_MS,
)
