import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import type { Address, Hex, TransactionReceipt } from 'viem'
import {
  bytesToHex,
  concat,
  createPublicClient,
  createWalletClient,
  hexToBytes,
  http,
  keccak256,
  numberToHex,
  pad,
  size,
  slice,
  toHex,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HOST_FUNCTIONS } from '../../src/wasm/hostFunctions/index.ts'
import type { NodeProcess } from '../harness/nodeProcess.ts'
import { startNodeProcess } from '../harness/nodeProcess.ts'
import { assemble, HOST_CASES, moduleOf, word, words } from '../harness/wasm/hostCases.ts'

/** Contracts of other toolchains than ours: text written by hand for each host function, and C, deployed and called as any. */
let node: NodeProcess

beforeAll(async () => {
  node = await startNodeProcess(['--ephemeral'])
})
afterAll(async () => {
  await node.end('SIGTERM')
})

function clients() {
  const [holder] = node.ready.accounts
  if (holder === undefined) throw new Error('no account')
  const transport = http(node.ready.url, { retryCount: 0, timeout: 60_000 })
  return {
    client: createPublicClient({ chain: foundry, transport, pollingInterval: 20 }),
    wallet: createWalletClient({ account: privateKeyToAccount(holder.privateKey), chain: foundry, transport }),
  }
}

async function send(parts: { readonly to?: Address; readonly data: Hex }): Promise<TransactionReceipt> {
  const { client, wallet } = clients()
  const hash = await wallet.sendTransaction({ ...parts, to: parts.to ?? null, gas: 5_000_000n })
  return client.waitForTransactionReceipt({ hash })
}

async function deploy(bytecode: Hex): Promise<Address> {
  const { client, wallet } = clients()
  const hash = await wallet.deployContract({ abi: [], bytecode, gas: 5_000_000n })
  const { status, contractAddress } = await client.waitForTransactionReceipt({ hash })
  expect(status).toBe('success')
  return contractAddress as Address
}

async function call(to: Address, data: Hex = '0x', value = 0n): Promise<Hex> {
  const { client, wallet } = clients()
  return (await client.call({ to, data, value, account: wallet.account.address, gas: 5_000_000n })).data ?? '0x'
}

describe('a contract by hand for each host function', () => {
  test('there is one for each', () => {
    expect(HOST_CASES.map(({ name }) => name).sort()).toEqual(HOST_FUNCTIONS.map(({ name }) => name).sort())
  })

  test.each(HOST_CASES)('$name', async (each) => {
    const contract = (await deploy(moduleOf(each))).toLowerCase() as Address
    const sender = clients().wallet.account.address.toLowerCase() as Address
    const { expected } = each
    const answer = await call(contract, each.data, each.value)
    if (expected instanceof RegExp) expect(answer).toMatch(expected)
    else expect(answer).toBe(typeof expected === 'function' ? expected({ contract, sender }) : expected)
  })

  test('storage and logs are in the state and in the receipt', async () => {
    const contract = await deploy(
      assemble(`(module
        (import "vm_hooks" "read_args" (func $args (param i32)))
        (import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32)))
        (import "vm_hooks" "emit_log" (func $log (param i32 i32 i32)))
        (memory (export "memory") 1)
        (func (export "user_entrypoint") (param $len i32) (result i32)
          (call $args (i32.const 0)) (call $store (i32.const 0) (i32.const 32))
          (call $log (i32.const 0) (i32.const 64) (i32.const 1)) (i32.const 0)))`),
    )
    const { status, logs } = await send({ to: contract, data: words(3, 4) })
    expect(status).toBe('success')
    expect(logs).toMatchObject([{ topics: [word(3)], data: word(4) }])
    expect(await clients().client.getStorageAt({ address: contract, slot: numberToHex(3) })).toBe(word(4))
  })
})

/** What Stylus's tools send: init code of 43 bytes that returns what stands behind it. */
const stylusInitCode = (code: Hex): Hex =>
  concat(['0x7f', pad(toHex(size(code)), { size: 32 }), '0x80602b6000396000f300', code])

