import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { devGenesis, genesisFile, parseGenesis } from '../../../../src/chain/index.ts'
import { compileSources } from '../../../../src/cli/compile/index.ts'
import { createBlstScheme, createValidatorSet } from '../../../../src/consensus/index.ts'
import { parseContact, peerIdOf } from '../../../../src/network/index.ts'
import { createNetwork, type NewNetwork } from '../../../../src/node/setup/createNetwork.ts'
import { gethGenesis } from '../../../../src/node/setup/gethGenesis.ts'
import { readKeys, writeKeys } from '../../../../src/node/setup/keys.ts'
import { parseNetworkGenesis } from '../../../../src/node/setup/networkGenesis.ts'
import { readNodeConfig } from '../../../../src/node/setup/nodeConfig.ts'
import { VALIDATORS_CODE } from '../../../../src/node/setup/validatorsCode.ts'
import { readRegister, VALIDATORS_ADDRESS } from '../../../../src/node/setup/validatorsContract.ts'
import { createSuccessions } from '../../../../src/node/validator/succession.ts'
import { fromHex, keccakHash, toAddress, toHex } from '../../../../src/primitives/index.ts'
import { projectRoot, temporaryDirectory } from '../../../harness/nodeProcess.ts'

const scheme = createBlstScheme()
const genesis = {
  ...devGenesis({
    chainId: 31_337n,
    hardfork: 'osaka',
    gasLimit: 60_000_000n,
    accounts: [toAddress(`0x${'aa'.repeat(20)}`)],
    balanceWei: 10n ** 22n,
    timestampSeconds: 1_800_000_000n,
  }),
  wasmRules: 2,
} as const
const parameters = { deltaMs: 100, votePaceMs: 250, maxClockDriftMs: 500, epochLength: 50_000, epochDelayRounds: 5_000 }

let directory: ReturnType<typeof temporaryDirectory>
let network: NewNetwork
beforeEach(() => {
  directory = temporaryDirectory()
  const ports = [0, 1, 2, 3].map((index) => ({ rpc: 8545 + index, p2p: 30_300 + index, metrics: 9_100 + index }))
  network = {
    folder: join(directory.path, 'net'),
    gethGenesis: genesisFile(genesis),
    parameters,
    ports,
    registerOwner: undefined,
    feeRecipient: undefined,
  }
})
afterEach(() => directory.remove())

/** The error's code and sentence. */
async function failureOf(work: () => unknown): Promise<{ readonly code: string; readonly message: string }> {
  try {
    await work()
  } catch (error) {
    return error as { code: string; message: string }
  }
  throw new Error('did not fail')
}

test('genesisFile is what parseGenesis reads', () => {
  const contract = {
    address: toAddress(`0x${'bb'.repeat(20)}`),
    nonce: 1n,
    balanceWei: 2n ** 200n,
    code: fromHex('0x6001'),
    storage: new Map([[1n, 2n ** 255n]]),
  }
  const all = { ...genesis, chainId: 2n ** 60n, hardfork: 'prague', accounts: [...genesis.accounts, contract] } as const
  expect(parseGenesis(JSON.parse(JSON.stringify(genesisFile(all))))).toEqual(all)
})

