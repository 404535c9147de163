import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Hex } from 'viem'
import { encodeDeployData, parseEther, toFunctionSelector, zeroAddress } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createArchive, openLedger } from '../../../src/chain/index.ts'
import { compileSources } from '../../../src/cli/index.ts'
import { createExecution, DEV_MNEMONIC, deriveAccounts } from '../../../src/node/index.ts'
import { createSequentialExecutor } from '../../../src/parallel/index.ts'
import type { UnsignedTransaction } from '../../../src/primitives/index.ts'
import { assert, EMPTY_BYTES, fromHex, signTransaction, toAddress } from '../../../src/primitives/index.ts'
import { createMemoryStore, createMptTrie, nodeReader } from '../../../src/state/index.ts'
import { createTestChain, type DeployedContract, type TestChain } from '../../../src/testing/index.ts'
import { temporaryDirectory } from '../../harness/nodeProcess.ts'
import { nextRequest, testGenesis } from '../../harness/testChain.ts'
import { assemble } from '../../harness/wasm/hostCases.ts'
import { piggyAbi } from './piggyAbi.ts'
import { sources } from './sources.ts'

const BOB: Hex = '0x000000000000000000000000000000000000b0b0'
const DAY = 86_400n

/** A module that recurses a thousand times and then calls itself: V8's stack of a thread that is not the node's ends first. */
const bottomless = assemble(`(module
  (import "vm_hooks" "contract_address" (func $self (param i32)))
  (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))
  (memory (export "memory") 1)
  (func $deep (param $n i32) (result i32)
    (if (result i32) (local.get $n)
      (then (call $deep (i32.sub (local.get $n) (i32.const 1))))
      (else
        (call $self (i32.const 32))
        (call $call (i32.const 32) (i32.const 0) (i32.const 0) (i32.const 64) (i64.const -1) (i32.const 96)))))
  (func (export "user_entrypoint") (param i32) (result i32) (drop (call $deep (i32.const 1000))) (i32.const 0)))`)

const { path: root, remove } = temporaryDirectory()
beforeAll(() => {
  for (const [name, text] of Object.entries(sources)) writeFileSync(join(root, name), text)
})
afterAll(() => remove())

let chain: TestChain
beforeEach(async () => {
  chain = await createTestChain({ root })
})

