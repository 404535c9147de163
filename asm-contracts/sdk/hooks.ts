// What the node offers a contract: the host functions of Stylus's `vm_hooks`, under the names used here.
// Pointers are to 32 big-endian bytes (a word) or 20 bytes (an address) unless a length follows.

// @ts-nocheck: imports of WebAssembly, not of TypeScript

/** Copies the whole call data; its length is the argument of the entry point. */
@external('vm_hooks', 'read_args')
export declare function readArgs(to: usize): void

/** Sets the data that the frame ends with, whether it succeeds or reverts. */
@external('vm_hooks', 'write_result')
export declare function writeResult(from: usize, size: usize): void

/** Ends the frame now: 0 succeeds, anything else reverts. */
@external('vm_hooks', 'exit_early')
export declare function exitEarly(status: i32): void

/** Keeps the node informed of memory that grows; the node charges for it. */
@external('vm_hooks', 'pay_for_memory_grow')
export declare function payForMemoryGrow(pages: u32): void

@external('vm_hooks', 'storage_load_bytes32')
export declare function storageLoad(slot: usize, to: usize): void

/** Writes to the frame's cache, which the node flushes before each call and on success. */
@external('vm_hooks', 'storage_cache_bytes32')
export declare function storageCache(slot: usize, value: usize): void

/** Storage of the transaction (EIP-1153). */
@external('vm_hooks', 'transient_load_bytes32')
export declare function transientLoad(slot: usize, to: usize): void

@external('vm_hooks', 'transient_store_bytes32')
export declare function transientStore(slot: usize, value: usize): void

@external('vm_hooks', 'native_keccak256')
export declare function keccak(from: usize, size: usize, to: usize): void

/** value = value / divisor, 0 when the divisor is 0. */
@external('vm_hooks', 'math_div')
export declare function mathDiv(value: usize, divisor: usize): void

/** value = value % divisor, 0 when the divisor is 0. */
@external('vm_hooks', 'math_mod')
export declare function mathMod(value: usize, divisor: usize): void

/** value = value * factor % modulus, without overflow in between. */
@external('vm_hooks', 'math_mul_mod')
export declare function mathMulMod(value: usize, factor: usize, modulus: usize): void

/** The first `topics` * 32 bytes are topics, the rest is the data. */
@external('vm_hooks', 'emit_log')
export declare function emitLog(from: usize, size: usize, topics: i32): void

/** Returns 0 when the call succeeded; stores the size of what it returned at `returned` (u32, little-endian). */
@external('vm_hooks', 'call_contract')
export declare function callContract(
  target: usize,
  data: usize,
  size: usize,
  value: usize,
  gas: u64,
  returned: usize,
): i32

@external('vm_hooks', 'static_call_contract')
export declare function staticCallContract(target: usize, data: usize, size: usize, gas: u64, returned: usize): i32

@external('vm_hooks', 'delegate_call_contract')
export declare function delegateCallContract(target: usize, data: usize, size: usize, gas: u64, returned: usize): i32

/** Stores the new contract's address at `created`, zero when the creation failed. */
@external('vm_hooks', 'create1')
export declare function create1(code: usize, size: usize, value: usize, created: usize, returned: usize): void

/** Like {@link create1}, at an address that only the creator, the 32-byte salt and the init code decide. */
@external('vm_hooks', 'create2')
export declare function create2(code: usize, size: usize, value: usize, salt: usize, created: usize, returned: usize): void

@external('vm_hooks', 'read_return_data')
export declare function readReturnData(to: usize, offset: usize, size: usize): usize

@external('vm_hooks', 'account_balance')
export declare function accountBalance(account: usize, to: usize): void

@external('vm_hooks', 'account_code_size')
export declare function accountCodeSize(account: usize): usize

@external('vm_hooks', 'account_codehash')
export declare function accountCodeHash(account: usize, to: usize): void

@external('vm_hooks', 'contract_address')
export declare function contractAddress(to: usize): void

@external('vm_hooks', 'msg_sender')
export declare function msgSender(to: usize): void

@external('vm_hooks', 'msg_value')
export declare function msgValue(to: usize): void

@external('vm_hooks', 'tx_origin')
export declare function txOrigin(to: usize): void

@external('vm_hooks', 'tx_gas_price')
export declare function txGasPrice(to: usize): void

@external('vm_hooks', 'block_number')
export declare function blockNumber(): u64

@external('vm_hooks', 'block_timestamp')
export declare function blockTimestamp(): u64

@external('vm_hooks', 'block_basefee')
export declare function blockBaseFee(to: usize): void

@external('vm_hooks', 'block_coinbase')
export declare function blockCoinbase(to: usize): void

@external('vm_hooks', 'block_gas_limit')
export declare function blockGasLimit(): u64

@external('vm_hooks', 'chainid')
export declare function chainId(): u64

@external('vm_hooks', 'evm_gas_left')
export declare function gasLeft(): u64

// What the EVM has and Stylus has not: host functions of this node's own. A module imports them if it uses them.

/** Zero beyond the last 256 blocks. */
@external('evmpp', 'block_hash')
export declare function blockHash(number: u64, to: usize): void

@external('evmpp', 'prevrandao')
export declare function prevRandao(to: usize): void

/** Zero beyond the last blob. */
@external('evmpp', 'blob_hash')
export declare function blobHash(index: u32, to: usize): void

@external('evmpp', 'blob_basefee')
export declare function blobBaseFee(to: usize): void
