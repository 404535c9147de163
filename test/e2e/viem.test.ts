import type { Abi, Address, Hex } from 'viem'
import {
  ContractFunctionExecutionError,
  ContractFunctionRevertedError,
  concat,
  createPublicClient,
  createTestClient,
  createWalletClient,
  decodeEventLog,
  encodeDeployData,
  encodeFunctionData,
  http,
  pad,
  parseEther,
  webSocket,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { itOnDevNode, startAnyNode } from '../harness/anyNode.ts'
import type { Contract, Examples, Kind } from '../harness/contracts.ts'
import { compileExamples, KINDS } from '../harness/contracts.ts'
import type { NodeProcess } from '../harness/nodeProcess.ts'
import { temporaryDirectory } from '../harness/nodeProcess.ts'
import { checkProof } from '../harness/proof.ts'

const directory = temporaryDirectory()
let examples: Examples
let node: NodeProcess

beforeAll(async () => {
  examples = await compileExamples()
  node = await startAnyNode(['--datadir', directory.path])
})
afterAll(async () => {
  await node.end('SIGTERM')
  directory.remove()
})

function clients(account = 0) {
  const holder = node.ready.accounts[account]
  if (holder === undefined) throw new Error(`no account ${account}`)
  const transport = http(node.ready.url)
  return {
    client: createPublicClient({ chain: foundry, transport, pollingInterval: 20 }),
    wallet: createWalletClient({ account: privateKeyToAccount(holder.privateKey), chain: foundry, transport }),
    tester: createTestClient({ chain: foundry, mode: 'anvil', transport }),
  }
}

async function deploy({ abi, bytecode }: Contract, args: readonly unknown[] = [], account = 0): Promise<Address> {
  const { client, wallet } = clients(account)
  const hash = await wallet.deployContract({ abi, bytecode, args })
  const { status, contractAddress } = await client.waitForTransactionReceipt({ hash })
  expect(status).toBe('success')
  if (!contractAddress) throw new Error('no contract address')
  return contractAddress
}

async function write(
  contract: Contract,
  address: Address,
  functionName: string,
  args: readonly unknown[] = [],
  value = 0n,
) {
  const { client, wallet } = clients()
  const { request } = await client.simulateContract({
    abi: contract.abi,
    address,
    functionName,
    args,
    value,
    account: wallet.account,
  })
  const receipt = await client.waitForTransactionReceipt({ hash: await wallet.writeContract(request) })
  expect(receipt.status).toBe('success')
  return receipt
}

function read(
  contract: Contract,
  address: Address,
  functionName: string,
  args: readonly unknown[] = [],
): Promise<unknown> {
  return clients().client.readContract({ abi: contract.abi, address, functionName, args })
}

/** The custom error or reason with which a call fails. */
async function revertOf(work: Promise<unknown>): Promise<ContractFunctionRevertedError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ContractFunctionExecutionError)) throw new Error(`did not revert: ${error}`)
  const cause = error.walk((part) => part instanceof ContractFunctionRevertedError)
  if (!(cause instanceof ContractFunctionRevertedError)) throw new Error(`another error: ${error}`)
  return cause
}