describe('a compressed module', () => {
  const echo = assemble(`(module
    (import "vm_hooks" "read_args" (func $args (param i32)))
    (import "vm_hooks" "write_result" (func $result (param i32 i32)))
    (memory (export "memory") 1)
    (func (export "user_entrypoint") (param $len i32) (result i32)
      (call $args (i32.const 0)) (call $result (i32.const 0) (local.get $len)) (i32.const 0)))`)
  const compressed = concat(['0xeff00000', bytesToHex(brotliCompressSync(hexToBytes(echo)))])

  test.each([
    ["returned by Stylus's init code", stylusInitCode(compressed)],
    ['as init code', compressed],
  ])('%s is deployed by viem and runs', async (_name, bytecode) => {
    const contract = await deploy(bytecode)
    expect(await clients().client.getCode({ address: contract })).toBe(compressed)
    expect(await call(contract, '0xc0ffee')).toBe('0xc0ffee')
  })

  test("with Stylus's dictionary is refused, and the node says why", async () => {
    const refused = concat(['0xeff00001', slice(compressed, 4)])
    const { client, wallet } = clients()
    const attempt = client.call({ data: stylusInitCode(refused), account: wallet.account.address, gas: 5_000_000n })
    await expect(attempt).rejects.toThrow(/Stylus's dictionary/)
  })
})

const C_SOURCE = `
#define HOOK(name) __attribute__((import_module("vm_hooks"), import_name(#name)))
HOOK(read_args) void read_args(unsigned char *dest);
HOOK(write_result) void write_result(const unsigned char *data, unsigned length);
HOOK(storage_load_bytes32) void storage_load(const unsigned char *key, unsigned char *dest);
HOOK(storage_cache_bytes32) void storage_cache(const unsigned char *key, const unsigned char *value);
static unsigned char key[32], total[32], args[1024];
/* Adds its first byte of arguments to slot 0 and gives the sum back. */
__attribute__((export_name("user_entrypoint"))) int user_entrypoint(unsigned length) {
  if (length == 0 || length > sizeof args) return 1;
  read_args(args);
  storage_load(key, total);
  total[31] += args[0];
  storage_cache(key, total);
  write_result(total, 32);
  return 0;
}
`

/** Hashes its arguments as often as their first byte says; without one it panics. */
const RUST_SOURCE = `
#![no_std]
#![no_main]
#[link(wasm_import_module = "vm_hooks")]
extern "C" {
    fn read_args(dest: *mut u8);
    fn write_result(data: *const u8, length: usize);
    fn native_keccak256(data: *const u8, length: usize, out: *mut u8);
}
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
#[no_mangle]
pub extern "C" fn user_entrypoint(length: usize) -> i32 {
    let mut args = [0u8; 256];
    if length > args.len() {
        return 1;
    }
    unsafe { read_args(args.as_mut_ptr()) };
    let input = &args[..length];
    let rounds = input[0];
    let mut hash = [0u8; 32];
    unsafe { native_keccak256(input.as_ptr(), length, hash.as_mut_ptr()) };
    for _ in 1..rounds {
        let before = hash;
        unsafe { native_keccak256(before.as_ptr(), 32, hash.as_mut_ptr()) };
    }
    unsafe { write_result(hash.as_ptr(), 32) };
    0
}
`
const EMPTY_RUST = '#![no_std]\n#![no_main]\n#[panic_handler]\nfn panic(_: &core::panic::PanicInfo) -> ! { loop {} }\n'

/** A compiler for wasm32 of another toolchain: how it is called, by any of its names. */
type Toolchain = { readonly names: readonly string[]; readonly file: string; readonly flags: readonly string[] }
const CLANG: Toolchain = {
  names: ['clang', 'clang-19', 'clang-18', 'clang-16', 'clang-15', 'clang-14'],
  file: 'contract.c',
  flags: ['--target=wasm32', '-O2', '-nostdlib', '-mbulk-memory', '-Wl,--no-entry', '-Wl,-z,stack-size=8192'],
}
const RUSTC: Toolchain = {
  names: ['rustc', '/usr/bin/rustc'],
  file: 'contract.rs',
  flags: [
    ...['--edition=2021', '--target=wasm32-unknown-unknown', '--crate-type=cdylib', '-O'],
    ...['-Cpanic=abort', '-Cstrip=symbols', '-Clink-arg=-zstack-size=8192'],
  ],
}

/** The module that a source compiles to, its linker included; undefined when that fails. */
function compile(name: string, { file, flags }: Toolchain, source: string): Uint8Array | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'evmpp-toolchain-'))
  try {
    writeFileSync(join(folder, file), source)
    const { status } = spawnSync(name, [...flags, '-o', 'contract.wasm', file], {
      cwd: folder,
      encoding: 'utf8',
    })
    if (status !== 0) return undefined
    return readFileSync(join(folder, 'contract.wasm'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The first name under which the toolchain compiles and links; without one a line says that tests are skipped. */
function find(toolchain: Toolchain, least: string): string | undefined {
  const found = toolchain.names.find((name) => compile(name, toolchain, least) !== undefined)
  if (found === undefined) process.stdout.write(`skipped: no ${toolchain.names[0]} here that makes modules of wasm32\n`)
  return found
}

describe('a contract in C', () => {
  const clang = find(CLANG, 'int unused;\n')

  test.skipIf(clang === undefined)('counts', async () => {
    const contract = await deploy(bytesToHex(compile(clang ?? '', CLANG, C_SOURCE) ?? new Uint8Array()))
    expect((await send({ to: contract, data: '0x05' })).status).toBe('success')
    expect(await call(contract, '0x03')).toBe(word(8))
  })
})

describe('a contract in Rust without its standard library', () => {
  const rustc = find(RUSTC, EMPTY_RUST)

  test.skipIf(rustc === undefined)('hashes, and its panic reverts', async () => {
    const contract = await deploy(bytesToHex(compile(rustc ?? '', RUSTC, RUST_SOURCE) ?? new Uint8Array()))
    expect(await call(contract, '0x03ff')).toBe(keccak256(keccak256(keccak256('0x03ff'))))
    await expect(call(contract)).rejects.toThrow(/revert/)
  })
})
