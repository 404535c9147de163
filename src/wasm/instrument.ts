import { assert } from '../primitives/index.ts'
import { InvalidModuleError } from './binary/reader.ts'
import { Writer } from './binary/writer.ts'
import type { CodeMap } from './codeMap.ts'
import { CodeMapDraft } from './codeMap.ts'
import type { Instruction } from './functionBody.ts'
import { readLocals, walkBody } from './functionBody.ts'
import type { GasSchedule } from './gasSchedule.ts'
import type { Layout } from './meterFunctions.ts'
import {
  beginFunctionBody,
  bulkFunctionBody,
  chargeFunctionBody,
  EMPTY_BLOCK,
  growFunctionBody,
  hasFunctionBody,
  layoutOf,
  METER_STATUS,
  maximumPages,
  writeStop,
} from './meterFunctions.ts'
import type { Metering } from './metering.ts'
import { countFunction, meteringOf } from './metering.ts'
import type { Module, Range } from './module.ts'
import { BLOCK_HEADER_INK, Op } from './opcodes.ts'
import { CONSTRUCTOR, ENTRY_POINT, MEMORY } from './validate.ts'

/** What the instrumented module exports to the host, besides what it exported before. */
export const METER_EXPORTS = {
  /** i64: ink left. */
  ink: 'meter.ink',
  /** i32: why the code stopped itself; one of {@link METER_STATUS}. */
  status: 'meter.status',
  /** i32: words of stack left. */
  stack: 'meter.stack',
  /** `(ink: i64, stack: i32, isUsed: i32)`: makes memory, globals and meters those of a frame that begins. */
  begin: 'meter.begin',
  /** `(price: f64) -> i32`: takes so much ink and answers 1; or all, and answers 0. */
  charge: 'meter.charge',
  /** `(price: f64) -> i32`: 1 when so much ink is left, else 0. */
  has: 'meter.has',
} as const

/** The one import that instrumentation adds: it pays for pages, grows the memory and answers as `memory.grow` would. */
export const GROW_IMPORT = { module: 'meter', name: 'grow' } as const

/** Exports that the host calls or reads; all others are dropped. */
const KEPT_EXPORTS: ReadonlySet<string> = new Set([ENTRY_POINT, CONSTRUCTOR, MEMORY])

/** Instrumented modules are 3 times as long as a compiler's; what is longer is moved. */
const LIKELY_GROWTH = 4

const I32 = 0x7f
const I64 = 0x7e
const F64 = 0x7c

/** A module that meters itself. */
export type Instrumented = {
  readonly bytes: Uint8Array
  readonly codeMap: CodeMap
  /** See `ModuleSize.meteredBytes`. */
  readonly meteredBytes: number
  /** V8's optimiser should not see it. */
  readonly isHeavy: boolean
}

/**
 * Rewrites a decoded module so that it meters itself: ink before each basic block and each bulk operation, words of stack
 * in each function, pages through the host. What a module computes is unchanged. Throws {@link InvalidModuleError} for
 * code that {@link walkBody} rejects, {@link AllowanceSpent} for more metered bytes than are allowed. O(bytes); the result is at most about 20 times as long.
 */
export function instrument(
  module: Module,
  schedule: GasSchedule,
  mostMeteredBytes = Number.POSITIVE_INFINITY,
): Instrumented {
  const metering = meteringOf(schedule, module, mostMeteredBytes)
  const layout = layoutOf(module, schedule)
  const codeMap = new CodeMapDraft()
  const output = new Writer(LIKELY_GROWTH * module.bytes.length + 512).raw(module.bytes.subarray(0, 8))
  writeSection(output, 1, (content) => writeTypes(content, module))
  writeSection(output, 2, (content) => writeImports(content, module, layout))
  writeSection(output, 3, (content) => {
    const { addedType, beginType, priceType } = layout
    const types = [...module.functions, addedType, beginType, priceType, priceType, addedType]
    content.u32(types.length)
    for (const type of types) content.u32(type)
  })
  if (module.table !== undefined) copySection(output, 4, module, module.table.range)
  writeSection(output, 5, (content) => writeMemory(content, module))
  writeSection(output, 6, (content) => writeGlobals(content, module))
  writeSection(output, 7, (content) => writeExports(content, module, layout))
  if (module.elements.length > 0) writeSection(output, 9, (content) => writeElements(content, module))
  writeSection(output, 12, (content) => content.u32(module.data?.segments.length ?? 0))
  const likelyBytes = LIKELY_GROWTH * module.bytes.length
  const codeAt = writeSection(
    output,
    10,
    (content) => writeCode(content, module, metering, layout, codeMap),
    likelyBytes,
  )
  codeMap.shift(0, codeAt)
  writeSection(output, 11, (content) => writeData(content, module))
  return {
    bytes: output.view(),
    codeMap: codeMap.finish(),
    meteredBytes: metering.bytes,
    isHeavy: metering.isHeavy,
  }
}

