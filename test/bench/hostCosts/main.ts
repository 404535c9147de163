/**
 * `npm run bench -- hostCosts [--only <regular expression>] [--rounds 5] [--walks|--prepare]`: processor time per gas of host functions of WebAssembly
 * contracts and of the EVM's dearest opcodes, each in a loop of its own, in turns. Every loop must end well. A host function should
 * cost no more than 3 times what the EVM's worst opcode does in the same run (DESIGN D15). `--walks` measures walks through memories
 * of several sizes instead, under each version of the rules, without what filling them and opening their pages costs; `--prepare`
 * what a first frame's preparation takes.
 */
import { parseArgs } from 'node:util'
import type { Address, Bytes, WasmRulesVersion } from '../../../src/primitives/index.ts'
import { fromHex, rulesOf, WASM_RULES_VERSIONS, wordToHash } from '../../../src/primitives/index.ts'
import { executeTransaction } from '../../../src/router/index.ts'
import { createOverlay } from '../../../src/state/index.ts'
import { createEngine } from '../../harness/engines.ts'
import { addr, hash, testBlock, transaction, world } from '../../harness/world.ts'
import { contract } from '../../unit/wasm/support/world.ts'
import { reportPreparation } from './preparation.ts'
import { UNROLLED, walks } from './workingSet.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
    walks: { type: 'boolean', default: false },
    prepare: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
const only = new RegExp(values.only)

const ITERATIONS = 20_000
/** An EXP with 32 bytes of exponent costs 1,610 gas. */
const OPCODE_ITERATIONS = 8_000
/** Of Prague, which has no cap: 128 pages alone cost 32 million. */
const GAS_LIMIT = 59_000_000n
const CONTRACT = addr(0xc0de)

type Subject = { readonly name: string; readonly vm: 'evm' | 'wasm'; readonly code: Bytes }

/** A module whose loop calls one function; memory holds words of large numbers, and at 512 small ones. */
function hostLoop(name: string, module: string, params: string, result: string, call: string): Subject {
  const imported = `(import "${module}" "${name}" (func $op ${params && `(param ${params})`} ${result && `(result ${result})`}))`
  const called = result === '' ? call : `(drop ${call})`
  // BLAKE2's input begins with the number of rounds, here 0, and ends with a flag.
  const rounds0 =
    name === 'blake2f' ? '(i32.store (i32.const 0) (i32.const 0)) (i32.store8 (i32.const 212) (i32.const 1))' : ''
  const body = `(local $i i32) (memory.fill (i32.const 0) (i32.const 0xa7) (i32.const 512)) ${rounds0}
    (i32.store8 (i32.const 543) (i32.const 0xff)) (local.set $i (i32.const ${ITERATIONS}))
    (loop $again ${called}
      (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1))))) (i32.const 0)`
  return { name: call.includes('512') ? `${name} small` : name, vm: 'wasm', code: contract(body, imported) }
}

/** A loop of instructions that the host helps with. */
function instructionLoop(name: string, instruction: string, memory: string): Subject {
  const body = `(local $i i32) (local.set $i (i32.const ${ITERATIONS}))
    (loop $again (drop ${instruction})
      (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1))))) (i32.const 0)`
  return { name, vm: 'wasm', code: contract(body, '', `(memory (export "memory") ${memory})`) }
}

/** A loop through a table of 2,048 functions of their own, in an order that no processor foresees. */
function tableLoop(): Subject {
  const count = 2_048
  const functions = Array.from(
    { length: count },
    (_, index) => `(func $f${index} (param i32) (result i32) (i32.xor (local.get 0) (i32.const ${index * 7_919})))`,
  )
  const entries = functions.map((_, index) => `$f${index}`).join(' ')
  const body = `(local $i i32) (local $p i32) (local.set $i (i32.const ${ITERATIONS}))
    (loop $again
      (local.set $p (call_indirect (type $unary) (i32.add (i32.mul (local.get $p) (i32.const 1103515245)) (local.get $i))
        (i32.shr_u (i32.mul (local.get $p) (i32.const 0x9e3779b1)) (i32.const 21))))
      (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1))))) (i32.const 0)`
  const more = `(memory (export "memory") 1)
    (table ${count} funcref) (elem (i32.const 0) ${entries}) ${functions.join(' ')}`
  return { name: 'table walk', vm: 'wasm', code: contract(body, '(type $unary (func (param i32) (result i32)))', more) }
}

const two = '(call $op (i32.const 0) (i32.const 32))'
const three = '(call $op (i32.const 0) (i32.const 32) (i32.const 64))'
const out = '(call $op (i32.const 0))'
const hooks = (name: string, params: string, call: string, result = '') =>
  hostLoop(name, 'vm_hooks', params, result, call)
const ours = (name: string, params: string, call: string, result = '') => hostLoop(name, 'evmpp', params, result, call)
const precompile = (length: number) =>
  `(call $op (i32.const 0) (i32.const ${length}) (i64.const 1000000) (i32.const 1024) (i32.const 64))`

/** A loop of one EVM instruction that takes `operands` and leaves a word. */
function opcodeLoop(name: string, operands: string, opcode: string): Subject {
  const count = OPCODE_ITERATIONS.toString(16).padStart(4, '0')
  return { name, vm: 'evm', code: fromHex(`0x61${count}5b${operands}${opcode}50600190038060035700`) }
}
const WORD = `7f${'a7'.repeat(32)}`

