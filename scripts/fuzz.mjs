/** `npm run fuzz -- --seed <number> --count <number> ...`: runs test/fuzz/main.ts. */
import { becomeTestTool } from './buildTestTool.mjs'

// Compiling a thousand small modules a second, V8's helper threads cost more than they help: 5 ms a program instead of 7.
await becomeTestTool('fuzz', ['--single-threaded'])
