import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** Builds a program of this folder into dist/, beside the reference EVM that it imports. Returns its path. */
export async function buildProgram(name: string): Promise<string> {
  const outfile = `${root}dist/test/${name}.mjs`
  await build({
    entryPoints: [fileURLToPath(new URL(`./${name}.ts`, import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    external: ['#ethereumjs-evm-sync'],
    logLevel: 'error',
  })
  return outfile
}
