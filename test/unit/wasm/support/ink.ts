import { contract, createWorld, run, type World } from './world.ts'

const HOST_CALL = 8_400n
const BLOCK = 2_450n
const CALL = 3_800n

/** Ink that one host call takes, measured by the contract itself; what metering takes in between is subtracted. */
export function inkOf(
  call: string,
  imports: string,
  setup = '',
  world: World = createWorld(),
  input = new Uint8Array(0),
) {
  const text = `
    (local $before i64)
    ${setup}
    (local.set $before (call $ink))
    ${call}
    (i64.store (i32.const 0) (i64.sub (local.get $before) (call $ink)))
    (call $result (i32.const 0) (i32.const 8))
    (i32.const 0)`
  const code = contract(
    text,
    `(import "vm_hooks" "evm_ink_left" (func $ink (result i64)))
     (import "vm_hooks" "write_result" (func $result (param i32 i32)))
     ${imports}`,
  )
  const result = run(world, code, { input, gasLimit: 100_000_000n })
  if (result.status !== 'success')
    throw new Error(JSON.stringify(result, (_, v) => (typeof v === 'bigint' ? `${v}` : v)))
  const measured = Buffer.from(result.output).readBigInt64LE()

  // From the first evm_ink_left to the second: two blocks that end in calls, and what stands in them.
  const constants = BigInt(call.match(/const/g)?.length ?? 0)
  const drops = call.includes('drop') ? 9n : 0n
  const between = 210n + constants + drops + (1n + 75n) + 2n * (CALL + BLOCK) + HOST_CALL
  return measured - between
}
