import { Writer } from '../../../src/wasm/binary/writer.ts'
import { Op } from '../../../src/wasm/opcodes.ts'

const I32 = 0x7f
const I64 = 0x7e
const EMPTY = 0x40
const LOOP = 0x03
const ELSE = 0x05
const BR_TABLE = 0x0e
const DROP = 0x1a
const I64_LOAD = 0x29
const I64_STORE = 0x37
const I64_ADD = 0x7c

/** What a shape is made with: each shape says what it makes of the numbers. */
export type Size = { readonly locals: number; readonly blocks: number; readonly statements: number }

/** A family of function bodies: code of `size`, for a function `(i32) -> i32` with i64 locals from index 1 on. */
export type Shape = { readonly name: string; readonly sizes: readonly Size[]; write(code: Writer, size: Size): void }

/** `statements` assignments, to the locals in turn, from `first` on. */
function assign(code: Writer, { locals, statements }: Size, first: number): void {
  for (let index = 0; index < statements; index += 1) {
    const target = 1 + ((first + index) % locals)
    const source = 1 + ((first + index * 7 + 3) % locals)
    code.byte(Op.localGet).u32(source).byte(Op.localGet).u32(target).byte(I64_ADD, Op.localSet).u32(target)
  }
}

function continueIf(code: Writer, depth: number): void {
  code.byte(Op.localGet, 0, Op.brIf).u32(depth)
}

function nested(open: number): Shape['write'] {
  return (code, size) => {
    for (let depth = 0; depth < size.blocks; depth += 1) {
      code.byte(open, EMPTY)
      assign(code, size, depth * size.statements)
    }
    for (let depth = 0; depth < size.blocks; depth += 1) {
      if (open === LOOP) continueIf(code, 0)
      code.byte(Op.end)
    }
  }
}

function sequence(open: number): Shape['write'] {
  return (code, size) => {
    for (let index = 0; index < size.blocks; index += 1) {
      if (open === Op.if) code.byte(Op.localGet, 0)
      code.byte(open, EMPTY)
      assign(code, size, index * size.statements)
      if (open === Op.if) {
        code.byte(ELSE)
        assign(code, size, index * size.statements + 1)
      } else continueIf(code, 0)
      code.byte(Op.end)
    }
  }
}

/** Blocks inside each other, each left from the innermost by a branch with other values in the locals. */
function branchesOut(code: Writer, size: Size): void {
  for (let depth = 0; depth < size.blocks; depth += 1) code.byte(Op.block, EMPTY)
  for (let depth = 0; depth < size.blocks; depth += 1) {
    assign(code, size, depth)
    continueIf(code, depth)
  }
  for (let depth = 0; depth < size.blocks; depth += 1) code.byte(Op.end)
}

/** Loops inside each other, with branches from the innermost to each. */
function branchesBack(code: Writer, size: Size): void {
  for (let depth = 0; depth < size.blocks; depth += 1) code.byte(LOOP, EMPTY)
  for (let depth = 0; depth < size.blocks; depth += 1) {
    assign(code, size, depth)
    continueIf(code, depth)
  }
  for (let depth = 0; depth < size.blocks; depth += 1) code.byte(Op.end)
}

/** One `br_table` of `statements` targets in each of `blocks` blocks. */
function tables(code: Writer, size: Size): void {
  for (let index = 0; index < size.blocks; index += 1) {
    code.byte(Op.block, EMPTY, Op.block, EMPTY)
    assign(code, { ...size, statements: Math.min(size.locals, 8) }, index)
    code.byte(Op.localGet, 0, BR_TABLE).u32(size.statements)
    for (let target = 0; target <= size.statements; target += 1) code.u32(target % 2)
    code.byte(Op.end, Op.end)
  }
}

/** One `br_table` with a target of its own for each of `blocks` blocks inside each other. */
function wideTable(code: Writer, size: Size): void {
  for (let depth = 0; depth < size.blocks; depth += 1) code.byte(Op.block, EMPTY)
  for (let repeat = 0; repeat < size.statements; repeat += 1) {
    assign(code, { ...size, statements: 1 }, repeat)
    code.byte(Op.block, EMPTY, Op.localGet, 0, BR_TABLE).u32(size.blocks)
    for (let target = 0; target <= size.blocks; target += 1) code.u32(target)
    code.byte(Op.end)
  }
  for (let depth = 0; depth < size.blocks; depth += 1) code.byte(Op.end)
}

/** Calls of itself with all locals alive across each. */
function calls(code: Writer, size: Size): void {
  for (let index = 0; index < size.blocks; index += 1) {
    assign(code, size, index)
    code.byte(Op.localGet, 0, Op.call).u32(0).byte(DROP)
  }
  assign(code, { ...size, statements: size.locals }, 0)
}

