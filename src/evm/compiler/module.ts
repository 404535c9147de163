/** The module around the functions: types, imports, table, and the functions that every module has. */
import { layout, outcome } from '../../core/index.ts'
import type { CodeWriter } from './codeWriter.ts'
import { BAD_JUMP_FUNCTION, BLOCK_TYPE, ENTER_FUNCTION, FIRST_FUNCTION, HALT_FUNCTION } from './emit/exits.ts'
import { CORE_FUNCTIONS, importIndex } from './imports.ts'
import * as wasm from './instructions.ts'

const SECTION_TYPE = 1
const SECTION_IMPORT = 2
const SECTION_FUNCTION = 3
const SECTION_TABLE = 4
const SECTION_EXPORT = 7
const SECTION_ELEMENT = 9
const SECTION_CODE = 10

const FUNCTION_TYPE = 0x60
const FUNCTION_REFERENCE = 0x70
const EXTERNAL_FUNCTION = 0
const EXTERNAL_MEMORY = 2
const EXTERNAL_GLOBAL = 3

const IMPORT_MODULE = 'core'
/** The imports that are not functions. */
export const IMPORTED_MEMORY = 'memory'
export const IMPORTED_JUMP_MAP = 'jumpMap'
/** `(frame, number of a function) -> status` */
const EXPORTED_ENTER = 'enter'

type FunctionType = { readonly parameters: readonly number[]; readonly results: readonly number[] }

const { I32, I64 } = wasm
const BLOCK: FunctionType = { parameters: [I32, I32, I64], results: [I32] }
const ENTER: FunctionType = { parameters: [I32, I32], results: [I32] }
const LEAVE: FunctionType = { parameters: [I32, I32, I64, I32, I32], results: [I32] }
const HALT: FunctionType = { parameters: [I32, I64], results: [I32] }

/** Distinct types; a block's is the first. */
const TYPES: FunctionType[] = [BLOCK]
const IMPORT_TYPES = CORE_FUNCTIONS.map(typeIndex)
const GROW: FunctionType = { parameters: [I32, I64, I64, I64], results: [I64] }
const OWN_TYPES = [ENTER, LEAVE, HALT, BLOCK, GROW].map(typeIndex)

function typeIndex({ parameters, results }: FunctionType): number {
  const known = TYPES.findIndex(
    (type) => String(type.parameters) === String(parameters) && String(type.results) === String(results),
  )
  if (known >= 0) return known
  TYPES.push({ parameters, results })
  return TYPES.length - 1
}

function writeSection(writer: CodeWriter, id: number, write: () => void): void {
  writer.byte(id)
  const size = writer.wideField()
  const from = writer.length
  write()
  writer.fillWide(size, writer.length - from)
}

/**
 * Writes a module with `count` functions of blocks, whose bodies `writeBody(1 ... count)` writes. Number n of the table is
 * function n, and 0 is a jump that may not be.
 */
export function writeModule(writer: CodeWriter, count: number, writeBody: (number: number) => void): void {
  writer.bytes([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00])
  writeSection(writer, SECTION_TYPE, () => writeTypes(writer))
  writeSection(writer, SECTION_IMPORT, () => writeImports(writer))
  writeSection(writer, SECTION_FUNCTION, () => {
    writer.u32(OWN_TYPES.length + count)
    for (const type of OWN_TYPES) writer.u32(type)
    for (let i = 0; i < count; i++) writer.u32(BLOCK_TYPE)
  })
  writeSection(writer, SECTION_TABLE, () => {
    writer.bytes([1, FUNCTION_REFERENCE, 0])
    writer.u32(count + 1)
  })
  writeSection(writer, SECTION_EXPORT, () => {
    writer.u32(1)
    writer.name(EXPORTED_ENTER)
    writer.byte(EXTERNAL_FUNCTION)
    writer.u32(ENTER_FUNCTION)
  })
  writeSection(writer, SECTION_ELEMENT, () => writeElements(writer, count))
  writeSection(writer, SECTION_CODE, () => {
    writer.u32(OWN_TYPES.length + count)
    writeEnter(writer)
    writeLeave(writer)
    writeHalt(writer)
    writeBadJump(writer)
    writeGrow(writer)
    for (let number = 1; number <= count; number++) writeBody(number)
  })
}