describe('the register of validators', () => {
  const registerOwner = toAddress(`0x${'0e'.repeat(20)}`)

  test('stands in the first state, with the first validators in it', async () => {
    const { genesisPath, nodes } = await createNetwork({ ...network, registerOwner })
    const file = parseNetworkGenesis(JSON.parse(readFileSync(genesisPath, 'utf8')), scheme)
    const account = file.genesis.accounts.find(({ address }) => address === VALIDATORS_ADDRESS)
    expect(account?.storage.get(0n)).toBe(BigInt(registerOwner))
    const view = {
      account: () => ({ nonce: 1n, balanceWei: 0n, codeHash: keccakHash(VALIDATORS_CODE) }),
      code: () => VALIDATORS_CODE,
      storage: (_: unknown, slot: bigint) => account?.storage.get(slot) ?? 0n,
      hasStorage: () => true,
    }
    const successions = createSuccessions({
      consensus: file.consensus,
      scheme,
      first: { set: file.validators, members: [] },
      archive: { firstBlock: () => 0n, blockHash: () => file.consensus.genesisId, stateAt: () => view },
    })
    const set = successions.decide(1, keccakHash(new Uint8Array()))
    expect(set.validators).toEqual(file.validators.validators)
    expect(successions.members()).toEqual(file.members)
    expect(successions.contacts().get(nodes[0]?.validatorId ?? registerOwner)?.id).toBe(nodes[0]?.peerId)
    expect(readRegister(view, 3)).toBe(undefined)
    expect(successions.haveChanged()).toBe(false)

    // One that its safety record knows, though the chain's own store has gone back to before it was decided.
    const [heaviest, ...others] = file.validators.validators
    if (heaviest === undefined) throw new Error('there are four')
    const members = [{ ...heaviest, stake: 1_000n }, ...others]
    successions.adopt(createValidatorSet(2, keccakHash(new Uint8Array()), members))
    expect(successions.haveChanged()).toBe(true)
    expect(successions.decide(2, keccakHash(new Uint8Array())).totalStake).toBe(1_300n)
    expect(successions.decide(3, keccakHash(new Uint8Array())).totalStake).toBe(400n)
  })

  test('a genesis file that has something else at its place: refused', async () => {
    const account = {
      address: VALIDATORS_ADDRESS,
      nonce: 1n,
      balanceWei: 0n,
      code: fromHex('0x00'),
      storage: new Map(),
    }
    const gethGenesis = genesisFile({ ...genesis, accounts: [...genesis.accounts, account] })
    const failure = await failureOf(() => createNetwork({ ...network, gethGenesis, registerOwner }))
    expect(failure.code).toBe('GENESIS_INVALID')
  })

  test('is the code that the compiler makes of sol-contracts/Validators.sol', async () => {
    const [artifact] = await compileSources(['sol-contracts/Validators.sol'], {
      root: projectRoot,
      cacheFolder: join(projectRoot, 'dist/examples'),
    })
    expect(artifact?.deployedBytecode).toBe(toHex(VALIDATORS_CODE))
  })
})

test('a genesis file without a version of the WebAssembly rules is of version 1; another version, another network', async () => {
  const { genesisPath } = await createNetwork(network)
  const file = JSON.parse(readFileSync(genesisPath, 'utf8'))
  const ids = [undefined, 1, 2].map((wasmRules) => {
    const parsed = parseNetworkGenesis({ ...file, config: { ...file.config, wasmRules } }, scheme)
    expect(parsed.genesis.wasmRules).toBe(wasmRules ?? 1)
    return parsed.consensus.genesisId
  })
  expect(ids[1]).toBe(ids[0])
  expect(ids[2]).not.toBe(ids[0])
  expect(gethGenesis({ chainId: 5n, hardfork: 'osaka', gasLimit: 1n, funded: [] })).toMatchObject({
    config: { wasmRules: 2 },
  })
})

describe('a new network', () => {
  test('is a genesis, and for each validator a config, keys and a folder of its own', async () => {
    const { genesisPath, nodes } = await createNetwork(network)
    expect(readdirSync(network.folder).sort()).toEqual([
      'genesis.json',
      ...['node0', 'node0.json', 'node1', 'node1.json', 'node2', 'node2.json', 'node3', 'node3.json'],
    ])
    const {
      validators,
      members,
      consensus,
      genesis: first,
    } = parseNetworkGenesis(JSON.parse(readFileSync(genesisPath, 'utf8')), scheme)
    expect(first).toEqual(genesis)
    expect(consensus).toMatchObject({ chainId: 31_337, ...parameters })
    expect(validators.totalStake).toBe(400n)
    for (const [index, node] of nodes.entries()) {
      const config = readNodeConfig(node.configPath)
      expect(config).toMatchObject({
        genesisPath,
        keysPath: join(network.folder, node.name, 'keys.json'),
        dataDirectory: join(network.folder, node.name, 'data'),
        rpc: { host: '127.0.0.1', port: 8545 + index, corsOrigins: [] },
        p2p: { host: '127.0.0.1', port: 30_300 + index },
        peers: [],
        metricsPort: 9_100 + index,
      })
      expect(statSync(config.keysPath).mode & 0o777).toBe(0o600)
      expect(statSync(join(network.folder, node.name)).mode & 0o777).toBe(0o700)
      const keys = readKeys(config.keysPath)
      expect(members[index]).toMatchObject({
        id: node.validatorId,
        publicKey: scheme.publicKey(keys.consensusKey ?? new Uint8Array()),
        peerId: peerIdOf(keys.nodeKey),
        addresses: [`127.0.0.1:${30_300 + index}`],
      })
      expect(parseContact(node.p2pAddress)).toEqual({ id: node.peerId, addresses: members[index]?.addresses })
    }
  })

  test('names who gets the fees in each config: one account, each validator itself, or nobody', async () => {
    const feeRecipient = toAddress('0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed')
    const named = await createNetwork({ ...network, feeRecipient })
    expect(named.nodes.map(({ configPath }) => readNodeConfig(configPath).feeRecipient)).toEqual(
      named.nodes.map(() => feeRecipient),
    )
    // EIP-55's first example.
    const written = JSON.parse(readFileSync(named.nodes[0]?.configPath ?? '', 'utf8')).feeRecipient
    expect(written).toBe('0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed')
    const own = await createNetwork({ ...network, folder: join(directory.path, 'own'), feeRecipient: 'own' })
    for (const { configPath, validatorId } of own.nodes) {
      expect(readNodeConfig(configPath).feeRecipient).toBe(validatorId)
    }
    const silent = await createNetwork({ ...network, folder: join(directory.path, 'silent') })
    expect(readNodeConfig(silent.nodes[0]?.configPath ?? '').feeRecipient).toBeUndefined()
  })

  test('does not replace anything', async () => {
    await createNetwork(network)
    const before = readFileSync(join(network.folder, 'node0/keys.json'))
    expect((await failureOf(() => createNetwork(network))).code).toBe('NETWORK_EXISTS')
    expect(readFileSync(join(network.folder, 'node0/keys.json'))).toEqual(before)
    writeFileSync(join(directory.path, 'thesis.txt'), 'mine')
    const other = { ...network, folder: join(directory.path, 'thesis.txt') }
    expect((await failureOf(() => createNetwork(other))).code).toBe('NETWORK_EXISTS')
  })

  test('takes an empty folder', async () => {
    mkdirSync(network.folder)
    await createNetwork(network)
    expect(existsSync(join(network.folder, 'genesis.json'))).toBe(true)
  })

  test('leaves nothing behind when it cannot be made', async () => {
    const gethGenesis = { ...network.gethGenesis, gasLimit: '0x0' }
    expect((await failureOf(() => createNetwork({ ...network, gethGenesis }))).code).toBe('GENESIS_INVALID')
    expect(readdirSync(directory.path)).toEqual([])
  })
})