function indirectCalls(code: Writer, size: Size): void {
  for (let index = 0; index < size.blocks; index += 1) {
    assign(code, size, index)
    code.byte(Op.localGet, 0, Op.localGet, 0, Op.callIndirect, 0, 0, DROP)
  }
}

/** Loads and stores of one basic block after the other. */
function memory(code: Writer, size: Size): void {
  for (let index = 0; index < size.blocks; index += 1) {
    code.byte(Op.localGet, 0, Op.localGet, 0, I64_LOAD, 3).u32(8 * index)
    code.byte(I64_STORE, 3).u32(8 * index + 4)
  }
}

/** One long basic block. */
function straight(code: Writer, size: Size): void {
  for (let index = 0; index < size.blocks; index += 1) assign(code, size, index * size.statements)
}

/** Globals written and read in loops inside each other. */
function globals(code: Writer, size: Size): void {
  for (let depth = 0; depth < size.blocks; depth += 1) {
    code.byte(LOOP, EMPTY)
    for (let index = 0; index < size.statements; index += 1) {
      code.byte(Op.globalGet, 0, Op.i64Const, 1, I64_ADD, Op.globalSet, 0)
    }
  }
  for (let depth = 0; depth < size.blocks; depth += 1) {
    continueIf(code, 0)
    code.byte(Op.end)
  }
}

const size = (locals: number, blocks: number, statements: number): Size => ({ locals, blocks, statements })

/** Shapes whose compilation may take more than their length says, at sizes up to the limits. */
export const SHAPES: readonly Shape[] = [
  {
    name: 'loops inside each other',
    sizes: [
      size(345, 900, 12),
      size(345, 225, 48),
      size(345, 60, 170),
      size(345, 900, 1),
      size(16, 900, 12),
      size(1, 1000, 1),
    ],
    write: nested(LOOP),
  },
  { name: 'blocks inside each other', sizes: [size(345, 900, 12)], write: nested(Op.block) },
  {
    name: 'loops in sequence',
    sizes: [size(345, 1200, 9), size(345, 6000, 1), size(345, 150, 80), size(12, 2700, 1), size(16, 1200, 9)],
    write: sequence(LOOP),
  },
  { name: 'ifs in sequence', sizes: [size(345, 900, 6), size(345, 4000, 1), size(16, 900, 6)], write: sequence(Op.if) },
  { name: 'branches out of blocks', sizes: [size(345, 900, 10), size(345, 1000, 1)], write: branchesOut },
  {
    name: 'branches back to loops',
    sizes: [size(345, 900, 10), size(345, 1000, 1), size(16, 1000, 10)],
    write: branchesBack,
  },
  { name: 'tables of two targets', sizes: [size(345, 30, 4000), size(345, 800, 50)], write: tables },
  {
    name: 'tables of many targets',
    sizes: [size(345, 1000, 60), size(345, 250, 250), size(1, 1000, 60)],
    write: wideTable,
  },
  { name: 'calls', sizes: [size(345, 3500, 3), size(345, 12000, 0), size(1, 12000, 0)], write: calls },
  { name: 'indirect calls', sizes: [size(345, 3000, 3), size(13, 8000, 0)], write: indirectCalls },
  { name: 'loads and stores', sizes: [size(1, 8000, 0)], write: memory },
  { name: 'one basic block', sizes: [size(345, 1, 16000), size(16, 1, 16000)], write: straight },
  { name: 'globals in loops', sizes: [size(1, 900, 10)], write: globals },
]

function section(output: Writer, id: number, write: (content: Writer) => void): void {
  const content = new Writer()
  write(content)
  output.byte(id).sized(content.view())
}

/** A contract whose one function, with so many i64 locals, has this code; its first local is its parameter. */
export function shapedModule(write: (code: Writer) => void, locals: number): Uint8Array {
  const output = new Writer().byte(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)
  section(output, 1, (content) => content.byte(1, 0x60, 1, I32, 1, I32))
  section(output, 3, (content) => content.byte(1, 0))
  section(output, 4, (content) => content.byte(1, 0x70, 0, 1))
  section(output, 5, (content) => content.byte(1, 0, 1))
  section(output, 6, (content) => content.byte(1, I64, 1, Op.i64Const, 0, Op.end))
  section(output, 7, (content) => content.byte(2).utf8('user_entrypoint').byte(0, 0).utf8('memory').byte(2, 0))
  section(output, 10, (content) => {
    const body = new Writer().byte(1).u32(locals).byte(I64)
    write(body)
    content.byte(1).sized(body.byte(Op.localGet, 0, Op.end).view())
  })
  return output.view().slice()
}
