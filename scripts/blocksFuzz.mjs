/** `npm run fuzz:blocks -- --seed 1 --count 1000`: runs test/simulation/parallel/main.ts. */
import { becomeTestTool } from './buildTestTool.mjs'

await becomeTestTool('blocksFuzz')
