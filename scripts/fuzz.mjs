/** `npm run fuzz -- --seed <number> --count <number> ...`: runs test/fuzz/main.ts. */
import { becomeTestTool } from './buildTestTool.mjs'

await becomeTestTool('fuzz')
