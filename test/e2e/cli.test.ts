import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Finished, NodeProcess } from '../harness/nodeProcess.ts'
import { runCli, startNodeProcess, temporaryDirectory } from '../harness/nodeProcess.ts'

const directory = temporaryDirectory()
const out = join(directory.path, 'out')
let node: NodeProcess
beforeAll(async () => {
  node = await startNodeProcess(['--ephemeral'])
})
afterAll(async () => {
  await node.end('SIGTERM')
  directory.remove()
})

const cli = (...words: readonly string[]): Promise<Finished> => runCli([...words, '--rpc-url', node.ready.url])
const said = (stdout: unknown): object => ({ code: 0, stderr: '', stdout })

test.each(['sol-contracts/Counter.sol', 'asm-contracts/Counter.ts'])(
  '%s is deployed, used and verified',
  async (source) => {
    const deployed = await cli('deploy', source, '--out', out, '--json')
    expect(deployed).toMatchObject({ code: 0, stderr: '' })
    const { address } = JSON.parse(deployed.stdout)
    expect(await cli('send', address, 'setNumber(uint256)', '41')).toMatchObject({ code: 0 })
    expect(await cli('call', address, 'number()(uint256)')).toMatchObject(said('41\n'))
    expect(await cli('verify', address, source, '--out', out)).toMatchObject(
      said(`${address} is Counter of ${source}.\n`),
    )
    const other = await cli('verify', address, source.replace('Counter', 'Caller'), '--out', out)
    expect(other).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/ is not Caller of .*: the .* there /),
    })
  },
)

test('Solidity calls what an AssemblyScript contract is through the interface that its build writes', async () => {
  expect(await runCli(['build', 'asm-contracts/Counter.ts', '--out', out])).toMatchObject({ code: 0 })
  const path = join(out, 'Counter.ts', 'ICounter.sol')
  expect(readFileSync(path, 'utf8')).toContain('event NumberChanged(address indexed by, uint256 number);')
  const user =
    'import "./ICounter.sol"; contract User { function f(ICounter c) external view returns (uint256) { return c.number(); } }'
  writeFileSync(
    join(out, 'Counter.ts', 'User.sol'),
    `// SPDX-License-Identifier: MIT\npragma solidity ^0.8.0;\n${user}\n`,
  )
  const built = await runCli(['build', 'User.sol'], join(out, 'Counter.ts'))
  expect(built).toMatchObject(said(expect.stringContaining('User.sol')))
})

test('a revert is told by name when a built contract declares it, and else as it is', async () => {
  const text =
    'contract C { error TooLittle(uint256 has, uint256 wanted); function f() external { revert TooLittle(4, 40); } }'
  writeFileSync(join(directory.path, 'R.sol'), `// SPDX-License-Identifier: MIT\npragma solidity ^0.8.0;\n${text}\n`)
  const inFolder = (...words: readonly string[]) => runCli([...words, '--rpc-url', node.ready.url], directory.path)
  const { address } = JSON.parse((await inFolder('deploy', 'R.sol', '--out', 'elsewhere', '--json')).stdout)
  const unknown = await inFolder('send', address, 'f()')
  expect(unknown.stderr).toMatch(
    /^The call reverted: 0x[0-9a-f]{136}, an error that no contract in out\/ declares\.\n$/,
  )
  await runCli(['build', 'R.sol'], directory.path)
  expect(await inFolder('call', address, 'f()')).toMatchObject({
    code: 1,
    stderr: 'The call reverted: TooLittle(4, 40).\n',
  })
})

test('a contract that needs a library is refused before it is sent', async () => {
  const source = 'library L { function f() external {} } contract C { function g() external { L.f(); } }'
  writeFileSync(join(directory.path, 'C.sol'), `// SPDX-License-Identifier: MIT\npragma solidity ^0.8.0;\n${source}\n`)
  const refused = await runCli(['deploy', 'C.sol', '--rpc-url', node.ready.url], directory.path)
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^C needs the address of the library L/) })
})

test('what verify does not understand is one sentence', async () => {
  expect(await cli('verify', `0x${'11'.repeat(20)}`)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^A source/),
  })
  const empty = await cli('verify', `0x${'11'.repeat(20)}`, 'sol-contracts/Counter.sol', '--out', out)
  expect(empty).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no code at that address') })
})
