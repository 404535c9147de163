/** `npm run soak -- --minutes 10`: runs test/simulation/soak/main.ts. */
import { becomeTestTool } from './buildTestTool.mjs'

await becomeTestTool('soak')
