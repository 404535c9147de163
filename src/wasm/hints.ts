/**
 * What the author of a refused module can do about it: words for the ends of messages. They decide
 * nothing.
 */

/** Compiler flags that keep a family of instructions out, by the family's name in opcodes.ts. */
const FAMILY_HINTS: Readonly<Record<string, string>> = {
  SIMD: 'compile without -msimd128; Rust: -C target-feature=-simd128',
  thread: 'compile without -pthread and -matomics; Rust: -C target-feature=-atomics',
  'tail call': 'compile with -mno-tail-call; Rust: -C target-feature=-tail-call',
  exception: 'compile with -fno-exceptions; Rust: panic = "abort"',
  'reference type': 'compile with -mno-reference-types; Rust: -C target-feature=-reference-types',
  table: 'compile with -mno-reference-types; Rust: -C target-feature=-reference-types',
  'passive segment': 'compile without -pthread: of bulk memory, memory.copy and memory.fill are allowed',
  'garbage collection': 'compile for WebAssembly without GC: linear memory only',
  float: 'use integers; a library that formats or parses floats brings them in',
}

/** In brackets what to do about an instruction of this family, or nothing. */
export function familyHint(family: string): string {
  return hinted(FAMILY_HINTS[family])
}

export const MULTIVALUE_HINT = ' (compile with -mno-multivalue; Rust: -C target-feature=-multivalue)'
export const LOCALS_HINT =
  ' (compile with -O2 or -Os, in Rust a release build, for -O0 keeps each variable as a local; or split the function)'
export const SIZE_HINT = 'compile with -Os or -Oz, or deploy the module compressed'

/** Names that Stylus had before its main network, and what they are called now. */
const OLD_IMPORTS: ReadonlyMap<string, string> = new Map([
  ['storage_store_bytes32', 'is now storage_cache_bytes32, and storage_flush_cache writes what it holds'],
  ['memory_grow', 'is now pay_for_memory_grow'],
  ['block_difficulty', 'is now prevrandao, of module evmpp'],
])

/** What to do about an import that there is not. */
export function importHint(module: string, name: string): string {
  const renamed = OLD_IMPORTS.get(name)
  if (renamed !== undefined) return hinted(`${name} ${renamed}; build with a current SDK`)
  if (module === 'forward')
    return hinted('module forward is from before Stylus had a main network; build with a current SDK')
  if (module === 'console' || module === 'debug') return hinted('debugging output; build without it')
  if (module === 'wasi_snapshot_preview1') return hinted('WASI; compile for wasm32-unknown-unknown, without a libc')
  if (module === 'env' && name === 'abort') return hinted('compile AssemblyScript with --use abort=')
  if (module === 'env') return hinted('an undefined symbol; link all objects, and declare host functions of vm_hooks')
  return ''
}

/** What to do about an entry point that there is not. */
export function entryHint(exports: readonly string[]): string {
  return exports.includes('arbitrum_main')
    ? hinted('arbitrum_main is from before Stylus had a main network; build with a current SDK')
    : ''
}

/** What of a module's bytes are custom sections, and how to be without them. */
export function customBytesHint(customBytes: number): string {
  if (customBytes === 0) return ''
  return `; ${customBytes} bytes of it are custom sections (names, debug information), which count: strip them with wasm-strip or the linker's -s`
}

function hinted(hint: string | undefined): string {
  return hint === undefined ? '' : ` (${hint})`
}
