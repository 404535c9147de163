import { createRequire } from 'node:module'
import initWabt from 'wabt'
import type { Address, Bytes } from '../../../src/primitives/index.ts'
import { fromHex } from '../../../src/primitives/index.ts'
import { addr } from '../world.ts'

/**
 * One abstract contract in two languages: each reads its call data as a script and does what it says. Wherever a tree of
 * calls meets a difference between the two VMs, the two interpreters do not behave alike.
 *
 *   write slot value | read slot | writeTransient slot value | readTransient slot | log topics byte
 *   call kind target value gas script | context | return bytes | revert bytes | trap | destroy target
 *   writeLater slot value | create salt value target script | balance target
 *
 * What is read and how a call ended is logged, so that it can be seen from outside.
 */
export const OPS = {
  write: 1,
  read: 2,
  writeTransient: 3,
  readTransient: 4,
  log: 5,
  call: 6,
  context: 7,
  return: 8,
  revert: 9,
  trap: 10,
  destroy: 11,
  writeLater: 12,
  create: 13,
  balance: 14,
} as const

/** Contracts that can be called, by index. */
export const CONTRACTS = 4
/** An account with money and no code, one that does not exist, and the identity precompile. */
export const OTHERS = [6, 7, 9] as const
const IDENTITY = 9
const FIRST_ADDRESS = 0x10000

/** The account that a script means by `index`. */
export function target(index: number): Address {
  return addr(index === IDENTITY ? 4 : FIRST_ADDRESS + index)
}

/** Destroys its caller's caller: what WebAssembly has no function for, it does by a delegate call to this. */
export const DESTROYER = addr(FIRST_ADDRESS + 0xfe)
export const DESTROYER_CODE = fromHex('0x5f35ff')

/** Init code of a contract that delegates all calls to another. Source: EIP-1167. */
const PROXY = ['3d602d80600a3d3981f3363d3d373d3d3d363d73', '5af43d82803e903d91602b57fd5bf3'] as const

const yul = `object "Tree" { code {
  function account(index) -> a { a := add(${FIRST_ADDRESS}, index) if eq(index, ${IDENTITY}) { a := 4 } }
  function report(status) { returndatacopy(0x100, 0, returndatasize()) log1(0x100, returndatasize(), status) }
  // Takes more than a stipend, as a WebAssembly frame does.
  mstore(0x8000, 0)
  let p := 0
  for {} lt(p, calldatasize()) {} {
    let head := calldataload(p)
    let a := byte(1, head)
    let b := byte(2, head)
    switch byte(0, head)
    case 1 { sstore(a, b) p := add(p, 3) }
    case 12 { sstore(a, b) p := add(p, 3) }
    case 2 { mstore(0, sload(a)) log1(0, 32, a) p := add(p, 2) }
    case 3 { tstore(a, b) p := add(p, 3) }
    case 4 { mstore(0, tload(a)) log2(0, 32, a, 4) p := add(p, 2) }
    case 5 {
      let w := mul(b, 0x${'01'.repeat(32)})
      mstore(0, w)
      let n := and(b, 31)
      switch a
      case 0 { log0(0, n) } case 1 { log1(0, n, w) } case 2 { log2(0, n, w, w) }
      case 3 { log3(0, n, w, w, w) } default { log4(0, n, w, w, w, w) }
      p := add(p, 3)
    }
    case 6 {
      let value := byte(3, head)
      let limit := 0
      if byte(4, head) { limit := gas() }
      let n := or(shl(8, byte(5, head)), byte(6, head))
      calldatacopy(0x100, add(p, 7), n)
      let to := account(b)
      let ok := 0
      switch a
      case 0 { ok := call(limit, to, value, 0x100, n, 0, 0) }
      case 1 { ok := staticcall(limit, to, 0x100, n, 0, 0) }
      default { ok := delegatecall(limit, to, 0x100, n, 0, 0) }
      report(ok)
      p := add(add(p, 7), n)
    }
    case 7 {
      mstore(0, caller()) mstore(32, address()) mstore(64, callvalue()) mstore(96, selfbalance()) mstore(128, origin())
      log0(0, 160) p := add(p, 1)
    }
    case 8 { calldatacopy(0, add(p, 2), a) return(0, a) }
    case 9 { calldatacopy(0, add(p, 2), a) revert(0, a) }
    case 11 { selfdestruct(account(a)) }
    case 13 {
      mstore(0, shl(96, 0x${PROXY[0]}))
      mstore(20, shl(96, account(byte(4, head))))
      mstore(40, shl(136, 0x${PROXY[1]}))
      let made := 0
      switch a
      case 0 { made := create(byte(3, head), 0, 55) }
      default { made := create2(byte(3, head), 0, 55, b) }
      mstore(0, made) log1(0, 32, 13)
      let n := or(shl(8, byte(5, head)), byte(6, head))
      if made {
        calldatacopy(0x100, add(p, 7), n)
        report(call(gas(), made, 0, 0x100, n, 0, 0))
      }
      p := add(add(p, 7), n)
    }
    case 14 { mstore(0, balance(account(a))) log1(0, 32, 14) p := add(p, 2) }
    default { revert(0, 0) }
  }
} }`

