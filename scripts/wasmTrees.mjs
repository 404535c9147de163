/** `npm run fuzz:trees -- --seed <number> --count <number> --evm <engine>`: runs test/harness/wasm/treesMain.ts. */
import { becomeTestTool } from './buildTestTool.mjs'

await becomeTestTool('wasmTrees')
