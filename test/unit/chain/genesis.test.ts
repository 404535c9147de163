import { describe, expect, test } from 'vitest'
import { devGenesis, genesisBlock, parseGenesis } from '../../../src/chain/index.ts'
import { fromHex, keccakHash, toAddress, toHex } from '../../../src/primitives/index.ts'

const ADDRESS = toAddress('0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266')
const config = { chainId: 7, shanghaiTime: 0, cancunTime: 0, pragueTime: 0 }
/** Any code where Prague's blocks call the contracts that make requests. */
const requestContracts = {
  '0x00000961ef480eb55e80d19ad83579a64c007002': { code: '0x00' },
  '0x0000bbddc7ce488642fb579f8b00f3a590007251': { code: '0x00' },
}
const minimal = { config, gasLimit: '0x1c9c380', alloc: requestContracts }

describe('a genesis file', () => {
  test.each([undefined, null, 1, 2])('names the WebAssembly rules: %s', (wasmRules) => {
    expect(parseGenesis({ ...minimal, config: { ...config, wasmRules } }).wasmRules).toBe(wasmRules ?? undefined)
  })

  test.each([0, 3, '2', 1.5, {}])('of no WebAssembly rules %s that this node knows is refused', (wasmRules) => {
    expect(() => parseGenesis({ ...minimal, config: { ...config, wasmRules } })).toThrow('genesis.config.wasmRules')
  })

  test('says what geth would read from it', () => {
    const genesis = parseGenesis({
      config: {
        ...config,
        homesteadBlock: 0,
        londonBlock: 0,
        osakaTime: 90,
        bpo1Time: 500,
        terminalTotalDifficulty: 0,
      },
      timestamp: '100',
      gasLimit: '0x1c9c380',
      baseFeePerGas: '0x7',
      extraData: '0x68697665',
      difficulty: '0x0',
      coinbase: '0x00000000000000000000000000000000000000Aa',
      alloc: {
        [ADDRESS.slice(2)]: { balance: '1000', nonce: '0x2' },
        '0x00000000000000000000000000000000000000bb': {
          balance: '0xff',
          code: '0x6001',
          storage: { '0x1': '0x2', '03': '04' },
        },
        ...requestContracts,
      },
    })
    expect(genesis).toMatchObject({
      chainId: 7n,
      hardfork: 'osaka',
      timestampSeconds: 100n,
      gasLimit: 30_000_000n,
      baseFeeWei: 7n,
      coinbase: '0x00000000000000000000000000000000000000aa',
    })
    expect(genesis.accounts[0]).toMatchObject({ address: ADDRESS, nonce: 2n, balanceWei: 1000n })
    expect(genesis.accounts[1]?.storage).toEqual(
      new Map([
        [1n, 2n],
        [3n, 4n],
      ]),
    )
  })

  test.each([
    ['osaka', { osakaTime: 0 }],
    ['prague', {}],
    ['cancun', { pragueTime: undefined }],
    ['cancun', { pragueTime: null }],
  ] as const)('is of %s', (hardfork, forks) => {
    expect(parseGenesis({ ...minimal, config: { ...config, ...forks } }).hardfork).toBe(hardfork)
  })

  const bad: readonly (readonly [string, unknown])[] = [
    ['genesis', []],
    ['genesis.config', { gasLimit: 1 }],
    ['genesis.config.chainId', { ...minimal, config: { ...config, chainId: 'seven' } }],
    ['genesis.config.chainId', { ...minimal, config: { ...config, chainId: 0 } }],
    ['genesis.config.cancunTime', { ...minimal, config: { chainId: 7, shanghaiTime: 0 } }],
    ['genesis.config.londonBlock', { ...minimal, config: { ...config, londonBlock: 5 } }],
    ['genesis.config.osakaTime', { ...minimal, config: { ...config, osakaTime: 1 } }],
    ['genesis.config.amsterdamTime', { ...minimal, config: { ...config, amsterdamTime: 0 } }],
    ['genesis.config.pragueTime', { ...minimal, config: { ...config, pragueTime: null, osakaTime: 0 } }],
    ['genesis.gasLimit', { config }],
    ['genesis.gasLimit', { ...minimal, gasLimit: '-1' }],
    ['genesis.gasLimit', { ...minimal, gasLimit: `0x1${'0'.repeat(16)}` }],
    ['genesis.difficulty', { ...minimal, difficulty: '0x20000' }],
    ['genesis.extraData', { ...minimal, extraData: `0x${'00'.repeat(33)}` }],
    ['genesis.mixHash', { ...minimal, mixHash: '0x00' }],
    ['genesis.alloc["0x12"]', { ...minimal, alloc: { '0x12': {} } }],
    [`genesis.alloc["${ADDRESS}"].balance`, { ...minimal, alloc: { [ADDRESS]: { balance: '0x' } } }],
    [`genesis.alloc["${ADDRESS}"].code`, { ...minimal, alloc: { [ADDRESS]: { code: '0x1' } } }],
    [`genesis.alloc["${ADDRESS}"].storage["0xg"]`, { ...minimal, alloc: { [ADDRESS]: { storage: { '0xg': '0x1' } } } }],
    ['genesis.alloc["0x00000961ef480eb55e80d19ad83579a64c007002"]', { ...minimal, alloc: {} }],
    [`genesis.alloc["${ADDRESS.slice(2)}"]`, { ...minimal, alloc: { [ADDRESS]: {}, [ADDRESS.slice(2)]: {} } }],
  ]
  test.each(bad)('is refused where %s is wrong', (path, json) => {
    expect(() => parseGenesis(json)).toThrow(expect.objectContaining({ code: 'GENESIS_INVALID' }))
    expect(() => parseGenesis(json)).toThrow(`${path} `)
  })
})