describe.each(['Piggy.sol', 'Piggy.ts'])('%s on a test chain', (file) => {
  let piggy: DeployedContract<typeof piggyAbi>
  beforeEach(async () => {
    piggy = await chain.deploy<typeof piggyAbi>(file, [DAY], { value: 7n })
  })

  test('was deployed where a node would put it, and paid for', () => {
    expect(piggy.address).toBe('0x5FbDB2315678afecb367f032d93F642f64180aa3')
    expect(piggy.deployment).toMatchObject({ result: piggy.address, events: [] })
    expect(piggy.deployment.gasUsed).toBeGreaterThan(53_000n)
    expect(chain.balance(piggy.address)).toBe(7n)
  })

  test('a transaction gives its result, its events and its gas', async () => {
    chain.setBalance(BOB, 10n)
    const { result, events, gasUsed } = await piggy.write.pay([], { from: BOB, value: 3n })
    expect(result).toBe(10n)
    expect(events).toMatchObject([{ address: piggy.address, eventName: 'Paid', args: { amount: 3n } }])
    expect(events[0]?.args.by).toMatch(/^0x0{36}b0b0$/i)
    expect(gasUsed).toBeGreaterThan(21_000n)
    expect(chain.balance(BOB)).toBe(7n)
    expect((await piggy.write.pay()).result).toBe(10n)
  })

  test('a simulation gives the same, and nothing stays', async () => {
    const before = chain.block()
    const tried = await piggy.simulate.pay([], { value: 1n })
    expect(tried.result).toBe(8n)
    expect(chain.balance(piggy.address)).toBe(7n)
    expect(chain.block()).toEqual(before)
    expect(await piggy.write.pay([], { value: 1n })).toEqual(tried)
    expect((await piggy.simulate.place()).gasUsed).toBeGreaterThan(21_000n)
  })

  test('every transaction is a block, a second after the last; time and blocks can be set', async () => {
    const first = chain.block()
    await piggy.write.pay()
    expect(chain.block()).toEqual({ number: first.number + 1n, timestamp: first.timestamp + 1n })
    chain.mine(10n)
    chain.setTime(5n)
    expect(chain.block()).toEqual({ number: first.number + 11n, timestamp: 5n })
    expect(await piggy.read.place([], { from: BOB })).toEqual([
      first.number + 11n,
      5n,
      expect.stringMatching(new RegExp(BOB, 'i')),
    ])
  })

  test('what a time lock holds is there when the time has come', async () => {
    const until = await piggy.read.until()
    chain.setTime(until - 1n)
    await expect(piggy.write.take()).rejects.toThrow(`TooEarly(now: ${until - 1n}, until: ${until})`)
    chain.setTime(until)
    await piggy.write.take([], { from: BOB })
    expect(chain.balance(BOB)).toBe(7n)
  })

  test('a snapshot is a moment to go back to, more than once', async () => {
    const block = chain.block()
    const storage = chain.storageRoot(piggy.address)
    const snapshot = chain.snapshot()
    for (const paid of [1n, 2n]) {
      const other = await chain.deploy(file, [DAY], { value: paid })
      await piggy.write.pay([], { value: paid })
      expect(chain.balance(piggy.address) + chain.balance(other.address)).toBe(7n + 2n * paid)
      snapshot.revert()
      expect(chain.balance(piggy.address) + chain.balance(other.address)).toBe(7n)
      expect(chain.block()).toEqual(block)
      expect(chain.storageRoot(piggy.address)).toBe(storage)
    }
  })

  test.each([
    [1n, 'Error', ['no such kind'], 'Piggy.check(kind: 1) failed: no such kind'],
    [2n, 'TooEarly', [1n, 2n], 'Piggy.check(kind: 2) failed: TooEarly(now: 1, until: 2)'],
    [3n, 'Panic', [17n], 'Piggy.check(kind: 3) failed: Panic(0x11): arithmetic underflow or overflow'],
    [4n, undefined, [], 'Piggy.check(kind: 4) failed: out of gas'],
  ])('a call that fails throws an error to read: kind %d', async (kind, errorName, args, message) => {
    await expect(piggy.read.check([kind], { gas: 100_000n })).rejects.toMatchObject({
      name: 'ContractError',
      message,
      errorName,
      args,
    })
  })

  test('an error says where deeper down it came from', async () => {
    await expect(piggy.write.ask([piggy.address, 2n])).rejects.toThrow(
      new RegExp(
        `^Piggy.ask\\(other: ${piggy.address}, kind: 2\\) failed: TooEarly\\(now: 1, until: 2\\)\n {2}in Piggy.check\\(kind: 2\\)$`,
      ),
    )
    const deep = piggy.write.ask([piggy.address, 4n], { gas: 200_000n })
    await expect(deep).rejects.toThrow(/in Piggy.check\(kind: 4\): out of gas$/)
  })

  test('a transaction that fails leaves nothing', async () => {
    const [before, storage] = [chain.block(), chain.storageRoot(piggy.address)]
    await expect(piggy.write.take()).rejects.toThrow('TooEarly')
    expect(chain.block()).toEqual(before)
    expect(chain.storageRoot(piggy.address)).toBe(storage)
  })

  test('a contract may send too', async () => {
    expect((await piggy.write.pay([], { from: piggy.address, value: 7n })).result).toBe(7n)
  })

  test('raw data, and a contract that was met elsewhere', async () => {
    const at = await chain.at<typeof piggyAbi>(file, piggy.address)
    await chain.send({ to: piggy.address, data: toFunctionSelector('pay()'), value: 5n })
    expect((await at.simulate.pay()).result).toBe(12n)
    await expect(chain.send({ to: piggy.address, data: '0x12345678' })).rejects.toThrow(/^Piggy.0x12345678\(…\) failed/)
  })

  test('its storage can be read', async () => {
    expect(BigInt(chain.storage(piggy.address, 0n))).toBe(await piggy.read.until())
    expect(chain.storage(piggy.address, 1n)).toBe(`0x${'00'.repeat(32)}`)
  })

  test('what a node would not take is refused with its words', async () => {
    await expect(piggy.write.pay([], { value: parseEther('10001') })).rejects.toMatchObject({
      code: 'TRANSACTION_REJECTED',
      message: expect.stringContaining('insufficient funds'),
    })
  })
})

test('twins leave the same storage', async () => {
  const roots: Hex[] = []
  for (const file of ['Piggy.sol', 'Piggy.ts']) {
    const own = await createTestChain({ root })
    roots.push(own.storageRoot((await own.deploy(file, [DAY])).address))
  }
  expect(roots[0]).toBe(roots[1])
  expect(roots[0]).not.toBe(chain.storageRoot(zeroAddress))
})

test('a trap says which instruction of the module was the cause', async () => {
  const piggy = await chain.deploy<typeof piggyAbi>(`Piggy.ts`, [DAY])
  await expect(piggy.read.check([5n])).rejects.toThrow(/failed: unreachable in function \d+ at byte \d+$/)
  await expect(piggy.write.ask([piggy.address, 5n])).rejects.toThrow(
    /failed: reverted without a reason\n {2}in Piggy.check\(kind: 5\): unreachable in function \d+ at byte \d+$/,
  )
})

