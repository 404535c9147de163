import { defineConfig } from 'vitest/config'

/** One project per kind of test; `vitest run --project unit` runs one. */
const project = (name: string, timeoutMs: number) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout: timeoutMs, hookTimeout: timeoutMs },
})

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      project('unit', 20_000),
      project('property', 60_000),
      project('compliance', 60_000),
      project('conformance', 600_000),
      project('fuzz', 300_000),
      project('e2e', 180_000),
    ],
  },
})
