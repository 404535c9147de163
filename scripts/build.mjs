/** Builds dist/: the core, the reference EVM made synchronous, then the program, its worker threads and evmpp/testing. */
import { join } from 'node:path'
import { build } from 'esbuild'
import { buildCore } from './buildCore.mjs'
import { buildCurves } from './buildCurves.mjs'
import { writeDeclarations } from './declarations.mjs'
import { root } from './project.mjs'
import { buildSyncEvm } from './syncEvm.mjs'

/** Native modules cannot be bundled; the compilers are large and needed by `evmpp build` only. */
const external = ['@chainsafe/blst', 'classic-level', 'secp256k1', 'assemblyscript', 'solc']

/** Bundled CommonJS packages expect `require`. */
const banner = {
  js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
}

await buildCore()
buildCurves()
await buildSyncEvm()

await build({
  absWorkingDir: root,
  entryPoints: {
    cli: 'src/cli/main.ts',
    ledgerWorker: 'src/node/ledgerWorker.ts',
    branchLedgerWorker: 'src/node/branchLedgerWorker.ts',
    simulatorWorker: 'src/node/simulatorWorker.ts',
    readerWorker: 'src/node/readerWorker.ts',
    teamWorker: 'src/node/teamWorker.ts',
    sendersWorker: 'src/node/sendersWorker.ts',
    testing: 'src/testing/index.ts',
  },
  outdir: join(root, 'dist'),
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: true,
  logLevel: 'warning',
  external: [...external, '#ethereumjs-evm-sync'],
  banner,
})

writeDeclarations('src/testing/index.ts')
