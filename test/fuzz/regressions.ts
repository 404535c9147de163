import type { Scenario } from './scenario.ts'

/** Differences that were found once, minimised as `npm run fuzz` prints them: all engines agree on them for good. */
export const regressions: readonly (Scenario & { readonly name: string })[] = []
