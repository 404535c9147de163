import { defineConfig } from 'vitest/config'

/** One project per kind of test; `vitest run --project unit` runs one. */
const project = (
  name: string,
  timeoutMs: number,
  files = `test/${name}/**/*.test.ts`,
  env: Record<string, string> = {},
) => ({
  extends: true as const,
  test: { name, include: [files], testTimeout: timeoutMs, hookTimeout: timeoutMs, env },
})

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // evmpp/testing is ready to run.
    server: { deps: { external: [/\/dist\/testing\.js$/] } },
    projects: [
      project('unit', 60_000),
      project('property', 120_000),
      project('compliance', 60_000),
      project('conformance', 600_000),
      project('fuzz', 300_000),
      project('simulation', 120_000),
      project('e2e', 400_000),
      // The tests of clients again, against a validator of a network (test/harness/anyNode.ts).
      project('testnet', 400_000, 'test/e2e/{viem,ethers,cast}.test.ts', { EVMPP_TEST_NODE: 'testnet' }),
      project('examples', 180_000, 'examples/**/*.test.mjs'),
    ],
  },
})
