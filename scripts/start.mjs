/** `npm start`: installs and builds what is not up to date, then runs a development node. */
import { join } from 'node:path'
import { become, ensureBuilt, root } from './project.mjs'

ensureBuilt()
become(process.execPath, [join(root, 'dist/cli.js'), 'dev', ...process.argv.slice(2)])
