/** `npm run conformance -- state <directory or file>...`: builds what is not up to date, then runs test/conformance/main.ts. */
import { join } from 'node:path'
import { build } from 'esbuild'
import { become, ensureBuilt, root } from './project.mjs'

ensureBuilt()
const outfile = join(root, 'dist/conformance.js')
await build({
  absWorkingDir: root,
  entryPoints: ['test/conformance/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  logLevel: 'warning',
  packages: 'external',
})
become(process.execPath, [outfile, ...process.argv.slice(2)])
