import { expect, test } from 'vitest'
import { genesisBlock } from '../../../src/chain/index.ts'
import { blockInput } from '../../../src/chain/ledger/produce.ts'
import { rulesOf, ZERO_ADDRESS, ZERO_HASH } from '../../../src/primitives/index.ts'
import { testGenesis } from '../../harness/testChain.ts'
import { hash } from '../../harness/world.ts'

const { block: genesis } = genesisBlock(testGenesis())
const parent = { ...genesis, header: { ...genesis.header, number: 999n } }
const request = {
  timestampSeconds: 5_000n,
  coinbase: ZERO_ADDRESS,
  prevRandao: ZERO_HASH,
  gasLimit: 1n,
  baseFeeWei: undefined,
  transactions: [],
}

test('a block sees the hashes of the 256 blocks before it and of no other', () => {
  const chain = { rules: rulesOf('osaka'), chainId: 1n }
  const input = blockInput(chain, parent, request, (number) => hash(Number(number)), 'leaveOut')
  expect(input.context.number).toBe(1000n)
  expect([743n, 744n, 999n, 1000n].map(input.blockHash)).toEqual([undefined, hash(744), hash(999), undefined])
})
