import { join } from 'node:path'
import type { Abi, Hex } from 'viem'
import { compileSources } from '../../src/cli/compile/index.ts'
import { projectRoot } from './nodeProcess.ts'

/** A compiled example, ready for viem and ethers. */
export type Contract = { readonly abi: Abi; readonly bytecode: Hex }

/** The examples in both languages. */
export type Examples = {
  readonly sol: { readonly Counter: Contract; readonly Token: Contract; readonly Caller: Contract }
  readonly asm: { readonly Counter: Contract; readonly Token: Contract; readonly Caller: Contract }
}

/** Compiles the example contracts, once for all tests. */
export async function compileExamples(): Promise<Examples> {
  const artifacts = await compileSources(
    ['sol-contracts', 'asm-contracts/Counter.ts', 'asm-contracts/Token.ts', 'asm-contracts/Caller.ts'],
    {
      root: projectRoot,
      cacheFolder: join(projectRoot, 'dist/examples'),
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
    },
    asm: {
      Counter: find('asm-contracts/Counter.ts'),
      Token: find('asm-contracts/Token.ts'),
      Caller: find('asm-contracts/Caller.ts'),
    },
  }
}

/** Both kinds, for tests that must hold for either. */
export const KINDS = ['sol', 'asm'] as const
export type Kind = (typeof KINDS)[number]
