import type { Address, Bytes, Hash } from '../primitives/index.ts'
import { create2Address, createAddress, EMPTY_BYTES, EMPTY_CODE_HASH, MAX_NONCE } from '../primitives/index.ts'
import type {
  CallMessage,
  CreateMessage,
  Execution,
  Host,
  Message,
  Result,
  TransactionContext,
  Validation,
  VmKind,
} from '../vm/index.ts'
import { codeKind, delegationTarget, MAX_CALL_DEPTH, sizeLimits } from '../vm/index.ts'
import type { Environment } from './outcome.ts'

const CODE_DEPOSIT_BYTE_GAS = 200n
const EF_PREFIX = 0xef

/**
 * The frame driver: one per transaction. Whatever VM a frame runs on, it begins and ends here, so value, checkpoints and
 * the limits on depth are the same for both. Frames nest on the native stack (a wasm import cannot be suspended), which
 * is why execution needs a thread with a large one.
 */
export type FrameDriver = Host & {
  /** A transaction's own creation: its sender's nonce was counted by the transaction. Its output is what the init code returned. */
  create(message: CreateMessage, address: Address): Result
}

/** Builds the driver that all frames of one transaction share. */
export function createFrameDriver(environment: Environment, transaction: TransactionContext): FrameDriver {
  const { precompiles, seesEveryFrame = false } = environment.machines
  const driver: FrameDriver = {
    journal: environment.journal,
    rules: environment.rules,
    block: environment.block,
    transaction,
    blockHash: (number) => environment.blockHash(number),
    mustRoute: (address) => seesEveryFrame || precompiles.has(address),
    call: (message) =>
      'initCode' in message ? runCreate(environment, driver, message) : runCall(environment, driver, message),
    create: (message, address) => createAt(environment, driver, message, address),
  }
  return driver
}

/** Why a frame cannot even begin; its caller keeps all gas. Source: Yellow Paper 8 and 9.4.2. */
function beginFault({ journal }: Host, message: Message): string | undefined {
  if (message.depth > MAX_CALL_DEPTH) return `call depth limit of ${MAX_CALL_DEPTH} exceeded`
  const pays = message.kind !== 'delegatecall' && message.valueWei > 0n
  if (pays && !journal.hasBalance(message.caller, message.valueWei)) return 'insufficient balance for transfer'
  return undefined
}

function notBegun(message: Message, fault: string): Result {
  return { status: 'revert', output: EMPTY_BYTES, gasLeft: message.gasLimit, fault }
}

function runCall(environment: Environment, host: Host, message: CallMessage): Result {
  const fault = beginFault(host, message)
  if (fault !== undefined) return notBegun(message, fault)

  const { journal } = host
  const checkpoint = journal.checkpoint()
  if (message.kind === 'call') transfer(host, message.caller, message.recipient, message.valueWei)
  if (message.kind === 'staticcall') journal.addBalance(message.recipient, 0n)
  const result = runCode(environment, host, message)
  if (result.status !== 'success') journal.rollback(checkpoint)
  return result
}

function runCode(environment: Environment, host: Host, message: CallMessage): Result {
  const precompile = environment.machines.precompiles.get(message.codeAddress)
  if (precompile !== undefined) return precompile(message.input, message.gasLimit)
  return execute(environment, host, message, runnableCode(host, message.codeAddress))
}

/** The code that a call to `address` runs: its own, or one step along its delegation (EIP-7702). */
function runnableCode({ journal, rules }: Host, address: Address): Bytes {
  const code = journal.code(address)
  const target = rules.hasDelegation ? delegationTarget(code) : undefined
  return target === undefined ? code : journal.code(target)
}

function execute({ machines }: Environment, host: Host, execution: Execution, code: Bytes): Result {
  if (code.length === 0) return { status: 'success', output: EMPTY_BYTES, gasLeft: execution.gasLimit }
  return machines[codeKind(code)].execute(execution, code, host)
}

/** Moves value; a recipient is touched even by nothing (EIP-161). */
function transfer({ journal }: Host, from: Address, to: Address, valueWei: bigint): void {
  if (valueWei > 0n) journal.subtractBalance(from, valueWei)
  journal.addBalance(to, valueWei)
}