describe('a genesis file', () => {
  async function file() {
    const { genesisPath } = await createNetwork(network)
    return JSON.parse(readFileSync(genesisPath, 'utf8'))
  }

  type File = { evmpp: { validators: Record<string, unknown>[] } & Record<string, unknown> }
  const first = ({ evmpp }: File): Record<string, unknown> => evmpp.validators[0] ?? {}
  const second = ({ evmpp }: File): Record<string, unknown> => evmpp.validators[1] ?? {}

  test.each<[string, (json: File) => unknown, RegExp]>([
    ['no section', (json) => Object.assign(json, { evmpp: undefined }), /^genesis\.evmpp is missing: .*no network/],
    ['another version', ({ evmpp }) => Object.assign(evmpp, { version: 2 }), /^genesis\.evmpp\.version is 2, and/],
    ['a misspelt member', ({ evmpp }) => Object.assign(evmpp, { epoch: 1 }), /^genesis\.evmpp\.epoch is nothing/],
    [
      'no pace',
      ({ evmpp }) => Object.assign(evmpp, { consensus: { deltaMs: 1 } }),
      /consensus\.votePaceMs is missing$/,
    ],
    ['no validators', ({ evmpp }) => Object.assign(evmpp, { validators: [] }), /has no validators/],
    ['a validator twice', ({ evmpp }) => evmpp.validators.push(first({ evmpp } as File)), /names a validator twice/],
    ['no stake', (json) => Object.assign(first(json), { stake: '0' }), /stake is not from 1/],
    ['a stake as a number', (json) => Object.assign(first(json), { stake: 5 }), /validators\[0\]\.stake is 5, not dec/],
    ['another id', (json) => Object.assign(first(json), { id: `0x${'11'.repeat(20)}` }), /\[0\]\.id does not fit/],
    ['a short key', (json) => Object.assign(first(json), { publicKey: '0x12' }), /\[0\]\.publicKey is "0x12", not 48/],
    [
      "another's proof",
      (json) => Object.assign(first(json), { proofOfPossession: second(json).proofOfPossession }),
      /\[0\]\.proofOfPossession proves nothing/,
    ],
    ['no peer id', (json) => Object.assign(first(json), { peerId: 'Qm' }), /\[0\]\.peerId is no peer id/],
    ['a bad address', (json) => Object.assign(first(json), { addresses: ['a:0'] }), /\[0\]\.addresses holds "a:0"/],
  ])('with %s is refused with the place', async (_name, change, sentence) => {
    const json = await file()
    change(json)
    const { code, message } = await failureOf(() => parseNetworkGenesis(JSON.parse(JSON.stringify(json)), scheme))
    expect(code).toBe('GENESIS_INVALID')
    expect(message).toMatch(sentence)
  })

  test('names its chain by first block, rules and validators, and not by addresses', async () => {
    const json = await file()
    const idOf = (part: object) =>
      parseNetworkGenesis({ ...json, evmpp: { ...json.evmpp, ...part } }, scheme).consensus.genesisId
    const id = idOf({})
    const [one, ...others] = json.evmpp.validators
    expect(idOf({ validators: [{ ...one, addresses: [] }, ...others] })).toBe(id)
    const changed = [
      idOf({ consensus: { ...parameters, deltaMs: 101 } }),
      idOf({ validators: [{ ...one, stake: '101' }, ...others] }),
      idOf({ validators: others }),
      parseNetworkGenesis({ ...json, gasLimit: '0x1c9c380' }, scheme).consensus.genesisId,
    ]
    expect(new Set([id, ...changed]).size).toBe(5)
  })
})

