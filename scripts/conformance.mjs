/** `npm run conformance -- <suite> <directory or file>...`: builds what is not up to date, then runs test/conformance/main.ts. */
import { join } from 'node:path'
import { become, ensureBuilt, root } from './project.mjs'

ensureBuilt()
await import('./buildConformance.mjs')
become(process.execPath, [join(root, 'dist/conformance.js'), ...process.argv.slice(2)])