describe.each(KINDS)('a %s contract', (kind: Kind) => {
  it('is deployed by one transaction, called and written', async () => {
    const { Counter } = examples[kind]
    const address = await deploy(Counter)
    expect(await read(Counter, address, 'number')).toBe(0n)
    await write(Counter, address, 'setNumber', [41n])
    await write(Counter, address, 'increment')
    expect(await read(Counter, address, 'number')).toBe(42n)
  })

  it('emits events that filters find', async () => {
    const { Counter } = examples[kind]
    const address = await deploy(Counter)
    const { client, wallet } = clients()
    const { blockNumber } = await write(Counter, address, 'setNumber', [7n])
    const events = await client.getContractEvents({
      abi: Counter.abi,
      address,
      eventName: 'NumberChanged',
      fromBlock: blockNumber,
    })
    expect(events).toMatchObject([
      { eventName: 'NumberChanged', args: { by: wallet.account.address, number: 7n }, logIndex: 0 },
    ])
    const byTopic = await client.getLogs({ fromBlock: 0n, address })
    expect(byTopic).toHaveLength(1)
    expect(await client.getLogs({ fromBlock: 0n, toBlock: blockNumber - 1n, address })).toEqual([])
  })

  it('tells its events over WebSocket', async () => {
    const { Counter } = examples[kind]
    const address = await deploy(Counter)
    const socket = createPublicClient({ chain: foundry, transport: webSocket(node.ready.url.replace('http', 'ws')) })
    const seen = new Promise<unknown>((resolve) => {
      socket.watchContractEvent({ abi: Counter.abi, address, onLogs: ([log]) => resolve(log) })
    })
    await new Promise((resolve) => setTimeout(resolve, 200))
    await write(Counter, address, 'setNumber', [5n])
    expect(await seen).toMatchObject({ eventName: 'NumberChanged', args: { number: 5n } })
    const transport = await socket.transport.getRpcClient()
    transport.close()
  })

  it('is an ERC-20 token with a constructor and errors', async () => {
    const { Token } = examples[kind]
    const address = await deploy(Token, ['Gold', 'AU', parseEther('100')])
    const { wallet } = clients()
    const [receiver] = node.ready.accounts.slice(1)
    if (receiver === undefined) throw new Error('no receiver')
    expect(await read(Token, address, 'name')).toBe('Gold')
    expect(await read(Token, address, 'decimals')).toBe(18)
    const { logs } = await write(Token, address, 'transfer', [receiver.address, 5n])
    expect(logs.map((log) => decodeEventLog({ abi: Token.abi, ...log }))).toMatchObject([
      { eventName: 'Transfer', args: { value: 5n } },
    ])
    expect(await read(Token, address, 'balanceOf', [receiver.address])).toBe(5n)
    expect(await read(Token, address, 'balanceOf', [wallet.account.address])).toBe(parseEther('100') - 5n)
    const reverted = await revertOf(
      write(Token, address, 'transferFrom', [receiver.address, wallet.account.address, 1n]),
    )
    expect(reverted.data?.errorName).toBe('ERC20InsufficientAllowance')
    expect(reverted.data?.args?.slice(1)).toEqual([0n, 1n])
  })

  it('shows its slots where Solidity would have them, provably', async () => {
    const { Counter } = examples[kind]
    const address = await deploy(Counter)
    await write(Counter, address, 'setNumber', [99n])
    const { client } = clients()
    expect(await client.getStorageAt({ address, slot: '0x0' })).toBe(pad('0x63', { size: 32 }))
    const { stateRoot, number } = await client.getBlock()
    const proof = await client.getProof({
      address,
      storageKeys: [pad('0x0', { size: 32 }), pad('0x1', { size: 32 })],
      blockNumber: number,
    })
    expect(proof.storageProof.map(({ value }) => value)).toEqual([99n, 0n])
    await checkProof(stateRoot, proof)
    await expect(checkProof(stateRoot, { ...proof, balance: proof.balance + 1n })).rejects.toThrow()
  })
})

const pairs = KINDS.flatMap((caller) => KINDS.map((callee) => [caller, callee] as const))

