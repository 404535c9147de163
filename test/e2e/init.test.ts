import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { getAddress } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { afterAll, describe, expect, it } from 'vitest'
import { VALIDATORS_ADDRESS } from '../../src/node/setup/validatorsContract.ts'
import { executorArguments, runCli, startProcess, temporaryDirectory } from '../harness/nodeProcess.ts'
import { developmentAccounts } from '../harness/testnetProcess.ts'

const directory = temporaryDirectory()
afterAll(() => directory.remove())

/** Runs `evmpp init` for one validator with these options, into a folder of this name. */
async function init(name: string, ...options: string[]) {
  const folder = join(directory.path, name)
  const { code, stdout, stderr } = await runCli(['init', '--validators', '1', '--out', folder, ...options])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const readJson = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'))
  return { folder, stdout, genesis: readJson('genesis.json'), config: readJson('node0.json') }
}

/** Texts of all files below a folder. */
function textsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1').toLowerCase())
}

describe('the register of a network that init makes', () => {
  it('belongs to a new key, which is printed and kept nowhere', async () => {
    const { folder, stdout, genesis, config } = await init('fresh', '--json')
    const { registerOwner, feeRecipient } = JSON.parse(stdout)
    const address = privateKeyToAddress(registerOwner.privateKey).toLowerCase()
    expect(registerOwner.address).toBe(address)
    expect(developmentAccounts().map((account) => account.address.toLowerCase())).not.toContain(address)
    // The register's slot 0 is its owner.
    const { storage } = genesis.alloc[VALIDATORS_ADDRESS]
    expect(BigInt(storage[`0x${'00'.repeat(32)}`])).toBe(BigInt(address))
    // Who is to change the register has to pay for it, and earns the fees.
    expect(BigInt(genesis.alloc[address].balance)).toBe(10_000n * 10n ** 18n)
    expect(feeRecipient).toBe(address)
    expect(config.feeRecipient).toBe(getAddress(address))
    for (const text of textsBelow(folder)) expect(text).not.toContain(registerOwner.privateKey.slice(2))
  })

  it('is said in words, the key once, and another one each time', async () => {
    const [{ stdout: one }, { stdout: other }] = await Promise.all([init('one'), init('other')])
    expect(one).toMatch(/0x\w{40} says who validates in later epochs\..*\nIts key is in no file and is shown only now:/)
    const keys = [one, other].map((text) => text.match(/0x[0-9a-f]{64}/g) ?? [])
    expect(keys.map((found) => found.length)).toEqual([1, 1])
    expect(keys[0]).not.toEqual(keys[1])
  })

  it('belongs to whom --register-owner or --fund names, whose key nobody sees; fees go where --fee-recipient says', async () => {
    const [owner, funded, paid] = ['0a', '0b', '0c'].map((byte) => `0x${byte.repeat(20)}`)
    const named = await init('named', '--json', '--register-owner', `${owner}`, '--fee-recipient', `${paid}`)
    expect(JSON.parse(named.stdout)).toMatchObject({ registerOwner: { address: owner }, feeRecipient: paid })
    expect(JSON.parse(named.stdout).registerOwner.privateKey).toBeUndefined()
    expect(named.config.feeRecipient.toLowerCase()).toBe(paid)
    const first = await init('funded', '--json', '--fund', `${funded},${owner}`)
    expect(JSON.parse(first.stdout)).toMatchObject({ registerOwner: { address: funded }, feeRecipient: funded })
    expect(Object.keys(first.genesis.alloc)).not.toContain(developmentAccounts()[0]?.address.toLowerCase())
  })

  it('pays nobody when the config names nobody, which the node says at its start', async () => {
    const { folder, config } = await init('unpaid', '--port', '0')
    const path = join(folder, 'node0.json')
    writeFileSync(path, JSON.stringify({ ...config, feeRecipient: undefined }))
    const args = ['node', '--config', path, ...executorArguments]
    const ofFees = (warnings: readonly string[]) => warnings.filter((warning) => warning.includes('fees'))
    const unpaid = await startProcess(args)
    expect(ofFees(unpaid.warnings)).toEqual([expect.stringMatching(/its validator id: nobody can spend them/)])
    expect(await unpaid.end('SIGTERM')).toBe(0)
    const paid = await startProcess([...args, '--fee-recipient', `0x${'0c'.repeat(20)}`])
    expect(ofFees(paid.warnings)).toEqual([])
    expect(await paid.end('SIGTERM')).toBe(0)
    const genesis = join(folder, 'genesis.json')
    const follower = await runCli(['node', '--genesis', genesis, '--fee-recipient', `0x${'0c'.repeat(20)}`])
    expect(follower).toMatchObject({ code: 2, stderr: expect.stringContaining('--fee-recipient is for validators') })
  })

  it('has no address with a letter mistyped', async () => {
    const mistyped = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD'
    for (const option of ['--register-owner', '--fee-recipient', '--fund']) {
      const { code, stderr } = await runCli(['init', '--out', join(directory.path, 'mistyped'), option, mistyped])
      expect(stderr).toMatch(/^The checksum of 0x5aAeb\w+ is wrong/)
      expect(code).toBe(2)
    }
  })
})
