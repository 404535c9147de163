import { defineConfig } from 'vitest/config'

// evmpp/testing is ready to run: vitest need not translate it, which would take three seconds for each test file.
const ready = [/\/dist\/testing\.js$/]

// A contract that has changed is compiled by the test that deploys it.
const compileMs = 60_000

export default defineConfig({
  test: { server: { deps: { external: ready } }, testTimeout: compileMs, hookTimeout: compileMs },
})
