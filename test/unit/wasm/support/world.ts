import initWabt from 'wabt'
import { decompressBrotli } from '../../../../src/node/brotli.ts'
import type { Address, Bytes, WasmRulesVersion } from '../../../../src/primitives/index.ts'
import { EMPTY_BYTES, NEWEST_WASM_RULES, rulesOf, toAddress, ZERO_HASH } from '../../../../src/primitives/index.ts'
import type { Journal, StateView } from '../../../../src/state/index.ts'
import { createJournal, emptyView } from '../../../../src/state/index.ts'
import type { CallMessage, Execution, Host, Message, Result, VmEngine } from '../../../../src/vm/index.ts'
import { codeKind } from '../../../../src/vm/index.ts'
import { createWasmEngine } from '../../../../src/wasm/index.ts'

const wabt = await initWabt()

/** Assembles WebAssembly text. */
export function assemble(text: string): Bytes {
  const module = wabt.parseWat('test.wat', text, { bulk_memory: true, sign_extension: true, mutable_globals: true })
  try {
    return Uint8Array.from(module.toBinary({}).buffer)
  } finally {
    module.destroy()
  }
}

/** A contract whose entry point has this body; `imports` are lines of text, `more` is anything else of a module. */
export function contract(body: string, imports = '', more = '(memory (export "memory") 1)'): Bytes {
  return assemble(`(module ${imports} ${more} (func (export "user_entrypoint") (param $len i32) (result i32) ${body}))`)
}

export const ALICE = toAddress(`0x${'a1'.repeat(20)}`)
export const CONTRACT = toAddress(`0x${'c0'.repeat(20)}`)
export const OTHER = toAddress(`0x${'0d'.repeat(20)}`)

/** What a fake router answers for code that is not WebAssembly. */
export type Responder = (message: Message) => Result

/** A transaction on one journal, with a router that knows just enough: checkpoints, and dispatch to the wasm engine. */
export type World = {
  readonly engine: VmEngine
  readonly host: Host
  readonly journal: Journal
  /** Every message that a contract sent. */
  readonly sent: Message[]
}

/** Builds a world; `respond` plays every callee that is not a wasm contract. */
export function createWorld(
  view: StateView = emptyView,
  respond: Responder = succeed,
  wasmRules: WasmRulesVersion = NEWEST_WASM_RULES,
): World {
  const engine = createWasmEngine({ decompress: decompressBrotli })
  const journal = createJournal()
  journal.begin(view)
  const sent: Message[] = []
  const host: Host = {
    journal,
    rules: rulesOf('osaka', wasmRules),
    block: {
      number: 77n,
      timestampSeconds: 1_700_000_000n,
      gasLimit: 60_000_000n,
      baseFeeWei: 7n,
      blobBaseFeeWei: 1n,
      coinbase: toAddress(`0x${'cb'.repeat(20)}`),
      prevRandao: ZERO_HASH,
      chainId: 31_337n,
    },
    transaction: { origin: ALICE, gasPriceWei: 9n, blobVersionedHashes: [] },
    blockHash: () => undefined,
    mustRoute: () => true,
    call: (message) => {
      sent.push(message)
      const checkpoint = journal.checkpoint()
      const result = answer(message)
      if (result.status !== 'success') journal.rollback(checkpoint)
      return result
    },
  }
  const answer = (message: Message): Result => {
    if ('initCode' in message) return respond(message)
    const code = journal.code(message.codeAddress)
    return codeKind(code) === 'wasm' ? engine.execute(executionOf(message), code, host) : respond(message)
  }
  return { engine, host, journal, sent }
}

function executionOf(message: CallMessage): Execution {
  const { kind, caller, recipient, codeAddress, valueWei, input, gasLimit, depth, isStatic } = message
  return { kind, caller, recipient, codeAddress, valueWei, input, gasLimit, depth, isStatic }
}

/** The answer of an account without code. */
export function succeed({ gasLimit }: Message): Result {
  return { status: 'success', output: EMPTY_BYTES, gasLeft: gasLimit }
}

/** A call from Alice to the contract, with gas to spare. */
export function callTo(address: Address, changes: Partial<Execution> = {}): Execution {
  return {
    kind: 'call',
    caller: ALICE,
    recipient: address,
    codeAddress: address,
    valueWei: 0n,
    input: EMPTY_BYTES,
    gasLimit: 10_000_000n,
    depth: 0,
    isStatic: false,
    ...changes,
  }
}

/** Runs `code` as the contract. */
export function run(world: World, code: Bytes, changes: Partial<Execution> = {}): Result {
  return world.engine.execute(callTo(CONTRACT, changes), code, world.host)
}

/** Creates a contract from `initCode`. */
export function deploy(world: World, initCode: Bytes, changes: Partial<Execution> = {}): Result {
  return world.engine.execute(callTo(CONTRACT, { kind: 'create', ...changes }), initCode, world.host)
}
