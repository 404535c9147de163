import type { Bytes, WasmRulesVersion } from '../primitives/index.ts'
import { concatBytes, hasPrefix } from '../primitives/index.ts'
import { WASM_MAGIC } from '../vm/index.ts'
import type { NameForm } from './binary/reader.ts'
import { InvalidModuleError, Reader } from './binary/reader.ts'
import { familyHint, MULTIVALUE_HINT } from './hints.ts'
import * as limits from './limits.ts'
import type {
  DataSegment,
  ElementSegment,
  Export,
  ExportKind,
  FunctionType,
  GlobalVariable,
  ImportedFunction,
  Module,
  Range,
  ValueType,
} from './module.ts'

/** The custom section, without content, that ends a module inside init code: constructor arguments follow it. */
export const END_MARKER = 'evmpp.end'

/** {@link END_MARKER} as it stands in a module: a custom section of one name. */
export const END_SECTION: Bytes = concatBytes(
  Uint8Array.of(0, END_MARKER.length + 1, END_MARKER.length),
  new TextEncoder().encode(END_MARKER),
)

const HEADER_BYTES = 8
const VERSION = 1
const CUSTOM_SECTION = 0

type Draft = { -readonly [key in keyof Module]: Module[key] }

/** The sections in the order in which a module must have them, each at most once. */
const sections: readonly {
  readonly id: number
  readonly decode: (reader: Reader, draft: Draft, names: NameForm) => void
}[] = [
  { id: 1, decode: decodeTypes },
  { id: 2, decode: decodeImports },
  { id: 3, decode: decodeFunctions },
  { id: 4, decode: decodeTable },
  { id: 5, decode: decodeMemory },
  { id: 6, decode: decodeGlobals },
  { id: 7, decode: decodeExports },
  { id: 8, decode: (reader) => reader.fail('start function') },
  { id: 9, decode: decodeElements },
  { id: 12, decode: (reader) => void reader.u32() },
  { id: 10, decode: decodeBodies },
  { id: 11, decode: decodeData },
]

function nameFormOf(version: WasmRulesVersion): NameForm {
  return version === 1 ? 'withoutMark' : 'exact'
}

/**
 * Takes a module apart and checks each section on its own: form, limits, nothing beyond the allowed features. Throws
 * {@link InvalidModuleError}. O(bytes).
 */
export function decodeModule(bytes: Bytes, version: WasmRulesVersion): Module {
  const names = nameFormOf(version)
  const draft: Draft = {
    bytes,
    types: [],
    imports: [],
    functions: [],
    table: undefined,
    memory: undefined,
    globals: undefined,
    exports: [],
    elements: [],
    bodies: [],
    data: undefined,
  }
  let place = 0
  let isEnded = false
  forEachSection(bytes, (id, reader) => {
    if (isEnded) return reader.fail('section after the end marker')
    if (id === CUSTOM_SECTION) {
      isEnded = isEndMarker(reader, names)
      return 'continue'
    }
    const found = sections.findIndex((section) => section.id === id)
    if (found < 0) return reader.fail(`unknown section ${id}`)
    if (found < place) return reader.fail(`section ${id} out of order`)
    place = found + 1
    sections[found]?.decode(reader, draft, names)
    if (!reader.isAtEnd) reader.fail(`bytes after the content of section ${id}`)
    return 'continue'
  })
  return draft
}

/** True when these bytes claim to be a module, valid or not. */
export function isModule(code: Bytes): boolean {
  return hasPrefix(code, WASM_MAGIC)
}

/** How many bytes of a module are its custom sections, as far as it can be read. Never throws. */
export function customBytes(code: Bytes): number {
  let total = 0
  try {
    forEachSection(code, (id, { offset, end }) => {
      if (id === CUSTOM_SECTION) total += end - offset
      return 'continue'
    })
  } catch (thrown) {
    if (!(thrown instanceof InvalidModuleError)) throw thrown
  }
  return total
}

/** How many bytes of init code the module takes; what follows is the constructor's. Never throws. */
export function moduleLength(code: Bytes, version: WasmRulesVersion): number {
  let length = code.length
  try {
    forEachSection(code, (id, reader) => {
      if (id !== CUSTOM_SECTION || !isEndMarker(reader, nameFormOf(version))) return 'continue'
      length = reader.end
      return 'stop'
    })
  } catch (thrown) {
    // A malformed module has no end: validation will say what is wrong with it.
    if (!(thrown instanceof InvalidModuleError)) throw thrown
  }
  return length
}

/** Visits each section's content in turn, until `visit` says stop. */
function forEachSection(bytes: Bytes, visit: (id: number, content: Reader) => 'continue' | 'stop'): void {
  const reader = new Reader(bytes)
  if (!isModule(bytes)) reader.fail('does not begin with \\0asm')
  reader.take(WASM_MAGIC.length)
  const version = reader.take(HEADER_BYTES - WASM_MAGIC.length)
  if (version[0] !== VERSION || version[1] !== 0 || version[2] !== 0 || version[3] !== 0)
    reader.fail('version is not 1')
  while (!reader.isAtEnd) {
    const id = reader.byte()
    if (visit(id, reader.section(reader.u32())) === 'stop') return
  }
}

function isEndMarker(content: Reader, names: NameForm): boolean {
  return content.name(names) === END_MARKER && content.isAtEnd
}

function vector<item>(reader: Reader, limit: number, what: string, decode: () => item): item[] {
  return Array.from({ length: reader.u32UpTo(limit, what) }, decode)
}

function valueType(reader: Reader): ValueType {
  const code = reader.byte()
  if (code === 0x7f) return 'i32'
  if (code === 0x7e) return 'i64'
  if (code === 0x7d) return 'f32'
  if (code === 0x7c) return 'f64'
  return reader.fail(`value type 0x${code.toString(16)} is not allowed${valueTypeHint(code)}`)
}

