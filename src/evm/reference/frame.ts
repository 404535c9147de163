import type { AccountView, Common, Interpreter, Address as PackageAddress, RunState } from '#ethereumjs-evm-sync'
import { Address as AddressBytes, EVMError, Memory, Stack } from '#ethereumjs-evm-sync'
import type { Address, Bytes } from '../../primitives/index.ts'
import {
  addressFromBytes,
  EMPTY_BYTES,
  fromHex,
  hashFromBytes,
  trimmedBytes,
  wordFromBytes,
  ZERO_HASH,
} from '../../primitives/index.ts'
import type { CallKind, Execution, Host, Message, Result } from '../../vm/index.ts'
import { codeKind, sizeLimits } from '../../vm/index.ts'
import type { JumpAnalysis } from './jumps.ts'
import { knownJumps } from './jumps.ts'

/** Far below 2^53, so that sums of numbers are exact. */
const MAX_FIXED_GAS = 2 ** 50

const { OUT_OF_GAS, STOP, REVERT, INITCODE_SIZE_VIOLATION } = EVMError.errorMessages

/**
 * One frame, as the package's opcodes see the machine that runs them: registers of its own, and the host behind every
 * question about accounts, storage, the block, and behind every call. The names are the package's.
 */
export class Frame implements Interpreter {
  readonly state: RunState
  readonly journal: Interpreter['journal']
  readonly _evm: Interpreter['_evm']
  /** What RETURN or REVERT gave; undefined until then. */
  output: Bytes | undefined
  readonly #execution: Execution
  readonly #host: Host
  readonly #address: PackageAddress
  readonly #codeSize: bigint
  #gasLeft: bigint
  /** Fixed prices that `#gasLeft` does not know yet. Summed as a number: a bigint per step would halve the speed. */
  #fixedGas = 0
  /** How far they may grow before the bigint has to be asked. */
  #fixedRoom = 0

  constructor(common: Common, execution: Execution, code: Bytes, host: Host) {
    this.#execution = execution
    this.#host = host
    this.#address = new AddressBytes(fromHex(execution.recipient))
    this.#codeSize = BigInt(code.length)
    this.#gasLeft = execution.gasLimit
    this.#settle()
    // The size of init code depends on its kind, which only its bytes tell: `create` checks it.
    this._evm = { common, allowUnlimitedInitCodeSize: true }
    this.journal = warmthOf(host)
    this.state = registers(this, code, host)
    const jumps = knownJumps(code)
    if (jumps !== undefined) this.adoptJumps(jumps)
  }

  /** From here on jumps are checked and pushes are read from `jumps`. */
  adoptJumps(jumps: JumpAnalysis): void {
    this.state.validJumps = jumps.destinations
    this.state.cachedPushes = jumps.pushes
    this.state.shouldDoJumpAnalysis = false
  }

  // Gas.

