/** Builds dist/conformance.js from test/conformance/main.ts. Needs dist/ethereumjsEvmSync.js when it runs. */
import { build } from 'esbuild'
import { root } from './project.mjs'

await build({
  absWorkingDir: root,
  entryPoints: ['test/conformance/main.ts'],
  outfile: 'dist/conformance.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  logLevel: 'warning',
  packages: 'external',
  external: ['#ethereumjs-evm-sync'],
})