const subjects: readonly Subject[] = [
  opcodeLoop('BLOCKHASH', '6001', '40'),
  opcodeLoop('EXP', `${WORD}${WORD}`, '0a'),
  opcodeLoop('MULMOD', `${WORD}${WORD}${WORD}`, '09'),
  opcodeLoop('KECCAK256', '60205f', '20'),
  opcodeLoop('ADDRESS', '', '30'),
  hooks('msg_sender', 'i32', out),
  hooks('msg_value', 'i32', out),
  hooks('contract_address', 'i32', out),
  hooks('block_coinbase', 'i32', out),
  hooks('block_basefee', 'i32', out),
  hooks('block_timestamp', '', '(call $op)', 'i64'),
  hooks('math_div', 'i32 i32', '(call $op (i32.const 0) (i32.const 512))'),
  hooks('math_mod', 'i32 i32', two),
  hooks('math_add_mod', 'i32 i32 i32', three),
  hooks('math_mul_mod', 'i32 i32 i32', three),
  hooks('math_pow', 'i32 i32', two),
  hooks('math_pow', 'i32 i32', '(call $op (i32.const 0) (i32.const 512))'),
  ours('math_add', 'i32 i32', two, 'i32'),
  ours('math_sub', 'i32 i32', two, 'i32'),
  ours('math_mul', 'i32 i32', two, 'i32'),
  ours('math_compare', 'i32 i32', two, 'i32'),
  ours('block_hash', 'i64 i32', '(call $op (i64.const 0) (i32.const 0))'),
  ours('prevrandao', 'i32', out),
  ours('blob_hash', 'i32 i32', two),
  ours('blake2f', 'i32 i32 i64 i32 i32', precompile(213), 'i32'),
  instructionLoop('memory.grow by 0', '(memory.grow (i32.const 0))', '1'),
  instructionLoop('memory.grow past max', '(memory.grow (i32.const 3))', '1 2'),
  tableLoop(),
  instructionLoop('memory.size', '(memory.size)', '1'),
  ours('sha256', 'i32 i32 i64 i32 i32', precompile(32), 'i32'),
]

const engine = createEngine('compiled')
const view = createOverlay(world({ [addr(1)]: { balanceWei: 10n ** 30n } }))

type Cost = { readonly gasUsed: bigint; readonly cpuUs: number }

function execute(code: Bytes, wasmRules?: WasmRulesVersion): Cost {
  const state = createOverlay(view)
  const holding = world({ [CONTRACT]: { code, nonce: 1n } }).account(CONTRACT as Address)
  state.apply([{ address: CONTRACT, account: holding, code, storageReset: false, storage: [] }])
  const environment = {
    rules: rulesOf('prague', wasmRules),
    block: { ...testBlock, prevRandao: wordToHash(3n), gasLimit: 60_000_000n },
    machines: engine.machinesOf('prague'),
    journal: engine.journal,
    blockHash: () => hash(7),
  }
  const sent = transaction({ to: CONTRACT, gasLimit: GAS_LIMIT })
  const before = process.cpuUsage()
  const outcome = executeTransaction(environment, state, sent, 'consensus')
  const { user, system } = process.cpuUsage(before)
  if (outcome.kind !== 'executed' || outcome.status !== 'success')
    throw new Error(JSON.stringify(outcome, (_, it) => (typeof it === 'bigint' ? String(it) : it)))
  return { gasUsed: outcome.gasUsed - 21_000n, cpuUs: user + system }
}

function reportSubjects(): void {
  const nsPerGas = new Map<string, number>()
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, code } of subjects.filter((subject) => only.test(subject.name))) {
      const { gasUsed, cpuUs } = execute(code)
      const now = (cpuUs * 1000) / Number(gasUsed)
      nsPerGas.set(name, Math.min(nsPerGas.get(name) ?? now, now))
    }
  }
  const worst = Math.max(...subjects.filter(({ vm }) => vm === 'evm').map(({ name }) => nsPerGas.get(name) ?? 0))
  console.log('processor ns per gas, best of the rounds, and as a share of the worst opcode here')
  for (const [name, ns] of nsPerGas)
    console.log(`${name.padEnd(20)}${ns.toFixed(0).padStart(8)}${(ns / worst).toFixed(2).padStart(8)}`)
}

const WALK_ROUNDS = 30_000
const WALK_ACCESSES = UNROLLED * WALK_ROUNDS

/** What the walk itself takes: the same transaction with few rounds is deducted. */
function walkCost(codes: { readonly short: Bytes; readonly long: Bytes }, version: WasmRulesVersion): Cost {
  const [short, long] = [execute(codes.short, version), execute(codes.long, version)]
  return { gasUsed: long.gasUsed - short.gasUsed, cpuUs: long.cpuUs - short.cpuUs }
}

function reportWalks(): void {
  console.log(`walk and pages${''.padEnd(10)}rules  ns an access  gas an access  ns per gas (medians)`)
  for (const { name, codeOf } of walks.filter((walk) => only.test(walk.name))) {
    const codes = { short: codeOf(1), long: codeOf(WALK_ROUNDS) }
    for (const version of WASM_RULES_VERSIONS) {
      const costs = Array.from({ length: rounds }, () => walkCost(codes, version)).sort((a, b) => a.cpuUs - b.cpuUs)
      const { cpuUs = 0, gasUsed = 1n } = costs[rounds >> 1] ?? {}
      const columns = [
        (cpuUs * 1000) / WALK_ACCESSES,
        Number(gasUsed) / WALK_ACCESSES,
        (cpuUs * 1000) / Number(gasUsed),
      ]
      console.log(`${name.padEnd(24)}${version}${columns.map((column) => column.toFixed(3).padStart(14)).join('')}`)
    }
  }
}

if (values.prepare) reportPreparation(only, rounds)
else if (values.walks) reportWalks()
else reportSubjects()