function runCreate(environment: Environment, host: Host, message: CreateMessage): Result {
  const fault = beginFault(host, message)
  if (fault !== undefined) return notBegun(message, fault)
  const nonce = host.journal.nonce(message.caller)
  if (nonce >= MAX_NONCE) return notBegun(message, 'nonce of the creator has its maximum value')

  host.journal.setNonce(message.caller, nonce + 1n)
  const result = createAt(environment, host, message, addressOf(message, nonce))
  // EIP-211: to the creator a new contract's code is no return data.
  return result.status === 'success' ? { ...result, output: EMPTY_BYTES } : result
}

function addressOf({ caller, initCode, salt }: CreateMessage, nonce: bigint): Address {
  return salt === undefined ? createAddress(caller, nonce) : create2Address(caller, salt, initCode)
}

function createAt(environment: Environment, host: Host, message: CreateMessage, address: Address): Result {
  const { journal, rules } = host
  // EIP-2929: the address is warm from here on, even when the creation fails.
  if (rules.hasAccessLists) journal.touchAddress(address)
  if (isTaken(host, address)) return { status: 'halt', reason: 'address-collision' }

  const checkpoint = journal.checkpoint()
  journal.markCreated(address)
  if (rules.clearsEmptyAccounts) journal.setNonce(address, 1n)
  transfer(host, message.caller, address, message.valueWei)

  const ran = execute(environment, host, executionOf(message, address), message.initCode)
  const result = ran.status === 'success' ? deposit(environment, host, message.initCode, address, ran) : ran
  if (result.status !== 'success') journal.rollback(checkpoint)
  return result
}

function executionOf({ kind, caller, valueWei, gasLimit, depth }: CreateMessage, address: Address): Execution {
  return {
    kind,
    caller,
    recipient: address,
    codeAddress: address,
    valueWei,
    input: EMPTY_BYTES,
    gasLimit,
    depth,
    isStatic: false,
  }
}

/** Source: EIP-684, EIP-7610. */
function isTaken({ journal }: Host, address: Address): boolean {
  return journal.nonce(address) !== 0n || journal.codeHash(address) !== EMPTY_CODE_HASH || journal.hasStorage(address)
}

/** Stores the code that an init code returned, if the rules allow it and the gas suffices. */
function deposit(
  environment: Environment,
  host: Host,
  initCode: Bytes,
  address: Address,
  ran: { readonly output: Bytes; readonly gasLeft: bigint },
): Result {
  const { journal, rules } = host
  const code = ran.output
  const kind = codeKind(code)
  // EIP-3541 is for code that the EVM would run; a compressed module begins with the byte too.
  if (rules.rejectsEfCode && kind === 'evm' && code[0] === EF_PREFIX) return { status: 'halt', reason: 'invalid-code' }

  const { codeBytes } = sizeLimits(kind, rules)
  if (codeBytes !== undefined && code.length > codeBytes) return { status: 'halt', reason: 'code-too-large' }

  const depositGas = CODE_DEPOSIT_BYTE_GAS * BigInt(code.length)
  if (ran.gasLeft < depositGas) {
    if (rules.isHomestead) return { status: 'halt', reason: 'code-deposit-out-of-gas' }
    // Frontier: the contract stands, without code, and keeps its gas.
    return { status: 'success', output: code, gasLeft: ran.gasLeft, created: address }
  }
  const checked = validateForeign(environment, codeKind(initCode), code, ran.gasLeft - depositGas)
  if (checked.status === 'halt') return checked

  journal.setCode(address, code)
  return { status: 'success', output: code, gasLeft: checked.gasLeft, created: address }
}

/** A VM answers for the code that its own init code returns; code for the other VM is checked here, at its price. */
function validateForeign({ machines, rules }: Environment, initKind: VmKind, code: Bytes, gasLeft: bigint): Validation {
  const kind = codeKind(code)
  return kind === initKind ? { status: 'valid', gasLeft } : machines[kind].validate(code, gasLeft, rules)
}

/** A frame of the protocol's own: no sender, no fee. */
export function protocolContext(origin: Address): TransactionContext {
  return { origin, gasPriceWei: 0n, blobVersionedHashes: [] as readonly Hash[] }
}