/** Returns where in the output the content begins; `likelyBytes` of it spare that it is moved while it grows. */
function writeSection(output: Writer, id: number, write: (content: Writer) => void, likelyBytes = 256): number {
  const content = new Writer(likelyBytes)
  write(content)
  output.byte(id).sized(content.view())
  return output.length - content.length
}

function copySection(output: Writer, id: number, { bytes }: Module, { start, end }: Range): void {
  output.byte(id).sized(bytes.subarray(start, end))
}

function writeTypes(content: Writer, { types }: Module): void {
  content.u32(types.length + 3)
  for (const { params, results } of types) {
    content.byte(0x60).u32(params.length)
    for (const type of params) content.byte(type === 'i32' ? I32 : I64)
    content.u32(results.length)
    for (const type of results) content.byte(type === 'i32' ? I32 : I64)
  }
  content.byte(0x60, 1, I32, 1, I32)
  content.byte(0x60, 3, I64, I32, I32, 0)
  content.byte(0x60, 1, F64, 1, I32)
}

function writeImports(content: Writer, { imports }: Module, layout: Layout): void {
  content.u32(imports.length + 1)
  for (const { module, name, type } of imports) content.utf8(module).utf8(name).byte(0).u32(type)
  content.utf8(GROW_IMPORT.module).utf8(GROW_IMPORT.name).byte(0).u32(layout.addedType)
}

function writeMemory(content: Writer, module: Module): void {
  assert(module.memory !== undefined, 'a validated module has a memory')
  content.byte(1, 1).u32(module.memory.initialPages).u32(maximumPages(module))
}

function writeGlobals(content: Writer, { bytes, globals }: Module): void {
  content.u32((globals?.count ?? 0) + 4)
  if (globals !== undefined) content.raw(bytes.subarray(globals.range.start, globals.range.end))
  content.byte(I64, 1, Op.i64Const, 0, Op.end)
  content.byte(I32, 1, Op.i32Const, 0, Op.end)
  content.byte(I32, 1, Op.i32Const, 0, Op.end)
  content.byte(I64, 1, Op.i64Const, 0, Op.end)
}

function writeExports(content: Writer, module: Module, layout: Layout): void {
  const kept = module.exports.filter(({ name }) => KEPT_EXPORTS.has(name))
  content.u32(kept.length + 6)
  for (const { name, kind, index } of kept) {
    if (kind === 'function') content.utf8(name).byte(0).u32(movedFunction(module, index))
    else content.utf8(name).byte(2).u32(index)
  }
  content.utf8(METER_EXPORTS.ink).byte(3).u32(layout.ink)
  content.utf8(METER_EXPORTS.status).byte(3).u32(layout.status)
  content.utf8(METER_EXPORTS.stack).byte(3).u32(layout.stack)
  content.utf8(METER_EXPORTS.begin).byte(0).u32(layout.beginFunction)
  content.utf8(METER_EXPORTS.charge).byte(0).u32(layout.chargeFunction)
  content.utf8(METER_EXPORTS.has).byte(0).u32(layout.hasFunction)
}

function movedFunction({ imports }: Module, index: number): number {
  return index < imports.length ? index : index + 1
}

function writeElements(content: Writer, module: Module): void {
  content.u32(module.elements.length)
  for (const { first, functions } of module.elements) {
    content.byte(0, Op.i32Const).signed(first).byte(Op.end).u32(functions.length)
    for (const index of functions) content.u32(movedFunction(module, index))
  }
}