test('of a failure that many calls passed on, both ends are told', async () => {
  const { message } = await failureOf(async () => {
    const deep = await chain.deploy(`Deep.sol`)
    await deep.write.dive?.([100n])
  })
  const lines = message.split('\n')
  expect(lines).toHaveLength(1 + 3 + 1 + 8)
  expect(lines[1]).toBe('  in Deep.dive(left: 99)')
  expect(lines.at(-1)).toBe('  in Deep.dive(left: 0)')
})

test('frames that need more stack than a test has are no outcome', async () => {
  const { address } = await chain.deploy({ abi: [], bytecode: bottomless })
  await expect(chain.send({ to: address })).rejects.toMatchObject({ code: 'STACK_TOO_SMALL' })
  const piggy = await chain.deploy<typeof piggyAbi>(`Piggy.sol`, [DAY])
  expect((await piggy.write.pay([], { value: 1n })).result).toBe(1n)
})

describe('a source', () => {
  test('names one of several contracts', async () => {
    const { address } = await chain.deploy(`Two.sol:Second`)
    expect(await (await chain.at(`Two.sol:Second`, address)).read.name?.()).toBe('second')
  })

  test.each([
    [`Two.sol`, 'NO_CONTRACT', /has no contract Two .*Two.sol:First".*Two.sol:Second"/],
    [`Two.sol:Third`, 'NO_CONTRACT', /has no contract Third/],
    [`Absent.ts`, 'SOURCE_NOT_FOUND', /Absent.ts/],
  ])('%s is an error with its name', async (source, code, message) => {
    await expect(chain.deploy(source)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  test('what the compiler says is in the error', async () => {
    await expect(chain.deploy('Wrong.ts')).rejects.toThrow(/^Wrong.ts does not compile:\n.*u2567.*Wrong.ts\(5,/s)
  })

  test('a constructor that fails says so', async () => {
    await expect(chain.deploy(`Two.sol:Second`, [], { value: 1n })).rejects.toThrow(
      'the constructor of Second failed: reverted without a reason',
    )
  })
})

describe('what a block of the node says of the same transactions', () => {
  test.each(['Piggy.sol', 'Piggy.ts'])('%s: the same gas, the same logs', async (file) => {
    const piggy = await chain.deploy<typeof piggyAbi>(file, [DAY])
    const paid = await piggy.write.pay([], { value: 5n })
    const artifacts = await compileSources([file], { root, cacheFolder: join(root, 'out/cache') })
    const bytecode = artifacts.find(({ contractName }) => contractName === 'Piggy')?.bytecode ?? '0x'
    const receipts = await produceBlock([
      { to: undefined, data: fromHex(encodeDeployData({ abi: piggyAbi, bytecode, args: [DAY] })) },
      { to: toAddress(piggy.address.toLowerCase()), data: fromHex(toFunctionSelector('pay()')), valueWei: 5n },
    ])
    expect(receipts.map(({ succeeded }) => succeeded)).toEqual([true, true])
    expect(receipts.map(({ gasUsed }) => gasUsed)).toEqual([piggy.deployment.gasUsed, paid.gasUsed])
    expect(receipts[1]?.logs.map(({ topics }) => topics)).toEqual(paid.events.map(({ topics }) => topics))
  })
})

/** Transactions of the first development account, signed and executed in a block, on the reference engine. */
async function produceBlock(transactions: readonly Partial<UnsignedTransaction>[]) {
  const [holder] = deriveAccounts(DEV_MNEMONIC, 1)
  assert(holder !== undefined, 'there is an account')
  const store = createMemoryStore()
  const trie = createMptTrie(nodeReader(store))
  const { accounts, ...rest } = testGenesis()
  const funded = {
    address: holder.address,
    nonce: 0n,
    balanceWei: 10n ** 20n,
    code: EMPTY_BYTES,
    storage: new Map<bigint, bigint>(),
  }
  const genesis = { ...rest, accounts: [...accounts, funded] }
  const executor = createSequentialExecutor(createExecution('reference'))
  const ledger = await openLedger({ store, trie, executor, genesis })
  const signed = transactions.map((parts, index) =>
    signTransaction({ ...unsigned, nonce: BigInt(index), ...parts }, holder.privateKey),
  )
  const { receipts } = await ledger.produce(nextRequest(createArchive(store, trie), signed))
  return receipts
}

const unsigned: UnsignedTransaction = {
  type: 2,
  chainId: 31_337n,
  nonce: 0n,
  gasLimit: 10_000_000n,
  to: undefined,
  valueWei: 0n,
  data: EMPTY_BYTES,
  maxFeePerGasWei: 2_000_000_000n,
  maxPriorityFeePerGasWei: 1n,
  accessList: [],
  maxFeePerBlobGasWei: 0n,
  blobVersionedHashes: [],
  authorizations: [],
}

async function failureOf(attempt: () => Promise<void>): Promise<Error> {
  const failure = await attempt().catch((error: unknown) => error)
  assert(failure instanceof Error, 'the attempt fails')
  return failure
}