describe.each(pairs)('a %s contract that calls a %s one', (callerKind, calleeKind) => {
  const callerOf = (): Contract => examples[callerKind].Caller
  const counterOf = (): Contract => examples[calleeKind].Counter
  let caller: Address
  let counter: Address
  beforeAll(async () => {
    caller = await deploy(callerOf())
    counter = await deploy(counterOf())
  })
  const encode = (functionName: string, args: readonly unknown[] = []): Hex =>
    encodeFunctionData({ abi: counterOf().abi, functionName, args })

  it('gets what it returns', async () => {
    await write(counterOf(), counter, 'setNumber', [10n])
    expect(await read(callerOf(), caller, 'readNumber', [counter])).toBe(10n)
  })

  it('changes its state, and the event names the caller', async () => {
    await write(callerOf(), caller, 'setNumber', [counter, 20n])
    const { logs } = await write(callerOf(), caller, 'incrementAndRead', [counter])
    expect(await read(counterOf(), counter, 'number')).toBe(21n)
    expect(logs.map(({ address }) => address)).toEqual([counter.toLowerCase()])
    expect(decodeEventLog({ abi: counterOf().abi, ...(logs[0] as (typeof logs)[number]) })).toMatchObject({
      args: { number: 21n },
    })
  })

  it('passes on its panic', async () => {
    await write(callerOf(), caller, 'setNumber', [counter, 2n ** 256n - 1n])
    const reverted = await revertOf(write(callerOf(), caller, 'incrementAndRead', [counter]))
    expect(reverted.data).toMatchObject({ errorName: 'Panic', args: [0x11n] })
    await write(callerOf(), caller, 'setNumber', [counter, 0n])
  })

  it('survives its failure, which alone is undone', async () => {
    await write(callerOf(), caller, 'setNumber', [counter, 2n ** 256n - 1n])
    const { logs } = await write(callerOf(), caller, 'tryCall', [counter, encode('increment')])
    expect(logs).toEqual([])
    expect(await read(counterOf(), counter, 'number')).toBe(2n ** 256n - 1n)
  })

  it('runs its code on its own storage', async () => {
    await write(callerOf(), caller, 'delegate', [counter, encode('setNumber', [77n])])
    expect(await read(callerOf(), caller, 'number')).toBe(77n)
    expect(await read(counterOf(), counter, 'number')).not.toBe(77n)
  })

  it('may look but not touch in a static call', async () => {
    await write(counterOf(), counter, 'setNumber', [3n])
    expect(await read(callerOf(), caller, 'query', [counter, encode('number')])).toBe(pad('0x3', { size: 32 }))
    const reverted = await revertOf(read(callerOf(), caller, 'query', [counter, encode('increment')]))
    expect(reverted.reason).toBe('the static call failed')
  })

  it('sends value on', async () => {
    // A counter takes no value: the whole call fails and says so.
    const refused = await revertOf(write(callerOf(), caller, 'forward', [counter, encode('number')], 5n))
    expect(refused.reason).toBe('the call failed')
    const sink: Address = '0x00000000000000000000000000000000000051c4'
    const { client } = clients()
    const before = await client.getBalance({ address: sink })
    await write(callerOf(), caller, 'forward', [sink, '0x'], 5n)
    expect((await client.getBalance({ address: sink })) - before).toBe(5n)
  })

  it('creates it, with and without salt', async () => {
    const { client } = clients()
    const token = examples[calleeKind].Token
    const initCode = encodeDeployData({ ...token, args: ['Silver', 'AG', 9n] })
    const { result } = await client.simulateContract({
      abi: callerOf().abi,
      address: caller,
      functionName: 'deploy',
      args: [initCode],
    })
    await write(callerOf(), caller, 'deploy', [initCode])
    expect(await read(token, result as Address, 'symbol')).toBe('AG')
    expect(await read(token, result as Address, 'balanceOf', [caller])).toBe(9n)

    const salted = await client.simulateContract({
      abi: callerOf().abi,
      address: caller,
      functionName: 'deploy2',
      args: [initCode, pad('0x7')],
    })
    await write(callerOf(), caller, 'deploy2', [initCode, pad('0x7')])
    expect(await read(token, salted.result as Address, 'totalSupply')).toBe(9n)
  })
})