const escaped = (hex: string): string => hex.replace(/../g, '\\$&')
const ARGS = 4096
const head = (index: number): string => `(i32.load8_u (i32.add (local.get $p) (i32.const ${ARGS + index})))`
const skip = (bytes: number): string => `(local.set $p (i32.add (local.get $p) (i32.const ${bytes})))`
const length = `(i32.or (i32.shl ${head(5)} (i32.const 8)) ${head(6)})`
const behind = `(i32.add (local.get $p) (i32.const ${ARGS + 7}))`
/** One branch per operation: leaves by going on with the loop, or by returning. */
const when = (operation: number, body: string): string =>
  `(if (i32.eq ${head(0)} (i32.const ${operation})) (then ${body} (br $next)))`

const wat = `(module
  (import "vm_hooks" "read_args" (func $args (param i32)))
  (import "vm_hooks" "write_result" (func $result (param i32 i32)))
  (import "vm_hooks" "storage_load_bytes32" (func $load (param i32 i32)))
  (import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32)))
  (import "vm_hooks" "storage_flush_cache" (func $flush (param i32)))
  (import "vm_hooks" "transient_load_bytes32" (func $tload (param i32 i32)))
  (import "vm_hooks" "transient_store_bytes32" (func $tstore (param i32 i32)))
  (import "vm_hooks" "emit_log" (func $log (param i32 i32 i32)))
  (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))
  (import "vm_hooks" "static_call_contract" (func $static (param i32 i32 i32 i64 i32) (result i32)))
  (import "vm_hooks" "delegate_call_contract" (func $delegate (param i32 i32 i32 i64 i32) (result i32)))
  (import "vm_hooks" "create1" (func $create (param i32 i32 i32 i32 i32)))
  (import "vm_hooks" "create2" (func $create2 (param i32 i32 i32 i32 i32 i32)))
  (import "vm_hooks" "return_data_size" (func $size (result i32)))
  (import "vm_hooks" "read_return_data" (func $returned (param i32 i32 i32) (result i32)))
  (import "vm_hooks" "msg_sender" (func $sender (param i32)))
  (import "vm_hooks" "contract_address" (func $self (param i32)))
  (import "vm_hooks" "msg_value" (func $value (param i32)))
  (import "vm_hooks" "tx_origin" (func $origin (param i32)))
  (import "vm_hooks" "account_balance" (func $balance (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "${escaped(PROXY[0])}") (data (i32.const 1064) "${escaped(PROXY[1])}")
  (data (i32.const 1100) "${escaped(DESTROYER.slice(2))}")
  (func $small (param $at i32) (param $value i32)
    (memory.fill (local.get $at) (i32.const 0) (i32.const 32))
    (i32.store8 (i32.add (local.get $at) (i32.const 31)) (local.get $value)))
  (func $account (param $at i32) (param $index i32)
    (memory.fill (local.get $at) (i32.const 0) (i32.const 20))
    (if (i32.eq (local.get $index) (i32.const ${IDENTITY}))
      (then (i32.store8 (i32.add (local.get $at) (i32.const 19)) (i32.const 4)))
      (else (i32.store8 (i32.add (local.get $at) (i32.const 17)) (i32.const 1))
        (i32.store8 (i32.add (local.get $at) (i32.const 19)) (local.get $index)))))
  (func $report (param $status i32) (local $n i32)
    (call $small (i32.const 32768) (i32.eqz (local.get $status)))
    (local.set $n (call $size))
    (drop (call $returned (i32.const 32800) (i32.const 0) (local.get $n)))
    (call $log (i32.const 32768) (i32.add (i32.const 32) (local.get $n)) (i32.const 1)))
  (func (export "user_entrypoint") (param $len i32) (result i32) (local $p i32) (local $gas i64)
    (call $args (i32.const ${ARGS}))
    (loop $next
      (if (i32.ge_u (local.get $p) (local.get $len)) (then (return (i32.const 0))))
      ${when(1, `(call $small (i32.const 0) ${head(1)}) (call $small (i32.const 32) ${head(2)}) (call $store (i32.const 0) (i32.const 32)) (call $flush (i32.const 0)) ${skip(3)}`)}
      ${when(12, `(call $small (i32.const 0) ${head(1)}) (call $small (i32.const 32) ${head(2)}) (call $store (i32.const 0) (i32.const 32)) ${skip(3)}`)}
      ${when(2, `(call $small (i32.const 0) ${head(1)}) (call $load (i32.const 0) (i32.const 32)) (call $log (i32.const 0) (i32.const 64) (i32.const 1)) ${skip(2)}`)}
      ${when(3, `(call $small (i32.const 0) ${head(1)}) (call $small (i32.const 32) ${head(2)}) (call $tstore (i32.const 0) (i32.const 32)) ${skip(3)}`)}
      ${when(4, `(call $small (i32.const 0) ${head(1)}) (call $small (i32.const 32) (i32.const 4)) (call $tload (i32.const 0) (i32.const 64)) (call $log (i32.const 0) (i32.const 96) (i32.const 2)) ${skip(2)}`)}
      ${when(5, `(memory.fill (i32.const 0) ${head(2)} (i32.const 192)) (call $log (i32.const 0) (i32.add (i32.mul (i32.const 32) ${head(1)}) (i32.and ${head(2)} (i32.const 31))) ${head(1)}) ${skip(3)}`)}
      ${when(
        6,
        `(call $account (i32.const 0) ${head(2)}) (call $small (i32.const 32) ${head(3)})
         (local.set $gas (select (i64.const -1) (i64.const 0) ${head(4)}))
         (if (i32.eqz ${head(1)})
           (then (call $report (call $call (i32.const 0) ${behind} ${length} (i32.const 32) (local.get $gas) (i32.const 64))))
           (else (if (i32.eq ${head(1)} (i32.const 1))
             (then (call $report (call $static (i32.const 0) ${behind} ${length} (local.get $gas) (i32.const 64))))
             (else (call $report (call $delegate (i32.const 0) ${behind} ${length} (local.get $gas) (i32.const 64)))))))
         (local.set $p (i32.add (i32.add (local.get $p) (i32.const 7)) ${length}))`,
      )}
      ${when(7, `(memory.fill (i32.const 0) (i32.const 0) (i32.const 160)) (call $sender (i32.const 12)) (call $self (i32.const 44)) (call $value (i32.const 64)) (call $balance (i32.const 44) (i32.const 96)) (call $origin (i32.const 140)) (call $log (i32.const 0) (i32.const 160) (i32.const 0)) ${skip(1)}`)}
      ${when(8, `(call $result (i32.add (local.get $p) (i32.const ${ARGS + 2})) ${head(1)}) (return (i32.const 0))`)}
      ${when(9, `(call $result (i32.add (local.get $p) (i32.const ${ARGS + 2})) ${head(1)}) (return (i32.const 1))`)}
      ${when(
        11,
        `(memory.fill (i32.const 0) (i32.const 0) (i32.const 12)) (call $account (i32.const 12) ${head(1)})
         (if (call $delegate (i32.const 1100) (i32.const 0) (i32.const 32) (i64.const -1) (i32.const 64)) (then (unreachable)))
         (return (i32.const 0))`,
      )}
      ${when(
        13,
        `(call $account (i32.const 1044) ${head(4)}) (call $small (i32.const 32) ${head(3)}) (call $small (i32.const 64) ${head(2)})
         (memory.fill (i32.const 128) (i32.const 0) (i32.const 12))
         (if (i32.eqz ${head(1)})
           (then (call $create (i32.const 1024) (i32.const 55) (i32.const 32) (i32.const 140) (i32.const 160)))
           (else (call $create2 (i32.const 1024) (i32.const 55) (i32.const 32) (i32.const 64) (i32.const 140) (i32.const 160))))
         (call $small (i32.const 96) (i32.const 13)) (call $log (i32.const 96) (i32.const 64) (i32.const 1))
         (call $small (i32.const 32) (i32.const 0))
         (if (i64.ne (i64.or (i64.load (i32.const 140)) (i64.load (i32.const 148))) (i64.const 0))
           (then (call $report (call $call (i32.const 140) ${behind} ${length} (i32.const 32) (i64.const -1) (i32.const 160)))))
         (local.set $p (i32.add (i32.add (local.get $p) (i32.const 7)) ${length}))`,
      )}
      ${when(14, `(call $account (i32.const 0) ${head(1)}) (call $small (i32.const 32) (i32.const 14)) (call $balance (i32.const 0) (i32.const 64)) (call $log (i32.const 32) (i32.const 64) (i32.const 1)) ${skip(2)}`)}
      (unreachable))
    (i32.const 0)))`

/** The abstract contract for both VMs. */
export async function buildTreeContracts(): Promise<{ readonly evm: Bytes; readonly wasm: Bytes }> {
  return { evm: compileYul(yul), wasm: await assemble(wat) }
}

async function assemble(text: string): Promise<Bytes> {
  const wabt = await initWabt()
  const module = wabt.parseWat('tree.wat', text, { bulk_memory: true })
  return Uint8Array.from(module.toBinary({}).buffer)
}

/** Of solc's package, what is used. */
type Solc = { compile(input: string): string }

function compileYul(content: string): Bytes {
  const solc: Solc = createRequire(import.meta.url)('solc')
  const settings = { outputSelection: { '*': { '*': ['evm.bytecode.object'] } }, evmVersion: 'cancun' }
  const output = JSON.parse(solc.compile(JSON.stringify({ language: 'Yul', sources: { Tree: { content } }, settings })))
  const object = output.contracts?.Tree?.Tree?.evm.bytecode.object
  if (typeof object !== 'string') throw new Error(JSON.stringify(output.errors))
  return fromHex(`0x${object}`)
}
