import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/** It waits for processes to start, twice, whatever the machine. */
const PATIENCE_MS = 1_200_000

/** The script's end, with these options; what it printed. */
function chaos(...options: readonly string[]): Promise<{ readonly code: number; readonly stdout: string }> {
  const script = join(import.meta.dirname, '../../scripts/testnetChaos.mjs')
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...options], (error, stdout) =>
      resolve({ code: Number(error?.code ?? 0), stdout }),
    )
  })
}

it(
  'the long run with real processes can fail: it notices a false root, lost receipts and a chain that stands still',
  async () => {
    const { code, stdout } = await chaos('--seconds', '1', '--only', 'nothing', '--break', 'root,receipt,standstill')
    expect(stdout).toMatch(/^FAILED: nothing: the chain stood still/m)
    expect(stdout).toMatch(/^FAILED: nodes differ: .*0x0{64}/m)
    expect(stdout).toMatch(/^FAILED: node2 lost \d+ of \d+ transactions with a receipt/m)
    expect(code).toBe(1)
  },
  PATIENCE_MS,
)
