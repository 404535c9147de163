import type { Address, Hex } from 'viem'
import { bytesToHex, concat, createPublicClient, createWalletClient, http, keccak256, numberToHex, pad } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import wabtFactory from 'wabt'
import type { NodeProcess } from '../harness/nodeProcess.ts'
import { startNodeProcess } from '../harness/nodeProcess.ts'

let node: NodeProcess
let assemble: (text: string) => Hex

beforeAll(async () => {
  node = await startNodeProcess(['--ephemeral'])
  const wabt = await wabtFactory()
  assemble = (text) => bytesToHex(wabt.parseWat('hostile.wat', text).toBinary({}).buffer)
})
afterAll(async () => {
  expect(await node.end('SIGTERM')).toBe(0)
})

function clients() {
  const [holder] = node.ready.accounts
  if (holder === undefined) throw new Error('no account')
  const transport = http(node.ready.url, { retryCount: 0, timeout: 60_000 })
  return {
    client: createPublicClient({ chain: foundry, transport, pollingInterval: 20 }),
    wallet: createWalletClient({ account: privateKeyToAccount(holder.privateKey), chain: foundry, transport }),
  }
}

async function send(parts: { readonly to?: Address; readonly data: Hex; readonly gas: bigint }) {
  const { client, wallet } = clients()
  const hash = await wallet.sendTransaction({ ...parts, to: parts.to ?? null })
  return client.waitForTransactionReceipt({ hash })
}

async function deploy(data: Hex): Promise<Address> {
  const { status, contractAddress } = await send({ data, gas: 16_000_000n })
  expect(status).toBe('success')
  return contractAddress as Address
}

/** A module whose entry runs `body`; `more` holds further imports and functions. */
function module(body: string, more = '', memory = '(memory (export "memory") 1 1)'): string {
  return `(module ${more} ${memory} (func (export "user_entrypoint") (param i32) (result i32) ${body}))`
}

const CALL_ITSELF = `
  (import "vm_hooks" "contract_address" (func $self (param i32)))
  (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))`

const hostile = {
  'an endless loop': module('(loop $again (br $again)) (unreachable)'),
  'endless recursion': module(
    '(call $down (i32.const 0))',
    '(func $down (param i32) (result i32) (i32.add (call $down (local.get 0)) (i32.const 1)))',
  ),
  'memory growth without end': module(
    '(loop $again (drop (memory.grow (i32.const 1))) (br $again)) (unreachable)',
    '(import "vm_hooks" "pay_for_memory_grow" (func $pay (param i32)))',
    '(memory (export "memory") 1)',
  ),
  'filling memory without end': module(
    '(loop $again (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br $again)) (unreachable)',
  ),
  'calling itself without end': module(
    '(call $self (i32.const 0)) (call $call (i32.const 0) (i32.const 64) (i32.const 0) (i32.const 32) (i64.const -1) (i32.const 96))',
    CALL_ITSELF,
  ),
} as const

describe('a hostile module', () => {
  it.each(Object.entries(hostile))(
    'with %s ends, the same way each time, and the node lives on',
    async (_name, text) => {
      const address = await deploy(assemble(text))
      const first = await send({ to: address, data: '0x', gas: 3_000_000n })
      const second = await send({ to: address, data: '0x', gas: 3_000_000n })
      expect([second.status, second.gasUsed]).toEqual([first.status, first.gasUsed])
      expect(first.gasUsed).toBeGreaterThan(21_000n)
      expect(await clients().client.getBlockNumber({ cacheTime: 0 })).toBe(second.blockNumber)
    },
  )

  it.each(['an endless loop', 'endless recursion', 'memory growth without end', 'filling memory without end'] as const)(
    'with %s burns all gas',
    async (name) => {
      const address = await deploy(assemble(hostile[name]))
      const receipt = await send({ to: address, data: '0x', gas: 2_000_000n })
      expect(receipt).toMatchObject({ status: 'reverted', gasUsed: 2_000_000n })
    },
  )
})