describe('the development genesis', () => {
  const options = {
    chainId: 31337n,
    gasLimit: 60_000_000n,
    accounts: [ADDRESS],
    balanceWei: 10n ** 22n,
    timestampSeconds: 1n,
  }

  test.each([
    ['cancun', 4],
    ['prague', 7],
    ['osaka', 7],
  ] as const)('of %s has its contracts', (hardfork, accounts) => {
    const genesis = devGenesis({ ...options, hardfork })
    expect(genesis.accounts).toHaveLength(accounts)
    expect(genesis.accounts[0]).toMatchObject({ address: ADDRESS, balanceWei: 10n ** 22n, nonce: 0n })
  })

  // Code hashes as they are on Ethereum's mainnet.
  test.each([
    [
      '0x4e59b44847b379578588920ca78fbf26c0b4956c',
      '0x2fa86add0aed31f33a762c9d88e807c475bd51d0f52bd0955754b2608f7e4989',
    ],
    [
      '0xca11bde05977b3631167028862be2a173976ca11',
      '0xd5c15df687b16f2ff992fc8d767b4216323184a2bbc6ee2f9c398c318e770891',
    ],
    [
      '0x000f3df6d732807ef1319fb7b8bb8522d0beac02',
      '0xf57acd40259872606d76197ef052f3d35588dadf919ee1f0e3cb9b62d3f4b02c',
    ],
    [
      '0x0000f90827f1c53a10cb7a02335b175320002935',
      '0x6e49e66782037c0555897870e29fa5e552daf4719552131a0abce779daec0a5d',
    ],
  ])('puts the code of mainnet at %s', (address, codeHash) => {
    const account = devGenesis({ ...options, hardfork: 'osaka' }).accounts.find((it) => it.address === address)
    expect(account?.nonce).toBe(1n)
    expect(keccakHash(account?.code ?? fromHex('0x'))).toBe(codeHash)
  })

  test('commits to no requests from Prague on', () => {
    const requestsHash = (hardfork: 'cancun' | 'prague') =>
      genesisBlock(devGenesis({ ...options, hardfork })).block.header.requestsHash
    expect(requestsHash('cancun')).toBeUndefined()
    expect(requestsHash('prague')).toBe('0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })

  test('makes a diff in canonical order', () => {
    const addresses = genesisBlock(devGenesis({ ...options, hardfork: 'osaka' })).diff.map(({ address }) => address)
    expect(addresses).toEqual([...addresses].sort())
  })
})

test('an account of a genesis without slots of 0', () => {
  const { diff } = genesisBlock(
    parseGenesis({
      ...minimal,
      alloc: { ...requestContracts, [ADDRESS]: { storage: { '0x2': '0x1', '0x1': '0x5', '0x3': '0x0' } } },
    }),
  )
  const account = diff.find(({ address }) => address === ADDRESS)
  expect(account?.storage).toEqual([
    [1n, 5n],
    [2n, 1n],
  ])
  expect(toHex(account?.code ?? fromHex('0x'))).toBe('0x')
})