describe('a key file', () => {
  const keys = { nodeKey: new Uint8Array(32).fill(7), consensusKey: new Uint8Array(32).fill(9) }

  test.each([[keys], [{ ...keys, consensusKey: undefined }]])('comes back as it was written', (written) => {
    const path = join(directory.path, 'keys.json')
    writeKeys(path, written)
    expect(readKeys(path)).toEqual(written)
  })

  test.each([[0o640], [0o604], [0o620], [0o666]])('of mode %o is refused', async (mode) => {
    const path = join(directory.path, 'keys.json')
    writeKeys(path, keys)
    chmodSync(path, mode)
    expect((await failureOf(() => readKeys(path))).code).toBe('KEYS_EXPOSED')
  })

  test('is never replaced', async () => {
    const path = join(directory.path, 'keys.json')
    writeKeys(path, keys)
    expect((await failureOf(() => writeKeys(path, keys))).code).toBe('KEYS_EXIST')
  })

  test.each([
    ['not json 0xsecret'],
    [JSON.stringify({ version: 1, nodeKey: '0xsecret' })],
    [JSON.stringify({ version: 1, nodeKey: toHex(keys.nodeKey), consensusKey: '0xsecret' })],
    [JSON.stringify({ version: 1, nodeKey: toHex(keys.nodeKey), consensusKey: `0x${'ff'.repeat(32)}` })],
    [JSON.stringify({ version: 2, nodeKey: toHex(keys.nodeKey) })],
  ])('that is none is refused, and the error quotes nothing of it: %s', async (content) => {
    const path = join(directory.path, 'keys.json')
    writeFileSync(path, content, { mode: 0o600 })
    const { code, message } = await failureOf(() => readKeys(path))
    expect(code).toBe('KEYS_INVALID')
    expect(message).not.toMatch(/secret[^ ]|0xff|0x07/)
  })

  test('that is missing is one sentence', async () => {
    expect((await failureOf(() => readKeys(join(directory.path, 'none')))).code).toBe('KEYS_UNREADABLE')
  })
})

describe('a config', () => {
  test.each<[string, object, RegExp]>([
    ['another engine', { evm: 'fast' }, /^config\.evm is none of reference, interpreter, compiled$/],
    ['another executor', { executor: 'fast' }, /^config\.executor is none of auto, sequential, parallel$/],
    ['no workers at all', { workers: 0 }, /^config\.workers is 0, not a whole number from 1 to 96$/],
    [
      'a port that is none',
      { metricsPort: 70_000 },
      /^config\.metricsPort is 70000, not a whole number from 0 to 65535$/,
    ],
    ['a short fee recipient', { feeRecipient: '0x12' }, /^config\.feeRecipient is "0x12", not an address/],
    [
      'a mistyped fee recipient',
      { feeRecipient: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD' },
      /^config\.feeRecipient is "0x5aAe\w+", not an address \(letters of both cases are its checksum/,
    ],
    ['a misspelt member', { metrics: 1 }, /^config\.metrics is nothing that this version knows$/],
    [
      'a misspelt member of a part',
      { rpc: { host: '::1', port: 1, cors: [], tls: true } },
      /^config\.rpc\.tls is nothing/,
    ],
  ])('with %s is refused with the place', async (_name, part, sentence) => {
    const { nodes } = await createNetwork(network)
    const path = nodes[0]?.configPath ?? ''
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...part }))
    const { code, message } = await failureOf(() => readNodeConfig(path))
    expect({ code, message }).toEqual({ code: 'CONFIG_INVALID', message: expect.stringMatching(sentence) })
  })

  test('that is missing is one sentence', async () => {
    expect((await failureOf(() => readNodeConfig(join(directory.path, 'none')))).code).toBe('CONFIG_UNREADABLE')
  })
})
