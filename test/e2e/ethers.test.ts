import type { BaseContract, ContractTransactionReceipt, InterfaceAbi } from 'ethers'
import {
  Contract,
  ContractFactory,
  isCallException,
  JsonRpcProvider,
  NonceManager,
  toQuantity,
  Wallet,
  zeroPadValue,
} from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { itOnDevNode, startAnyNode } from '../harness/anyNode.ts'
import type { Contract as Compiled, Examples } from '../harness/contracts.ts'
import { compileExamples, KINDS } from '../harness/contracts.ts'
import type { NodeProcess } from '../harness/nodeProcess.ts'
import { checkProof } from '../harness/proof.ts'

let examples: Examples
let node: NodeProcess
let provider: JsonRpcProvider
let signer: NonceManager

beforeAll(async () => {
  examples = await compileExamples()
  node = await startAnyNode(['--ephemeral'])
  provider = new JsonRpcProvider(node.ready.url, undefined, { pollingInterval: 50, cacheTimeout: -1 })
  const [holder] = node.ready.accounts
  signer = new NonceManager(new Wallet(holder?.privateKey ?? '', provider))
})
afterAll(async () => {
  provider.destroy()
  await node.end('SIGTERM')
})

async function deploy({ abi, bytecode }: Compiled, ...args: unknown[]): Promise<Contract> {
  const factory = new ContractFactory(abi as InterfaceAbi, bytecode, signer)
  const deployed: BaseContract = await factory.deploy(...args)
  await deployed.waitForDeployment()
  return new Contract(await deployed.getAddress(), abi as InterfaceAbi, signer)
}

async function write(contract: Contract, name: string, ...args: unknown[]): Promise<ContractTransactionReceipt> {
  const sent = await contract.getFunction(name).send(...args)
  const receipt = await sent.wait()
  if (receipt === null) throw new Error('no receipt')
  return receipt
}

/** What `work` fails with. */
async function failureOf(work: Promise<unknown>): Promise<Error> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (thrown instanceof Error) return thrown
  throw new Error('did not fail')
}

describe.each(KINDS)('ethers and a %s contract', (kind) => {
  it('deploys, calls, writes and finds events', async () => {
    const counter = await deploy(examples[kind].Counter)
    const receipt = await write(counter, 'setNumber', 8n)
    expect(await counter.getFunction('number')()).toBe(8n)
    const events = await counter.queryFilter('NumberChanged', receipt.blockNumber)
    expect(events.map((event) => ('args' in event ? [...event.args] : []))).toEqual([[await signer.getAddress(), 8n]])
  })

  it('decodes custom errors and reasons', async () => {
    const token = await deploy(examples[kind].Token, 'Gold', 'AU', 1n)
    const failure = await failureOf(token.getFunction('transfer').staticCall(await token.getAddress(), 2n))
    expect(isCallException(failure) && failure.revert?.name).toBe('ERC20InsufficientBalance')
    const caller = await deploy(examples[kind].Caller)
    const refused = await failureOf(caller.getFunction('query').staticCall(await token.getAddress(), '0xdeadbeef'))
    expect(isCallException(refused) && refused.reason).toBe('the static call failed')
  })

  it('proves state against the block', async () => {
    const counter = await deploy(examples[kind].Counter)
    await write(counter, 'setNumber', 300n)
    const address = await counter.getAddress()
    const block = await provider.send('eth_getBlockByNumber', ['latest', false])
    const proof = await provider.send('eth_getProof', [address, [zeroPadValue('0x', 32)], block.number])
    expect(proof.storageProof[0].value).toBe(toQuantity(300n))
    await checkProof(block.stateRoot, {
      ...proof,
      balance: BigInt(proof.balance),
      nonce: Number(proof.nonce),
      storageProof: proof.storageProof.map((slot: { value: string }) => ({ ...slot, value: BigInt(slot.value) })),
    })
  })

  it('is called by the other kind', async () => {
    const other = kind === 'sol' ? 'asm' : 'sol'
    const counter = await deploy(examples[kind].Counter)
    const caller = await deploy(examples[other].Caller)
    await write(caller, 'setNumber', await counter.getAddress(), 64n)
    expect(await caller.getFunction('readNumber')(await counter.getAddress())).toBe(64n)
    expect(await counter.getFunction('number')()).toBe(64n)
  })
})

describe('ethers and the node', () => {
  itOnDevNode("sees the node's accounts", 'it has none', async () => {
    expect(await provider.listAccounts()).toHaveLength(10)
  })
  it('sees fees and a transfer', async () => {
    const fees = await provider.getFeeData()
    expect(fees.maxFeePerGas).toBeGreaterThan(0n)
    const sent = await signer.sendTransaction({ to: node.ready.accounts[3]?.address ?? null, value: 9n })
    expect((await sent.wait())?.gasUsed).toBe(21_000n)
  })
  it('reports a nonce that is too low as such', async () => {
    const [, second] = node.ready.accounts
    const wallet = new Wallet(second?.privateKey ?? '', provider)
    await (await wallet.sendTransaction({ to: wallet.address })).wait()
    await expect(wallet.sendTransaction({ to: wallet.address, nonce: 0 })).rejects.toMatchObject({
      code: 'NONCE_EXPIRED',
    })
  })
  it('reports missing funds as such', async () => {
    const poor = Wallet.createRandom(provider)
    const send = poor.sendTransaction({ to: poor.address, value: 1n, gasLimit: 21_000n })
    await expect(send).rejects.toMatchObject({ code: 'INSUFFICIENT_FUNDS' })
  })
})
