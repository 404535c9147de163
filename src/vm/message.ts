import type { Address, Bytes, Hash } from '../primitives/index.ts'

/** A call's kind. `delegatecall` and `callcode` run the code of one account on the storage of another. */
export type CallKind = 'call' | 'staticcall' | 'delegatecall' | 'callcode'

type Frame = {
  /** Who the code sees as its caller. */
  readonly caller: Address
  /** What the code sees as the value sent. Moved from caller to recipient by `call`, `create` and `create2` only. */
  readonly valueWei: bigint
  readonly gasLimit: bigint
  /** 0 for the transaction's own frame; at most `MAX_CALL_DEPTH`. */
  readonly depth: number
  /** No change of state is allowed, here and below. */
  readonly isStatic: boolean
}

/** A request to run code. Whose turn it is to run is the router's question, whose code it is only the address's. */
export type CallMessage = Frame & {
  readonly kind: CallKind
  /** Whose storage and balance the code works on. */
  readonly recipient: Address
  /** Whose code runs. */
  readonly codeAddress: Address
  readonly input: Bytes
}

/** A request to create a contract. */
export type CreateMessage = Frame & {
  readonly kind: 'create' | 'create2'
  readonly initCode: Bytes
  /** 32 bytes; present for `create2` only. */
  readonly salt: Hash | undefined
}

/** One frame to be: what a VM asks of the router. */
export type Message = CallMessage | CreateMessage

/**
 * What an engine runs: the frame as its code sees it. For a creation `recipient` is the new contract, `input` is empty
 * and `code` is the init code.
 */
export type Execution = {
  readonly kind: Message['kind']
  readonly caller: Address
  readonly recipient: Address
  readonly codeAddress: Address
  readonly valueWei: bigint
  readonly input: Bytes
  readonly gasLimit: bigint
  readonly depth: number
  readonly isStatic: boolean
}

/** Why a frame halted. Each burns the frame's gas. */
export type HaltReason =
  | 'out-of-gas'
  | 'stack-overflow'
  | 'stack-underflow'
  | 'invalid-opcode'
  | 'invalid-jump'
  | 'static-violation'
  | 'return-data-out-of-bounds'
  | 'nonce-overflow'
  | 'address-collision'
  | 'code-too-large'
  | 'init-code-too-large'
  | 'invalid-code'
  | 'code-deposit-out-of-gas'
  | 'precompile-failure'
  | 'call-depth'
  /** The execution threw: the halt of a transaction as a whole, never of a frame. */
  | 'internal-error'

/**
 * How a frame ended. `halt` has no gas left, whatever was left. `fault` of a revert is for people (a wasm trap's kind and
 * place, why a call was not even begun); it never decides anything.
 */
export type Result =
  | { readonly status: 'success'; readonly output: Bytes; readonly gasLeft: bigint; readonly created?: Address }
  | { readonly status: 'revert'; readonly output: Bytes; readonly gasLeft: bigint; readonly fault?: string }
  | { readonly status: 'halt'; readonly reason: HaltReason; readonly fault?: string }

/** Frames below a transaction's own. Source: Yellow Paper, section 9.4.2; shared by both VMs. */
export const MAX_CALL_DEPTH = 1024

/**
 * The most bytes that a frame's EVM memory has: 2^30, more than 2 * 10^12 gas buy. Beyond it a frame is out of gas on every
 * engine, whatever gas there is.
 */
export const MAX_EVM_MEMORY_BYTES = 2 ** 30
