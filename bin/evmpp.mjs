#!/usr/bin/env node
/** `npx evmpp ...` in a clone: builds what is not up to date, then runs the program. */
import { existsSync } from 'node:fs'

const sources = new URL('../src', import.meta.url)
if (existsSync(sources)) {
  const { ensureBuilt } = await import('../scripts/project.mjs')
  ensureBuilt()
}
await import('../dist/cli.js')
