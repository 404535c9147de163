import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { buildProgram } from './support/program.ts'

/** V8 reserves 10 GB of addresses for a memory: with so many KiB of them in all it cannot make a transaction's 128. */
const ADDRESSES_KIB = 60_000_000
const isLimited = spawnSync('sh', ['-c', `ulimit -v ${ADDRESSES_KIB}`]).status === 0 && process.platform === 'linux'
if (!isLimited) process.stdout.write('skipped: no shell here that limits the addresses of a process\n')

describe.skipIf(!isLimited)('a machine without memory', () => {
  test.each([
    ['ends the transaction in no way: the node stops', ADDRESSES_KIB, /^InvariantError: RangeError: .*memory/i],
    ['which a machine with memory does not do', 'unlimited', /^ended: success/],
  ])('%s', async (_name, limit, output) => {
    const program = await buildProgram('memoryHogWorker')
    const { stdout } = spawnSync('sh', ['-c', `ulimit -v ${limit}; exec "${process.execPath}" "${program}"`], {
      encoding: 'utf8',
    })
    expect(stdout).toMatch(output)
  })
})
