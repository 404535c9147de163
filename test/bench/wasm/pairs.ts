import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Abi, Hex } from 'viem'
import { encodeDeployData, encodeFunctionData } from 'viem'
import { compileSources } from '../../../src/cli/compile/index.ts'
import type { Address, Bytes, Transaction } from '../../../src/primitives/index.ts'
import { fromHex, rulesOf, toHex, wordToBytes } from '../../../src/primitives/index.ts'
import type { Environment, Executed } from '../../../src/router/index.ts'
import { executeTransaction } from '../../../src/router/index.ts'
import type { StateView } from '../../../src/state/index.ts'
import { createOverlay } from '../../../src/state/index.ts'
import { createEngine } from '../../harness/engines.ts'
import { addr, testBlock, transaction, world } from '../../harness/world.ts'

/** One contract of a pair, deployed: what is executed again and again, each time on the same state. */
export type Subject = { readonly view: StateView; readonly transaction: Transaction }

/** The same work on both VMs. */
export type Pair = {
  readonly name: string
  readonly evm: Subject
  readonly wasm: Subject
  /** Transactions that are timed together: one short one alone is below the processors' clock. */
  readonly batch: number
  /** What each must give back. */
  readonly output: Hex
  /** `least` times as fast as the EVM's must the WebAssembly contract be. */
  readonly least: number
}

const SENDER = addr(0x5e4d)
const SOURCES = ['sol-contracts/Token.sol', 'asm-contracts/Token.ts', 'test/bench/wasm/contracts']
const MANDELBROT = { size: 48, limit: 200 }
const SHA256_BLOCKS = 200

/** The engines as a node has them by default, and where transactions run on them. */
export function createEnvironment(): Environment {
  const { machinesOf, journal } = createEngine('compiled')
  const block = { ...testBlock, baseFeeWei: 0n, gasLimit: 10n ** 12n }
  return { rules: rulesOf('osaka'), block, machines: machinesOf('osaka'), journal, blockHash: () => undefined }
}

/** Runs it once; it must succeed. */
export function execute(environment: Environment, { view, transaction }: Subject): Executed {
  const outcome = executeTransaction(environment, view, transaction, 'simulation')
  if (outcome.kind !== 'executed' || outcome.status !== 'success') {
    throw new Error(
      `a benchmark's transaction: ${outcome.kind === 'executed' ? outcome.fault : outcome.rejection.message}`,
    )
  }
  return outcome
}

/** Compiles and deploys the contracts. */
export async function createPairs(environment: Environment, root: string): Promise<readonly Pair[]> {
  const artifacts = await compileSources(SOURCES, { root, cacheFolder: join(root, 'dist/benchWasm') })
  const subject = (
    sourceName: string,
    args: readonly unknown[],
    call: string,
    callArgs: readonly unknown[],
  ): Subject => {
    const artifact = artifacts.find((it) => it.sourceName === sourceName && it.bytecode !== '0x')
    if (artifact === undefined) throw new Error(`no contract in ${sourceName}`)
    const abi = artifact.abi as Abi
    const { view, address } = deploy(environment, fromHex(encodeDeployData({ abi, bytecode: artifact.bytecode, args })))
    return {
      view,
      transaction: callOf(address, fromHex(encodeFunctionData({ abi, functionName: call, args: callArgs }))),
    }
  }
  const twins = (name: string, args: readonly unknown[]): { readonly evm: Subject; readonly wasm: Subject } => ({
    evm: subject(`test/bench/wasm/contracts/${name}.sol`, [], 'run', args),
    wasm: subject(`test/bench/wasm/contracts/${name}Twin.ts`, [], 'run', args),
  })
  const token = (sourceName: string): Subject =>
    subject(sourceName, ['Token', 'TKN', 10n ** 24n], 'transfer', [addr(0xbeef), 1_000n])
  const message = new Uint8Array(64 * SHA256_BLOCKS)
  return [
    {
      name: 'Token transfer',
      evm: token('sol-contracts/Token.sol'),
      wasm: token('asm-contracts/Token.ts'),
      batch: 400,
      output: toHex(wordToBytes(1n)),
      least: 1,
    },
    {
      name: 'Mandelbrot',
      ...twins('Mandelbrot', [MANDELBROT.size, MANDELBROT.limit]),
      batch: 1,
      output: toHex(wordToBytes(mandelbrot(BigInt(MANDELBROT.size), MANDELBROT.limit))),
      least: 5,
    },
    {
      name: 'SHA-256',
      ...twins('Sha256', [SHA256_BLOCKS]),
      batch: 1,
      output: `0x${createHash('sha256').update(message).digest('hex')}`,
      least: 5,
    },
  ]
}

/** What Mandelbrot.sol computes. */
function mandelbrot(size: bigint, limit: number): bigint {
  const step = (3n << 28n) / size
  let total = 0
  for (let row = 0n; row < size; row += 1n) {
    for (let column = 0n; column < size; column += 1n) {
      total += roundsOf(column * step - (2n << 28n), row * step - (3n << 27n), limit)
    }
  }
  return BigInt(total)
}

function roundsOf(x0: bigint, y0: bigint, limit: number): number {
  let [x, y] = [0n, 0n]
  for (let rounds = 0; rounds < limit; rounds += 1) {
    const [xx, yy] = [(x * x) >> 28n, (y * y) >> 28n]
    if (xx + yy > 4n << 28n) return rounds
    ;[x, y] = [xx - yy + x0, ((x * y) >> 27n) + y0]
  }
  return limit
}

function deploy(environment: Environment, data: Bytes): { readonly view: StateView; readonly address: Address } {
  const view = createOverlay(world({ [SENDER]: { balanceWei: 10n ** 24n } }))
  const { contractAddress, diff } = execute(environment, { view, transaction: callOf(undefined, data) })
  if (contractAddress === undefined) throw new Error('a creation has an address')
  view.apply(diff)
  return { view, address: contractAddress }
}

function callOf(to: Address | undefined, data: Bytes): Transaction {
  const free = { maxFeePerGasWei: 0n, maxPriorityFeePerGasWei: 0n, gasLimit: 10n ** 10n }
  return transaction({ sender: SENDER, to, data, ...free })
}
