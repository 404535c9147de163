import type binaryen from 'assemblyscript/binaryen'
import type { Bytes } from '../../../primitives/index.ts'
import { concatBytes } from '../../../primitives/index.ts'

/** What a contract may export. Source: the `vm_hooks` ABI; `user_constructor` is decision 6's addition. */
const ENTRIES = ['user_entrypoint', 'user_constructor'] as const

/**
 * Makes a compiled module one that the node accepts: it exports its memory and its entries only, and what would be its
 * start function, which stored code may not have, runs at the beginning of each entry. A frame enters once, so that is
 * when it would have run.
 */
export function foldStart(module: binaryen.Module, library: typeof binaryen): void {
  const exported = Array.from({ length: module.getNumExports() }, (_, index) =>
    library.getExportInfo(module.getExportByIndex(index)),
  )
  const start = module.getStart()
  for (const { name, value } of exported) {
    const isEntry = ENTRIES.some((entry) => entry === name)
    if (name === 'memory' || (isEntry && start === 0)) continue
    module.removeExport(name)
    if (!isEntry) continue
    const { i32, none } = library
    const begin = module.call(library.getFunctionInfo(start).name, [], none)
    const enter = module.call(value, [module.local.get(0, i32)], i32)
    const run = module.block(null, [begin, enter], i32)
    module.addFunction(`entry:${name}`, i32, i32, [], run)
    module.addFunctionExport(`entry:${name}`, name)
  }
  if (start !== 0) module.setStart(0)
}

/** A custom section: id 0, its size, its name, its content. Source: WebAssembly core specification, section 5.5.3. */
export function customSection(name: string, content: Bytes): Bytes {
  const label = new TextEncoder().encode(name)
  const body = concatBytes(leb128(label.length), label, content)
  return concatBytes(Uint8Array.of(0), leb128(body.length), body)
}

function leb128(value: number): Bytes {
  const bytes: number[] = []
  let rest = value
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>>= 7
  } while (rest > 0)
  return Uint8Array.from(bytes)
}

/** A section of a module: where it begins and ends in the bytes, and of a custom one its name and content. */
type Section = {
  readonly start: number
  readonly end: number
  readonly custom: { readonly name: string; readonly content: Bytes } | undefined
}

/** A module's sections; none of what is no module. Source: WebAssembly core specification, section 5.5. */
function sectionsOf(module: Bytes): readonly Section[] {
  const sections: Section[] = []
  for (let start = 8; start < module.length; ) {
    const [size, body] = readLeb128(module, start + 1)
    const end = body + size
    if (end > module.length) return []
    sections.push({ start, end, custom: module[start] === 0 ? readCustom(module.subarray(body, end)) : undefined })
    start = end
  }
  return sections
}

function readCustom(body: Bytes): { readonly name: string; readonly content: Bytes } {
  const [length, at] = readLeb128(body, 0)
  return { name: new TextDecoder().decode(body.subarray(at, at + length)), content: body.subarray(at + length) }
}

/** The content of a module's custom section of that name. */
export function findCustomSection(module: Bytes, name: string): Bytes | undefined {
  return sectionsOf(module).find(({ custom }) => custom?.name === name)?.custom?.content
}

/** The module without its custom section of that name. */
export function withoutCustomSection(module: Bytes, name: string): Bytes {
  const found = sectionsOf(module).find(({ custom }) => custom?.name === name)
  return found === undefined ? module : concatBytes(module.subarray(0, found.start), module.subarray(found.end))
}

/** An unsigned number and where it ends. What lies behind the bytes is zero. */
function readLeb128(bytes: Bytes, from: number): readonly [value: number, end: number] {
  let value = 0
  let at = from
  for (let weight = 1; ; weight *= 128) {
    const byte = bytes[at] ?? 0
    at += 1
    value += (byte & 0x7f) * weight
    if (byte < 0x80) return [value, at]
  }
}
