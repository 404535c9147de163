/** `npm test`: installs and builds what is not up to date, then runs every test. Arguments go to vitest. */
import { join } from 'node:path'
import { become, ensureBuilt, root } from './project.mjs'

ensureBuilt()
become(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...process.argv.slice(2)])
