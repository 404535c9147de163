import { defineConfig } from 'vitest/config'

// evmpp/testing is ready to run: vitest need not translate it, which would take three seconds for each test file.
const ready = [/\/dist\/testing\.js$/]

export default defineConfig({ test: { server: { deps: { external: ready } } } })
