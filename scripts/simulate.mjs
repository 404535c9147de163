/** `npm run simulate -- --seed <number> --count <number> ...`: runs test/simulation/consensus/main.ts. */
import { becomeTestTool } from './buildTestTool.mjs'

await becomeTestTool('simulate')