function writeCode(content: Writer, module: Module, metering: Metering, layout: Layout, codeMap: CodeMapDraft): void {
  content.u32(module.bodies.length + 5)
  const metered = new MeteredBody(module, metering, layout, codeMap)
  module.bodies.forEach((range, index) => {
    const firstRun = codeMap.size
    try {
      const { body, codeAt } = metered.rewrite(index, range)
      content.sized(body)
      codeMap.shift(firstRun, content.length - body.length + codeAt)
    } catch (thrown) {
      if (!(thrown instanceof InvalidModuleError)) throw thrown
      throw new InvalidModuleError(`${thrown.reason} in function ${module.imports.length + index}`, thrown.offset)
    }
  })
  content.sized(bulkFunctionBody(layout))
  content.sized(beginFunctionBody(module, layout))
  content.sized(chargeFunctionBody(layout))
  content.sized(hasFunctionBody(layout))
  content.sized(growFunctionBody(layout))
}

/**
 * Data is put in place by {@link METER_EXPORTS}`.begin`, not by the instantiation, for an instance serves many frames; so the
 * segments are passive.
 */
function writeData(content: Writer, { bytes, data }: Module): void {
  const segments = data?.segments ?? []
  content.u32(segments.length)
  for (const { content: range } of segments) content.byte(1).sized(bytes.subarray(range.start, range.end))
}

const NO_RUN = -1

/**
 * Rewrites one function at a time. Instructions are held back until their basic block ends, because its price is written
 * before it. Ink is counted in a local, which V8 keeps in a register, and told to the global wherever others can look: before
 * a call, and before what can trap.
 *
 *   take the frame's words, or stop; ink = global
 *   block                      <- a charge that finds too little leaves this one
 *     block                    <- `return` and branches to the outermost label leave this one
 *       charge, instructions; charge, instructions; ...
 *     end
 *     give the words back; global = ink; return
 *   end
 *   stop: out of ink
 */
class MeteredBody {
  readonly #module: Module
  readonly #metering: Metering
  readonly #layout: Layout
  readonly #codeMap: CodeMapDraft
  readonly #block = new Writer(1_024)
  readonly #code: Writer
  readonly #body: Writer
  /** The local that counts. */
  #ink = 0
  #blockInk = 0
  #blockMayLeave = false
  #blockAccesses = 0
  /** Blocks around the basic block's first instruction; undefined before there is one. */
  #blockDepth: number | undefined
  #blockFirstRun = 0
  /** Bytes `[start, end)` of the module that go into the block as they stand; there are none at {@link NO_RUN}. */
  #runStart = NO_RUN
  #runEnd = 0

  constructor(module: Module, metering: Metering, layout: Layout, codeMap: CodeMapDraft) {
    this.#module = module
    this.#metering = metering
    this.#layout = layout
    this.#codeMap = codeMap
    const longest = module.bodies.reduce((most, { start, end }) => Math.max(most, end - start), 0)
    this.#code = new Writer(LIKELY_GROWTH * longest)
    this.#body = new Writer(LIKELY_GROWTH * longest)
  }