  /** Pays a price that is known in advance. */
  useFixedGas(fee: number): void {
    this.#fixedGas += fee
    if (this.#fixedGas > this.#fixedRoom) this.#settle()
  }
  useGas(gas: bigint): void {
    this.#settle(gas)
  }
  addStipend(gas: bigint): void {
    this.#settle(-gas)
  }
  getGasLeft(): bigint {
    if (this.#fixedGas > 0) this.#settle()
    return this.#gasLeft
  }
  #settle(more = 0n): void {
    this.#gasLeft -= more + BigInt(this.#fixedGas)
    if (this.#gasLeft < 0n) throw new EVMError(OUT_OF_GAS)
    this.#fixedGas = 0
    this.#fixedRoom = Math.min(Number(this.#gasLeft), MAX_FIXED_GAS)
  }
  refundGas(gas: bigint): void {
    this.#host.journal.addRefund(gas)
  }
  subRefund(gas: bigint): void {
    this.#host.journal.addRefund(-gas)
  }

  // The frame itself.

  getAddress(): PackageAddress {
    return this.#address
  }
  getCaller(): bigint {
    return BigInt(this.#execution.caller)
  }
  getCallValue(): bigint {
    return this.#execution.valueWei
  }
  getCallData(): Bytes {
    return this.#execution.input
  }
  getCallDataSize(): bigint {
    return BigInt(this.#execution.input.length)
  }
  getCode(): Bytes {
    return this.state.code
  }
  getCodeSize(): bigint {
    return this.#codeSize
  }
  getReturnData(): Bytes {
    return this.state.returnBytes
  }
  getReturnDataSize(): bigint {
    return BigInt(this.state.returnBytes.length)
  }
  isStatic(): boolean {
    return this.#execution.isStatic
  }
  finish(output: Bytes): never {
    this.output = output
    throw new EVMError(STOP)
  }
  revert(output: Bytes): never {
    this.output = output
    throw new EVMError(REVERT)
  }

  // The transaction and its block.

  getTxOrigin(): bigint {
    return BigInt(this.#host.transaction.origin)
  }
  getTxGasPrice(): bigint {
    return this.#host.transaction.gasPriceWei
  }
  getChainId(): bigint {
    return this.#host.block.chainId
  }
  getBlockNumber(): bigint {
    return this.#host.block.number
  }
  getBlockTimestamp(): bigint {
    return this.#host.block.timestampSeconds
  }
  getBlockCoinbase(): bigint {
    return BigInt(this.#host.block.coinbase)
  }
  getBlockGasLimit(): bigint {
    return this.#host.block.gasLimit
  }
  getBlockBaseFee(): bigint {
    return this.#host.block.baseFeeWei
  }
  getBlobBaseFee(): bigint {
    return this.#host.block.blobBaseFeeWei
  }
  /** Before Paris the host's randomness is the difficulty. */
  getBlockDifficulty(): bigint {
    return BigInt(this.#host.block.prevRandao)
  }
  getBlockPrevRandao(): bigint {
    return BigInt(this.#host.block.prevRandao)
  }

  // Accounts and storage.

  getExternalBalance(address: PackageAddress): bigint {
    return this.#host.journal.balance(addressFromBytes(address.bytes))
  }
  getSelfBalance(): bigint {
    return this.#host.journal.balance(this.#execution.recipient)
  }
  storageLoad(key: Bytes, original = false): Bytes {
    const { journal } = this.#host
    const [address, slot] = [this.#execution.recipient, wordFromBytes(key)]
    return trimmedBytes(original ? journal.originalStorage(address, slot) : journal.storage(address, slot))
  }
  storageStore(key: Bytes, value: Bytes): void {
    this.#host.journal.setStorage(this.#execution.recipient, wordFromBytes(key), wordFromBytes(value))
  }
  transientStorageLoad(key: Bytes): Bytes {
    return trimmedBytes(this.#host.journal.transient(this.#execution.recipient, wordFromBytes(key)))
  }
  transientStorageStore(key: Bytes, value: Bytes): void {
    this.#host.journal.setTransient(this.#execution.recipient, wordFromBytes(key), wordFromBytes(value))
  }
  log(data: Bytes, _topicCount: number, topics: readonly Bytes[]): void {
    this.#host.journal.log({ address: this.#execution.recipient, topics: topics.map(hashFromBytes), data })
  }

  /** Source: Yellow Paper, appendix H.2 (SELFDESTRUCT); EIP-6780. */
  selfDestruct(beneficiary: PackageAddress): never {
    const { journal, rules } = this.#host
    const [self, heir] = [this.#execution.recipient, addressFromBytes(beneficiary.bytes)]
    const dies = !rules.selfDestructOnlyNew || journal.isCreated(self)
    const balanceWei = journal.balance(self)
    // What a dying account leaves to itself is burnt; a surviving one keeps it.
    if (heir !== self) journal.addBalance(heir, balanceWei)
    if (heir !== self || dies) journal.subtractBalance(self, balanceWei)
    if (dies && !journal.isDestroyed(self)) {
      journal.addRefund(rules.selfDestructRefundGas)
      journal.markDestroyed(self)
    }
    throw new EVMError(STOP)
  }

  // Calls. The package has priced them, taken 63/64 of the gas and added the stipend.

  call(gasLimit: bigint, address: PackageAddress, value: bigint, data: Bytes): bigint {
    return this.#call('call', gasLimit, address, value, data)
  }
  callCode(gasLimit: bigint, address: PackageAddress, value: bigint, data: Bytes): bigint {
    return this.#call('callcode', gasLimit, address, value, data)
  }
  callDelegate(gasLimit: bigint, address: PackageAddress, value: bigint, data: Bytes): bigint {
    return this.#call('delegatecall', gasLimit, address, value, data)
  }
  callStatic(gasLimit: bigint, address: PackageAddress, value: bigint, data: Bytes): bigint {
    return this.#call('staticcall', gasLimit, address, value, data)
  }

  #call(kind: CallKind, gasLimit: bigint, target: PackageAddress, valueWei: bigint, data: Bytes): bigint {
    const { caller, recipient, depth, isStatic } = this.#execution
    const codeAddress = addressFromBytes(target.bytes)
    const runsHere = kind === 'delegatecall' || kind === 'callcode'
    const result = this.#run({
      kind,
      caller: kind === 'delegatecall' ? caller : recipient,
      recipient: runsHere ? recipient : codeAddress,
      codeAddress,
      valueWei,
      // A copy: the package hands out a view of this frame's memory.
      input: data.slice(),
      gasLimit,
      depth: depth + 1,
      isStatic: isStatic || kind === 'staticcall',
    })
    this.state.returnBytes = result.status === 'halt' ? EMPTY_BYTES : result.output
    return result.status === 'success' ? 1n : 0n
  }

  create(gasLimit: bigint, valueWei: bigint, initCode: Bytes): bigint {
    return this.#create('create', gasLimit, valueWei, initCode, undefined)
  }
  create2(gasLimit: bigint, valueWei: bigint, initCode: Bytes, salt: Bytes): bigint {
    return this.#create('create2', gasLimit, valueWei, initCode, salt)
  }

  #create(kind: 'create' | 'create2', gasLimit: bigint, valueWei: bigint, data: Bytes, salt?: Bytes): bigint {
    const initCode = data.slice()
    const { initCodeBytes } = sizeLimits(codeKind(initCode), this.#host.rules)
    if (initCodeBytes !== undefined && initCode.length > initCodeBytes) throw new EVMError(INITCODE_SIZE_VIOLATION)

    const { recipient: caller, depth } = this.#execution
    const saltHash = salt === undefined ? undefined : hashFromBytes(salt)
    const result = this.#run({
      kind,
      caller,
      valueWei,
      initCode,
      salt: saltHash,
      gasLimit,
      depth: depth + 1,
      isStatic: false,
    })
    // Source: EIP-211: a created contract's code is not return data.
    this.state.returnBytes = result.status === 'revert' ? result.output : EMPTY_BYTES
    return result.status === 'success' ? BigInt(result.created ?? 0) : 0n
  }

  /** Runs a child and pays for what it used; a halted one used all. */
  #run(message: Message): Result {
    const result = this.#host.call(message)
    this.useGas(message.gasLimit - (result.status === 'halt' ? 0n : result.gasLeft))
    return result
  }
}

function registers(interpreter: Frame, code: Bytes, host: Host): RunState {
  return {
    programCounter: 0,
    opCode: 0,
    memory: new Memory(),
    memoryWordCount: 0n,
    highestMemCost: 0n,
    stack: new Stack(),
    code,
    validJumps: EMPTY_BYTES,
    cachedPushes: [],
    shouldDoJumpAnalysis: true,
    returnBytes: EMPTY_BYTES,
    messageGasLimit: undefined,
    interpreter,
    env: { blobVersionedHashes: host.transaction.blobVersionedHashes },
    stateManager: accountsOf(host),
    blockchain: { getBlock: (number) => ({ hash: () => fromHex(host.blockHash(BigInt(number)) ?? ZERO_HASH) }) },
  }
}

/** Other accounts, as opcodes ask for them. */
function accountsOf({ journal }: Host): RunState['stateManager'] {
  return {
    getAccount: ({ bytes }) => {
      const address = addressFromBytes(bytes)
      return journal.exists(address) ? accountOf(journal, address) : undefined
    },
    getCode: ({ bytes }) => journal.code(addressFromBytes(bytes)),
  }
}

function accountOf(journal: Host['journal'], address: Address): AccountView {
  return { codeHash: fromHex(journal.codeHash(address)), isEmpty: () => journal.isEmpty(address) }
}

/** EIP-2929's questions on bytes, answered by the journal. */
function warmthOf({ journal }: Host): Interpreter['journal'] {
  return {
    isWarmedAddress: (address) => journal.isAddressWarm(addressFromBytes(address)),
    addWarmedAddress: (address) => void journal.touchAddress(addressFromBytes(address)),
    isWarmedStorage: (address, key) => journal.isSlotWarm(addressFromBytes(address), wordFromBytes(key)),
    addWarmedStorage: (address, key) => void journal.touchSlot(addressFromBytes(address), wordFromBytes(key)),
  }
}