function writeTypes(writer: CodeWriter): void {
  writer.u32(TYPES.length)
  for (const { parameters, results } of TYPES) {
    writer.byte(FUNCTION_TYPE)
    for (const list of [parameters, results]) {
      writer.u32(list.length)
      writer.bytes(list)
    }
  }
}

function writeImports(writer: CodeWriter): void {
  writer.u32(CORE_FUNCTIONS.length + 2)
  CORE_FUNCTIONS.forEach(({ name }, index) => {
    writer.name(IMPORT_MODULE)
    writer.name(name)
    writer.byte(EXTERNAL_FUNCTION)
    writer.u32(IMPORT_TYPES[index] ?? 0)
  })
  writer.name(IMPORT_MODULE)
  writer.name(IMPORTED_MEMORY)
  writer.bytes([EXTERNAL_MEMORY, 0, 0])
  writer.name(IMPORT_MODULE)
  writer.name(IMPORTED_JUMP_MAP)
  writer.bytes([EXTERNAL_GLOBAL, I32, 0])
}

function writeElements(writer: CodeWriter, count: number): void {
  writer.bytes([1, 0])
  writer.i32(0)
  writer.end()
  writer.u32(count + 1)
  writer.u32(BAD_JUMP_FUNCTION)
  for (let i = 0; i < count; i++) writer.u32(FIRST_FUNCTION + i)
}

/** A function without locals. */
function writeSmall(writer: CodeWriter, write: () => void): void {
  const size = writer.field()
  const from = writer.length
  writer.u32(0)
  write()
  writer.end()
  writer.fill(size, writer.length - from)
}

function writeEnter(writer: CodeWriter): void {
  const [frame, number] = [0, 1]
  writeSmall(writer, () => {
    writer.get(frame)
    writer.get(frame)
    writer.loadI32(layout.FRAME_SP)
    writer.get(frame)
    writer.loadI64(layout.FRAME_GAS)
    writer.get(number)
    writer.byte(wasm.RETURN_CALL_INDIRECT)
    writer.u32(BLOCK_TYPE)
    writer.u32(0)
  })
}

function writeLeave(writer: CodeWriter): void {
  const [frame, sp, gas, pc, status] = [0, 1, 2, 3, 4]
  writeSmall(writer, () => {
    writer.get(frame)
    writer.get(sp)
    writer.storeI32(layout.FRAME_SP)
    writer.get(frame)
    writer.get(gas)
    writer.storeI64(layout.FRAME_GAS)
    writer.get(frame)
    writer.get(pc)
    writer.storeI32(layout.FRAME_PC)
    writer.get(status)
  })
}

function writeHalt(writer: CodeWriter): void {
  const [frame, reason] = [0, 1]
  writeSmall(writer, () => {
    writer.get(frame)
    writer.i32(0)
    writer.get(reason)
    writer.byte(wasm.I32_WRAP_I64)
    writer.byte(wasm.I32_SUB)
    writer.storeI32(layout.FRAME_HALT_REASON)
    writer.i32(outcome.STATUS_HALT)
  })
}

function writeBadJump(writer: CodeWriter): void {
  const frame = 0
  writeSmall(writer, () => {
    writer.get(frame)
    writer.i64(-outcome.HALT_INVALID_JUMP, -1)
    writer.returnCall(HALT_FUNCTION)
  })
}

function writeGrow(writer: CodeWriter): void {
  const [frame, gas, end, far] = [0, 1, 2, 3]
  writeSmall(writer, () => {
    writer.get(frame)
    writer.get(gas)
    writer.i64(0, 0)
    writer.i64(-1, -1)
    writer.get(end)
    writer.get(far)
    writer.i64(0, 0)
    writer.byte(wasm.I64_NE)
    writer.byte(wasm.SELECT)
    writer.call(importIndex('payAndGrow'))
  })
}
