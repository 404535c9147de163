import { join } from 'node:path'
import type { Abi, Hex } from 'viem'
import { compileSources } from '../../src/cli/compile/index.ts'
import { projectRoot } from './nodeProcess.ts'

/** A compiled example, ready for viem and ethers. */
export type Contract = { readonly abi: Abi; readonly bytecode: Hex }

type ExampleName = 'Counter' | 'Token' | 'Caller' | 'Pool'

/** The examples in both languages. */
export type Examples = {
  readonly sol: Readonly<Record<ExampleName, Contract>>
  readonly asm: Readonly<Record<ExampleName, Contract>>
}

/** Compiles the example contracts of a checkout, once for all tests. */
export async function compileExamples(root = projectRoot): Promise<Examples> {
  const artifacts = await compileSources(
    ['sol-contracts', ...['Counter', 'Token', 'Caller', 'Pool'].map((name) => `asm-contracts/${name}.ts`)],
    {
      root,
      cacheFolder: join(root, 'dist/examples'),
    },
  )
  const find = (sourceName: string): Contract => {
    const artifact = artifacts.find((candidate) => candidate.sourceName === sourceName && candidate.bytecode !== '0x')
    if (artifact === undefined) throw new Error(`no contract in ${sourceName}`)
    return { abi: artifact.abi as Abi, bytecode: artifact.bytecode }
  }
  return {
    sol: {
      Counter: find('sol-contracts/Counter.sol'),
      Token: find('sol-contracts/Token.sol'),
      Caller: find('sol-contracts/Caller.sol'),
      Pool: find('sol-contracts/Pool.sol'),
    },
    asm: {
      Counter: find('asm-contracts/Counter.ts'),
      Token: find('asm-contracts/Token.ts'),
      Caller: find('asm-contracts/Caller.ts'),
      Pool: find('asm-contracts/Pool.ts'),
    },
  }
}

/** Both kinds, for tests that must hold for either. */
export const KINDS = ['sol', 'asm'] as const
export type Kind = (typeof KINDS)[number]
