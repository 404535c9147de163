/**
 * Bundles programs of test/ into dist/: `node scripts/buildTestTool.mjs conformance`. What they run on (the reference
 * EVM, the core) must be in dist/ when they run.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { become, ensureBuilt, root } from './project.mjs'

const entries = {
  wasmTrees: 'test/harness/wasm/treesMain.ts',
  wasmFuzz: 'test/harness/wasm/fuzzMain.ts',
  conformance: 'test/conformance/main.ts',
  fuzz: 'test/fuzz/main.ts',
  blocksFuzz: 'test/simulation/parallel/main.ts',
  soak: 'test/simulation/soak/main.ts',
  simulate: 'test/simulation/consensus/main.ts',
  benchConsensus: 'test/bench/consensus/main.ts',
  benchEvm: 'test/bench/evm/main.ts',
  benchNetwork: 'test/bench/network/main.ts',
  benchFlood: 'test/bench/flood/main.ts',
  benchWasm: 'test/bench/wasm/main.ts',
  benchCompile: 'test/bench/compile/main.ts',
  benchParallel: 'test/bench/parallel/main.ts',
  benchTrie: 'test/bench/trie/main.ts',
  benchCalls: 'test/bench/calls/main.ts',
  benchPrecompiles: 'test/bench/precompiles/main.ts',
  benchHostCosts: 'test/bench/hostCosts/main.ts',
}

/** Writes one of them; returns its path. */
async function buildTestTool(name) {
  const outfile = join(root, `dist/${name}.js`)
  await build({
    absWorkingDir: root,
    entryPoints: [entries[name]],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'warning',
    packages: 'external',
    external: ['#ethereumjs-evm-sync'],
  })
  return outfile
}

/** Builds what is not up to date, then becomes the program, which gets this process's arguments; `flags` are for Node. */
export async function becomeTestTool(name, flags = []) {
  ensureBuilt()
  become(process.execPath, [...flags, await buildTestTool(name), ...process.argv.slice(2)])
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of process.argv.slice(2)) await buildTestTool(name)
}