function valueTypeHint(code: number): string {
  if (code === 0x7b) return familyHint('SIMD')
  return code === 0x70 || code === 0x6f ? familyHint('reference type') : ''
}

function integerType(reader: Reader, where: string): ValueType {
  const type = valueType(reader)
  return type === 'f32' || type === 'f64' ? reader.fail(`float in ${where}`) : type
}

function decodeTypes(reader: Reader, draft: Draft): void {
  draft.types = vector(reader, limits.MAX_TYPES, 'types', (): FunctionType => {
    if (reader.byte() !== 0x60) reader.fail('a type that is not a function')
    const params = vector(reader, limits.MAX_LOCALS, 'parameters', () => integerType(reader, "a function's parameters"))
    const at = reader.offset
    const count = reader.u32()
    if (count > 1) throw new InvalidModuleError(`${count} results${MULTIVALUE_HINT}`, at)
    const results = Array.from({ length: count }, () => integerType(reader, "a function's result"))
    return { params, results }
  })
}

function decodeImports(reader: Reader, draft: Draft, names: NameForm): void {
  draft.imports = vector(reader, limits.MAX_IMPORTS, 'imports', (): ImportedFunction => {
    const at = reader.offset
    const module = reader.name(names)
    const name = reader.name(names)
    if (reader.byte() !== 0) reader.fail(`import ${JSON.stringify(name)} is not a function`)
    return { module, name, type: reader.u32(), at }
  })
}

function decodeFunctions(reader: Reader, draft: Draft): void {
  draft.functions = vector(reader, limits.MAX_FUNCTIONS, 'functions', () => reader.u32())
}

function decodeTable(reader: Reader, draft: Draft): void {
  const start = reader.offset
  if (reader.u32UpTo(1, 'tables') === 0) return
  if (reader.byte() !== 0x70) reader.fail('a table that does not hold functions')
  const { minimum } = decodeLimits(reader, limits.MAX_TABLE_ENTRIES, 'table entries')
  draft.table = { range: { start, end: reader.offset }, entries: minimum }
}

function decodeMemory(reader: Reader, draft: Draft): void {
  if (reader.u32UpTo(1, 'memories') === 0) return
  const { minimum, maximum } = decodeLimits(reader, limits.MAX_PAGES, 'initial pages')
  draft.memory = { initialPages: minimum, maximumPages: maximum }
}

function decodeLimits(reader: Reader, most: number, what: string): { minimum: number; maximum: number | undefined } {
  const flags = reader.byte()
  if (flags > 1) reader.fail('shared or 64-bit limits')
  const minimum = reader.u32UpTo(most, what)
  return { minimum, maximum: flags === 1 ? reader.u32() : undefined }
}

function decodeGlobals(reader: Reader, draft: Draft): void {
  const count = reader.u32()
  const start = reader.offset
  const variables: GlobalVariable[] = []
  for (let index = 0; index < count; index += 1) {
    const type = integerType(reader, 'a global')
    const isVariable = reader.byte() !== 0
    const initialStart = reader.offset
    const opcode = reader.byte()
    if (opcode !== (type === 'i32' ? 0x41 : 0x42)) reader.fail('a global that is not initialised by a constant')
    reader.skipSigned(type === 'i32' ? 32 : 64)
    if (isVariable) variables.push({ index, initial: { start: initialStart, end: reader.offset } })
    if (reader.byte() !== 0x0b) reader.fail('a global that is not initialised by one constant')
  }
  draft.globals = { range: { start, end: reader.offset }, count, variables }
}

const exportKinds: readonly ExportKind[] = ['function', 'table', 'memory', 'global']

function decodeExports(reader: Reader, draft: Draft, names: NameForm): void {
  draft.exports = vector(reader, limits.MAX_EXPORTS, 'exports', (): Export => {
    const at = reader.offset
    const name = reader.name(names)
    const kind = exportKinds[reader.byte()] ?? reader.fail('unknown kind of export')
    return { name, kind, index: reader.u32(), at }
  })
}

function activeOffset(reader: Reader, what: string): number {
  if (reader.u32() !== 0) reader.fail(`${what} segment that is not active`)
  if (reader.byte() !== 0x41) reader.fail(`${what} segment without a constant offset`)
  const offset = reader.s32() >>> 0
  if (reader.byte() !== 0x0b) reader.fail(`${what} segment whose offset is not one constant`)
  return offset
}

function decodeElements(reader: Reader, draft: Draft): void {
  draft.elements = vector(reader, limits.MAX_ELEMENT_SEGMENTS, 'element segments', (): ElementSegment => {
    const at = reader.offset
    const first = activeOffset(reader, 'element')
    const functions = vector(reader, limits.MAX_TABLE_ENTRIES, 'functions in an element segment', () => reader.u32())
    return { first, functions, at }
  })
}

function decodeBodies(reader: Reader, draft: Draft): void {
  draft.bodies = vector(reader, limits.MAX_FUNCTIONS, 'function bodies', (): Range => {
    const body = reader.section(reader.u32())
    return { start: body.offset, end: body.end }
  })
}

function decodeData(reader: Reader, draft: Draft): void {
  const segments = vector(reader, limits.MAX_DATA_SEGMENTS, 'data segments', (): DataSegment => {
    const at = reader.offset
    const first = activeOffset(reader, 'data')
    const { length } = reader.take(reader.u32())
    return { first, content: { start: reader.offset - length, end: reader.offset }, at }
  })
  const bytes = segments.reduce((total, { content }) => total + content.end - content.start, 0)
  draft.data = { bytes, segments }
}
