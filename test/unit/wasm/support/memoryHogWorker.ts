import { keccakHash } from '../../../../src/primitives/index.ts'
import { viewOf } from '../../../../src/state/index.ts'
import { CONTRACT, contract, createWorld, run } from './world.ts'

/** A contract that calls itself until a transaction may not open another page: 128 memories at once. Says how that ended. */
const code = contract(
  `(call $self (i32.const 0))
   (drop (call $call (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 32) (i64.const -1) (i32.const 64))) (i32.const 0)`,
  `(import "vm_hooks" "contract_address" (func $self (param i32)))
   (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))`,
)
const account = { nonce: 1n, balanceWei: 0n, codeHash: keccakHash(code) }
const world = createWorld(viewOf([{ address: CONTRACT, account, code, storageReset: false, storage: [] }]))
try {
  process.stdout.write(`ended: ${run(world, code, { gasLimit: 10n ** 15n }).status}\n`)
} catch (thrown) {
  const { name, cause } = thrown as Error
  process.stdout.write(`${name}: ${cause}\n`)
}
