#!/usr/bin/env node
/** `npx evmpp ...` in a clone: builds what is not up to date, then runs the program. */
import { existsSync } from 'node:fs'

try {
  if (existsSync(new URL('../src', import.meta.url))) {
    const { ensureBuilt } = await import('../scripts/project.mjs')
    ensureBuilt()
  }
  await import('../dist/cli.js')
} catch (error) {
  // The program is some forty files that Node opens at once.
  if (error?.code !== 'EMFILE' && error?.code !== 'ENFILE') throw error
  process.stderr.write(
    'evmpp cannot be loaded: this process may open too few files. Raise the limit: "ulimit -n 4096".\n',
  )
  process.exitCode = 1
}