  /** The new body, which is good until the next is asked for, and where in it the code begins to whose start the body's part of the map is relative. */
  rewrite(index: number, range: Range): { readonly body: Uint8Array; readonly codeAt: number } {
    const type = this.#module.types[this.#module.functions[index] ?? -1]
    if (type === undefined) throw new InvalidModuleError('unknown type', range.start)
    const locals = readLocals(this.#module, type, range)
    this.#code.clear()
    this.#runStart = NO_RUN
    this.#ink = locals.count
    this.#blockFirstRun = this.#codeMap.size
    const size = walkBody(this.#module, this.#metering, type, range, locals, (instruction) => this.#add(instruction))
    const { frameWords } = size
    countFunction(this.#metering, size, range.start)

    const { stack, status } = this.#layout
    const body = this.#body
    body.clear()
    body
      .u32(locals.groups + 1)
      .raw(this.#module.bytes.subarray(locals.range.start, locals.range.end))
      .byte(1, I64)
    body.byte(Op.globalGet).u32(stack).byte(Op.i32Const).signed(frameWords).byte(Op.i32LtU, Op.if, EMPTY_BLOCK)
    writeStop(body, status, METER_STATUS.outOfStack)
    writeAdjust(body, stack, frameWords, Op.i32Sub)
    this.#takeUp(body)
    body.byte(Op.block, EMPTY_BLOCK, Op.block, blockType(type.results[0]))
    const codeAt = body.length
    body.raw(this.#code.view())
    writeAdjust(body, stack, frameWords, Op.i32Add)
    this.#tell(body)
    body.byte(Op.return, Op.end)
    writeStop(body, status, METER_STATUS.outOfInk)
    return { body: body.view(), codeAt }
  }

  #add(instruction: Readonly<Instruction>): void {
    this.#blockDepth ??= instruction.depth
    this.#blockInk += instruction.ink
    this.#blockAccesses += instruction.operation.accesses
    if (instruction.operation.mayLeave) this.#blockMayLeave = true
    this.#copy(instruction)
    if (instruction.operation.endsBlock) this.#endBlock()
  }

  #copy({ operation, start, end, callee, depth }: Readonly<Instruction>): void {
    switch (operation.code) {
      case Op.call:
        this.#writeCall(start, movedFunction(this.#module, callee))
        return
      case Op.return:
        this.#writeRun()
        this.#block.byte(Op.br).u32(depth)
        return
      case Op.memoryGrow:
        this.#writeCall(start, this.#layout.growFunction)
        return
      case Op.memoryCopy:
      case Op.memoryFill:
        this.#writeRun()
        this.#block.byte(Op.call).u32(this.#layout.bulkFunction)
        this.#takeUp(this.#block)
    }
    if (this.#runStart === NO_RUN) this.#runStart = start
    this.#runEnd = end
    if (operation.code !== Op.callIndirect) return
    this.#writeRun()
    this.#takeUp(this.#block)
  }

  #writeCall(start: number, index: number): void {
    this.#writeRun()
    this.#note(start)
    this.#block.byte(Op.call).u32(index)
    this.#takeUp(this.#block)
  }

  /** Writes the instructions that are copied as they stand, all of a run at once. */
  #writeRun(): void {
    if (this.#runStart === NO_RUN) return
    this.#note(this.#runStart)
    this.#block.raw(this.#module.bytes.subarray(this.#runStart, this.#runEnd))
    this.#runStart = NO_RUN
  }

  /** Counts on from what the global says. */
  #takeUp(code: Writer): void {
    code.byte(Op.globalGet).u32(this.#layout.ink).byte(Op.localSet).u32(this.#ink)
  }

  #tell(code: Writer): void {
    code.byte(Op.localGet).u32(this.#ink).byte(Op.globalSet).u32(this.#layout.ink)
  }

  /** The next byte of the block is the original's at `original`. */
  #note(original: number): void {
    this.#codeMap.add(this.#block.length, original)
  }

  /** No count falls far below 0: blocks are left at once, and no price of one is near 2^63. */
  #endBlock(): void {
    this.#writeRun()
    const code = this.#code
    const price = BLOCK_HEADER_INK + this.#blockInk
    code.byte(Op.localGet).u32(this.#ink).byte(Op.i64Const).signed(price).byte(Op.i64Sub)
    this.#takeSurcharge()
    code
      .byte(Op.localTee)
      .u32(this.#ink)
      .byte(Op.i64Const, 0, Op.i64LtS, Op.brIf)
      .u32((this.#blockDepth ?? 0) + 1)
    if (this.#blockMayLeave) this.#tell(code)
    this.#codeMap.shift(this.#blockFirstRun, code.length)
    code.raw(this.#block.view())
    this.#block.clear()
    this.#blockInk = 0
    this.#blockMayLeave = false
    this.#blockAccesses = 0
    this.#blockDepth = undefined
    this.#blockFirstRun = this.#codeMap.size
  }

  /** What the block's accesses cost more in a large memory, off what stands on the operand stack. */
  #takeSurcharge(): void {
    const { memorySurcharge, surcharge } = this.#layout
    if (memorySurcharge === undefined || this.#blockAccesses === 0) return
    this.#code.byte(Op.globalGet).u32(surcharge)
    if (this.#blockAccesses > 1) this.#code.byte(Op.i64Const).signed(this.#blockAccesses).byte(Op.i64Mul)
    this.#code.byte(Op.i64Sub)
  }
}

function blockType(result: string | undefined): number {
  if (result === undefined) return EMPTY_BLOCK
  return result === 'i32' ? I32 : I64
}

function writeAdjust(code: Writer, global: number, words: number, operation: number): void {
  code.byte(Op.globalGet).u32(global).byte(Op.i32Const).signed(words).byte(operation, Op.globalSet).u32(global)
}
