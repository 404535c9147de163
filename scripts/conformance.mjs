/** `npm run conformance -- <suite> <directory or file>...`: runs test/conformance/main.ts. */
import { becomeTestTool } from './buildTestTool.mjs'

await becomeTestTool('conformance')