describe('the CREATE2 deployer of the genesis', () => {
  it.each(KINDS)('creates a %s contract', async (kind) => {
    const { wallet, client } = clients()
    const { Counter } = examples[kind]
    const to: Address = '0x4e59b44847b379578588920ca78fbf26c0b4956c'
    const data = concat([pad('0x1', { size: 32 }), Counter.bytecode])
    const { data: created } = await client.call({ to, data })
    const hash = await wallet.sendTransaction({ to, data })
    expect((await client.waitForTransactionReceipt({ hash })).status).toBe('success')
    expect(await read(Counter, created as Address, 'number')).toBe(0n)
  })
})

describe('many calls at once', () => {
  it('go through Multicall3, whichever VM they are for', async () => {
    const contracts = await Promise.all(
      KINDS.map(async (kind, account) => ({
        ...examples[kind].Counter,
        address: await deploy(examples[kind].Counter, [], account),
      })),
    )
    const { client } = clients()
    const results = await client.multicall({
      contracts: contracts.map(({ abi, address }) => ({ abi: abi as Abi, address, functionName: 'number' })),
      multicallAddress: '0xcA11bde05977b3631167028862bE2a173976CA11',
    })
    expect(results).toEqual([
      { status: 'success', result: 0n },
      { status: 'success', result: 0n },
    ])
  })

  it('30 senders whose nonces come out of order all land', async () => {
    const { client, wallet } = clients(9)
    const senders = Array.from({ length: 30 }, (_, index) =>
      privateKeyToAccount(pad(`0x${(index + 1000).toString(16)}`, { size: 32 })),
    )
    for (const { address } of senders) {
      await client.waitForTransactionReceipt({
        hash: await wallet.sendTransaction({ to: address, value: parseEther('1') }),
      })
    }
    const fees = {
      maxFeePerGas: 10n ** 10n,
      maxPriorityFeePerGas: 1n,
      gas: 21_000n,
      chainId: 31_337,
      type: 'eip1559',
    } as const
    const raws = await Promise.all(
      senders.flatMap((sender) =>
        [3, 1, 0, 4, 2].map((nonce) =>
          sender.signTransaction({ ...fees, nonce, to: wallet.account.address, value: 1n }),
        ),
      ),
    )
    const hashes = await Promise.all(
      raws.map((serializedTransaction) => client.sendRawTransaction({ serializedTransaction })),
    )
    const receipts = await Promise.all(hashes.map((hash) => client.waitForTransactionReceipt({ hash })))
    expect(receipts.map(({ status }) => status)).toEqual(hashes.map(() => 'success'))
  })
})

describe('a node that stops', () => {
  itOnDevNode('finds everything again, after Ctrl-C and after kill -9', 'its chain goes on without it', async () => {
    const { asm, sol } = examples
    const wasm = await deploy(asm.Counter)
    const evm = await deploy(sol.Counter)
    await write(asm.Counter, wasm, 'setNumber', [123n])
    await write(sol.Counter, evm, 'setNumber', [456n])
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const before = await clients().client.getBlock()
      await node.end(signal)
      node = await startAnyNode(['--datadir', directory.path])
      expect((await clients().client.getBlock()).hash).toBe(before.hash)
      expect(await read(asm.Counter, wasm, 'number')).toBe(123n)
      expect(await read(sol.Counter, evm, 'number')).toBe(456n)
      await write(asm.Counter, wasm, 'setNumber', [123n])
    }
  })

  itOnDevNode('can be taken back to a snapshot', 'final blocks are not taken back', async () => {
    const { tester, client } = clients()
    const { Counter } = examples.asm
    const address = await deploy(Counter)
    const id = await tester.snapshot()
    const head = await client.getBlockNumber()
    await write(Counter, address, 'setNumber', [1n])
    await tester.setBalance({ address, value: 77n })
    await tester.revert({ id })
    expect(await client.getBlockNumber({ cacheTime: 0 })).toBe(head)
    expect(await read(Counter, address, 'number')).toBe(0n)
    expect(await client.getBalance({ address })).toBe(0n)
  })
})
