import { Writer } from './binary/writer.ts'
import type { GasSchedule, MemorySurcharge } from './gasSchedule.ts'
import { MAX_PAGES } from './limits.ts'
import type { Module } from './module.ts'
import { BULK_BYTE_INK, Op } from './opcodes.ts'

/** The type of a block without a result. */
export const EMPTY_BLOCK = 0x40
const I64 = 0x7e

/** Values of the status global. */
export const METER_STATUS = { running: 0, outOfInk: 1, outOfStack: 2 } as const

/** Indices in the new module. One function is imported after the old imports, so all own functions move up by one. */
export type Layout = {
  readonly ink: number
  readonly status: number
  readonly stack: number
  /** i64: what an access to memory costs more, while the memory is as large as it is. */
  readonly surcharge: number
  /** What it depends on; undefined when the memory cannot grow so large that there is one. */
  readonly memorySurcharge: MemorySurcharge | undefined
  /** What the host does for `memory.grow`. */
  readonly importedGrow: number
  /** Takes the place of `memory.grow`. */
  readonly growFunction: number
  readonly bulkFunction: number
  /** `(i32) -> i32`, the type of all three. */
  readonly addedType: number
  readonly beginFunction: number
  readonly chargeFunction: number
  readonly hasFunction: number
  readonly beginType: number
  /** `(f64) -> i32` */
  readonly priceType: number
}

/** The layout of this module's instrumentation. */
export function layoutOf(module: Module, { memorySurcharge }: GasSchedule): Layout {
  const globals = module.globals?.count ?? 0
  const importedGrow = module.imports.length
  const bulkFunction = importedGrow + 1 + module.functions.length
  return {
    ink: globals,
    status: globals + 1,
    stack: globals + 2,
    surcharge: globals + 3,
    memorySurcharge: maximumPages(module) > memorySurcharge.freePages ? memorySurcharge : undefined,
    importedGrow,
    bulkFunction,
    addedType: module.types.length,
    beginFunction: bulkFunction + 1,
    chargeFunction: bulkFunction + 2,
    hasFunction: bulkFunction + 3,
    growFunction: bulkFunction + 4,
    beginType: module.types.length + 1,
    priceType: module.types.length + 2,
  }
}

/** The size that the memory can reach: always bounded, so that growth never depends on the machine. */
export function maximumPages({ memory }: Module): number {
  return Math.min(memory?.maximumPages ?? MAX_PAGES, MAX_PAGES)
}

/** All that code can change and that is not of one size with its instance: memory, variables, meters. */
export function beginFunctionBody({ bytes, data, globals }: Module, layout: Layout): Uint8Array {
  const { ink, status, stack } = layout
  const code = new Writer().byte(0)
  // A fresh memory is zero, and what is not touched takes no memory of the machine.
  code.byte(Op.localGet, 2, Op.if, EMPTY_BLOCK, Op.i32Const, 0, Op.i32Const, 0)
  code.byte(Op.memorySize, 0, Op.i32Const, 16, Op.i32Shl, ...prefixed(Op.memoryFill), 0, Op.end)
  data?.segments.forEach(({ first, content }, index) => {
    code
      .byte(Op.i32Const)
      .signed(first | 0)
      .byte(Op.i32Const, 0, Op.i32Const)
      .signed(content.end - content.start)
    code
      .byte(...prefixed(Op.memoryInit))
      .u32(index)
      .byte(0)
  })
  for (const { index, initial } of globals?.variables ?? []) {
    code.raw(bytes.subarray(initial.start, initial.end)).byte(Op.globalSet).u32(index)
  }
  code.byte(Op.localGet, 0, Op.globalSet).u32(ink).byte(Op.localGet, 1, Op.globalSet).u32(stack)
  code.byte(Op.i32Const, METER_STATUS.running, Op.globalSet).u32(status)
  writeSurcharge(code, layout)
  return code.byte(Op.end).view()
}

/** `(pages) -> pages before or -1`: grows through the host, which is paid for it. */
export function growFunctionBody(layout: Layout): Uint8Array {
  const code = new Writer().byte(0, Op.localGet, 0, Op.call).u32(layout.importedGrow)
  writeSurcharge(code, layout)
  return code.byte(Op.end).view()
}

/** Sets what an access costs more to what it is for the memory's size. */
function writeSurcharge(code: Writer, { surcharge, memorySurcharge }: Layout): void {
  if (memorySurcharge === undefined) return
  const { freePages, mostPages, pageInk } = memorySurcharge
  code.byte(Op.memorySize, 0)
  writeClamp(code, mostPages, Op.i32LtU)
  writeClamp(code, freePages, Op.i32GtU)
  code.byte(Op.i32Const).signed(freePages).byte(Op.i32Sub, Op.i64ExtendI32U, Op.i64Const).signed(pageInk)
  code.byte(Op.i64Mul, Op.globalSet).u32(surcharge)
}

/** Replaces pages on the stack by `bound` unless the memory's size compares so with it. */
function writeClamp(code: Writer, bound: number, comparison: number): void {
  code.byte(Op.i32Const).signed(bound).byte(Op.memorySize, 0, Op.i32Const).signed(bound).byte(comparison, Op.select)
}

/** Takes so much ink and answers 1; or takes all and answers 0. */
export function chargeFunctionBody({ ink }: Layout): Uint8Array {
  const code = new Writer().byte(1, 1, I64, Op.localGet, 0, Op.i64TruncF64U, Op.localTee, 1, Op.globalGet).u32(ink)
  code.byte(Op.i64GtU, Op.if, EMPTY_BLOCK, Op.i64Const, 0, Op.globalSet).u32(ink)
  code.byte(Op.i32Const, 0, Op.return, Op.end, Op.globalGet).u32(ink).byte(Op.localGet, 1, Op.i64Sub, Op.globalSet)
  return code.u32(ink).byte(Op.i32Const, 1, Op.end).view()
}

/** Answers 1 when so much ink is left, else 0. */
export function hasFunctionBody({ ink }: Layout): Uint8Array {
  const code = new Writer().byte(0, Op.localGet, 0, Op.i64TruncF64U, Op.globalGet).u32(ink)
  return code.byte(Op.i64GtU, Op.i32Eqz, Op.end).view()
}

/** An instruction's two bytes. */
function prefixed(code: number): readonly [number, number] {
  return [code >> 8, code & 0xff]
}

/** `(length) -> length`, charging for a bulk operation of that many bytes. */
export function bulkFunctionBody({ ink, status }: Layout): Uint8Array {
  const code = new Writer().byte(1, 1, I64)
  code.byte(Op.localGet, 0, Op.i64ExtendI32U, Op.i64Const).signed(BULK_BYTE_INK).byte(Op.i64Mul, Op.localTee, 1)
  code.byte(Op.globalGet).u32(ink).byte(Op.i64GtU, Op.if, EMPTY_BLOCK)
  writeStop(code, status, METER_STATUS.outOfInk)
  code.byte(Op.globalGet).u32(ink).byte(Op.localGet, 1, Op.i64Sub, Op.globalSet).u32(ink)
  return code.byte(Op.localGet, 0, Op.end).view()
}

/** Says why, traps, and ends the block that is open. */
export function writeStop(code: Writer, statusGlobal: number, status: number): void {
  code.byte(Op.i32Const, status, Op.globalSet).u32(statusGlobal).byte(Op.unreachable, Op.end)
}
