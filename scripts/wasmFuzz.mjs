/** `npm run fuzz:wasm -- --seed <number> --count <number>`: runs test/harness/wasm/fuzzMain.ts. */
import { becomeTestTool } from './buildTestTool.mjs'

await becomeTestTool('wasmFuzz')