describe('what is no module', () => {
  const magic = '0x0061736d01000000'
  const cases: readonly (readonly [string, () => Hex])[] = [
    ['garbage after the magic', () => concat([magic, keccak256('0x01'), keccak256('0x02')])],
    ['nothing after the magic', () => magic],
    ['floating point', () => assemble(module('(drop (f64.add (f64.const 1) (f64.const 2))) (i32.const 0)'))],
    ['an unknown import', () => assemble(module('(i32.const 0)', '(import "env" "escape" (func))'))],
    ['a start function', () => assemble(module('(i32.const 0)', '(func $boot) (start $boot)'))],
    ['no entry', () => assemble('(module (memory (export "memory") 1 1))')],
  ]
  it.each(cases)('%s is refused, says why, and stores nothing', async (_name, code) => {
    const receipt = await send({ data: code(), gas: 5_000_000n })
    expect(receipt.status).toBe('reverted')
    expect(await clients().client.getCode({ address: receipt.contractAddress as Address })).toBeUndefined()
    await expect(
      clients().client.estimateGas({ data: code(), account: node.ready.accounts[0]?.address as Address }),
    ).rejects.toThrow(/invalid|module/i)
  })
})

/** Calls the address in its first word with both words swapped; answers with one more than the answer, or 1. */
const BOUNCE_EVM = concat([
  '0x6025600a5f3960255ff3', // init code: return the 37 bytes that follow
  '0x6020355f52', // mem[0] = word 1
  '0x5f35602052', // mem[32] = word 0
  '0x6020604060405f5f5f355af150', // call(gas, word 0, 0, mem[0..64], answer to mem[64..96])
  '0x60405160010160405260206040f3', // return mem[64] + 1
])

/** The same in WebAssembly: call data at 0, swapped at 128, the answer at 256. */
const BOUNCE_WASM = module(
  `(call $args (i32.const 0))
   (memory.copy (i32.const 128) (i32.const 32) (i32.const 32))
   (memory.copy (i32.const 160) (i32.const 0) (i32.const 32))
   (if (i32.eqz (call $call (i32.const 12) (i32.const 128) (i32.const 64) (i32.const 64) (i64.const -1) (i32.const 224)))
     (then (drop (call $answer (i32.const 256) (i32.const 0) (i32.const 32)))))
   (local.set 0 (i32.add (i32.const 1) (i32.or (i32.shl (i32.load8_u (i32.const 286)) (i32.const 8)) (i32.load8_u (i32.const 287)))))
   (i32.store8 (i32.const 286) (i32.shr_u (local.get 0) (i32.const 8)))
   (i32.store8 (i32.const 287) (local.get 0))
   (call $result (i32.const 256) (i32.const 32))
   (i32.const 0)`,
  `(import "vm_hooks" "read_args" (func $args (param i32)))
   (import "vm_hooks" "read_return_data" (func $answer (param i32 i32 i32) (result i32)))
   (import "vm_hooks" "write_result" (func $result (param i32 i32)))
   ${CALL_ITSELF}`,
)

describe('the two machines in turn', () => {
  it('call each other hundreds of frames deep, the same each time', async () => {
    const evm = await deploy(BOUNCE_EVM)
    const wasm = await deploy(assemble(BOUNCE_WASM))
    const { client } = clients()
    const bounce = async (first: Address, second: Address): Promise<bigint> => {
      const words = concat([pad(second, { size: 32 }), pad(first, { size: 32 })])
      const { data = '0x' } = await client.call({ to: first, data: words, gas: 50_000_000n })
      return BigInt(data)
    }
    const depth = await bounce(evm, wasm)
    expect(depth).toBeGreaterThan(100n)
    expect(await bounce(evm, wasm)).toBe(depth)
    expect(await bounce(wasm, evm)).toBeGreaterThan(100n)
  })
})

describe('a long eth_call', () => {
  it('does not keep a block waiting', async () => {
    const loop = await deploy('0x6004600c60003960046000f35b600056')
    const { client } = clients()
    const order: string[] = []
    // Twelve times 50 million gas, one after the other in the simulator's thread.
    const calls = Array.from({ length: 12 }, () => client.call({ to: loop, gas: 50_000_000n }).catch(() => undefined))
    const all = Promise.all(calls).then(() => order.push('calls'))
    await send({ to: '0x00000000000000000000000000000000000000aa', data: numberToHex(1), gas: 100_000n })
    order.push('transaction')
    await all
    expect(order).toEqual(['transaction', 'calls'])
  })
})
