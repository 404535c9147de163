import { Writer } from '../../../src/wasm/binary/writer.ts'
import { OPERATIONS } from '../../../src/wasm/opcodes.ts'
import type { Random } from '../../fuzz/random.ts'

type Type = 'i32' | 'i64'
/** An instruction without flow: what it takes, what it gives, and what follows its opcode. */
type Plain = {
  readonly code: number
  readonly params: readonly Type[]
  readonly result: Type | undefined
  readonly access: 'load' | 'store' | 'none'
  readonly divides: boolean
}

const VALUE_TYPES = { i32: 0x7f, i64: 0x7e } as const
/** Of each function: its parameters, and a counter that bounds its loops as the last local. */
const LOCALS: readonly Type[] = ['i32', 'i64', 'i32', 'i64', 'i32']
const COUNTER = LOCALS.length - 1
const GLOBALS: readonly Type[] = ['i32', 'i64', 'i32', 'i64']
/** One function of each type, the last ones called by the ones before: nothing recurs. */
const FUNCTIONS: readonly (readonly Type[])[] = [['i32'], ['i32', 'i64'], ['i64', 'i32'], ['i32']]
const RESULTS: readonly Type[] = ['i32', 'i64', 'i32', 'i32']
const TABLE_ENTRIES = 4
const MAX_DEPTH = 5

/** Every allowed instruction without flow, from its name. */
const plains: readonly Plain[] = [...OPERATIONS.values()].flatMap(({ name, code }): Plain[] => {
  const match = /^(i32|i64)\.(\w+)$/.exec(name)
  if (match === null || match[2] === 'const') return []
  const [type, operation = ''] = [match[1] as Type, match[2]]
  const plain = (params: readonly Type[], result: Type | undefined, access: Plain['access'] = 'none'): Plain[] => [
    { code, params, result, access, divides: /^(div|rem)/.test(operation) },
  ]
  if (operation.startsWith('load')) return plain(['i32'], type, 'load')
  if (operation.startsWith('store')) return plain(['i32', type], undefined, 'store')
  if (operation === 'wrap_i64') return plain(['i64'], 'i32')
  if (operation.startsWith('extend_i32')) return plain(['i32'], 'i64')
  if (operation === 'eqz') return plain([type], 'i32')
  if (/^(clz|ctz|popcnt|extend)/.test(operation)) return plain([type], type)
  return plain([type, type], /^(eq|ne|[lg][te])/.test(operation) ? 'i32' : type)
})
const giving: Readonly<Record<Type, readonly Plain[]>> = {
  i32: plains.filter(({ result }) => result === 'i32'),
  i64: plains.filter(({ result }) => result === 'i64'),
}
const stores = plains.filter(({ access }) => access === 'store')

/**
 * A valid module with instructions of every allowed kind, typed, without endless loops: its entry point computes, leaves much of
 * it in memory and in globals, and returns or traps. It imports nothing.
 */
export function generatedModule(random: Random): Uint8Array {
  const bodies = FUNCTIONS.map((_, index) => new Body(random, index).write())
  const output = new Writer().raw(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))
  const section = (id: number, content: Writer): void => void output.byte(id).sized(content.view())

  section(
    1,
    FUNCTIONS.reduce((content, params, index) => {
      content.byte(0x60).u32(params.length)
      for (const type of params) content.byte(VALUE_TYPES[type])
      return content.byte(1, VALUE_TYPES[RESULTS[index] ?? 'i32'])
    }, new Writer().u32(FUNCTIONS.length)),
  )
  section(3, new Writer().u32(FUNCTIONS.length).byte(...FUNCTIONS.keys()))
  section(4, new Writer().byte(1, 0x70, 0, TABLE_ENTRIES))
  const pages = random.oneIn(4) ? random.between(6, 10) : random.oneIn(10) ? 0 : random.between(1, 2)
  section(5, new Writer().byte(1, 1, pages, pages + random.between(0, 3)))
  const globals = new Writer().u32(GLOBALS.length)
  for (const type of GLOBALS) constant(globals.byte(VALUE_TYPES[type], 1), type, random).byte(0x0b)
  section(6, globals)
  section(7, new Writer().byte(2).utf8('memory').byte(2, 0).utf8('user_entrypoint').byte(0, 0))
  // Entry 0 stays empty.
  section(9, new Writer().byte(1, 0, 0x41, 1, 0x0b, TABLE_ENTRIES - 1, 1, 2, 3))
  const code = new Writer().u32(bodies.length)
  for (const body of bodies) code.sized(body)
  section(10, code)
  return output.view().slice()
}

function constant(code: Writer, type: Type, random: Random): Writer {
  const telling = [0, 1, -1, 2, 31, 32, 63, 64, 255, 65_535, 65_536, 0x7fff_ffff, -0x8000_0000]
  const value = random.oneIn(2) ? random.pick(telling) : random.next() | 0
  if (type === 'i32') return code.byte(0x41).signed(value)
  return code.byte(0x42).signed(random.oneIn(2) ? value : value * 0x10_0000 + random.below(0x10_0000))
}

/** A function in the making. What is written leaves on the operand stack what its name says. */
class Body {
  readonly #random: Random
  readonly #function: number
  readonly #params: readonly Type[]
  readonly #code = new Writer(512)
  /** What a branch to each open block takes with it, the innermost last; `loop` for none and backwards. */
  readonly #labels: (Type | 'none' | 'loop')[] = []
  #left = 60

  constructor(random: Random, index: number) {
    this.#random = random
    this.#function = index
    this.#params = FUNCTIONS[index] ?? []
    this.#labels.push(RESULTS[index] ?? 'i32')
  }

  write(): Uint8Array {
    const code = this.#code
    code.u32(LOCALS.length)
    for (const type of LOCALS) code.byte(1, VALUE_TYPES[type])
    code.byte(0x41, 12, 0x21).u32(this.#params.length + COUNTER)
    for (let count = this.#random.between(2, 8); count > 0; count -= 1) this.#statement(0)
    this.#keep()
    this.#value(RESULTS[this.#function] ?? 'i32', 0)
    return code.byte(0x0b).view().slice()
  }

  /** Writes locals and globals to memory, where they are compared; traps where there is none. */
  #keep(): void {
    const base = 32 * this.#function
    LOCALS.slice(0, COUNTER).forEach((type, index) => {
      this.#code
        .byte(0x41)
        .signed(base + 8 * index)
        .byte(0x20)
        .u32(this.#params.length + index)
      this.#code.byte(type === 'i32' ? 0x36 : 0x37, 0, 0)
    })
    GLOBALS.forEach((type, index) => {
      this.#code
        .byte(0x41)
        .signed(128 + 8 * index)
        .byte(0x23)
        .u32(index)
        .byte(type === 'i32' ? 0x36 : 0x37, 0, 0)
    })
  }

  #statement(depth: number): unknown {
    this.#left -= 1
    const random = this.#random
    const isDeep = depth >= MAX_DEPTH || this.#left <= 0
    switch (isDeep ? random.below(4) : random.below(14)) {
      case 0:
        return this.#assign(depth)
      case 1: {
        const store = random.pick(stores)
        this.#address(depth)
        this.#value(store.params[1] ?? 'i32', depth + 1)
        return this.#plain(store)
      }
      case 2:
        this.#value(random.pick(['i32', 'i64']), depth + 1)
        return this.#code.byte(0x1a)
      case 3:
        return this.#code.byte(0x01)
      case 4:
        this.#value('i32', depth + 1)
        this.#code.byte(0x04, 0x40)
        this.#inBlock('none', depth)
        if (random.oneIn(2)) {
          this.#code.byte(0x05)
          this.#inBlock('none', depth)
        }
        return this.#code.byte(0x0b)
      case 5:
        this.#code.byte(0x02, 0x40)
        this.#inBlock('none', depth)
        return this.#code.byte(0x0b)
      case 6:
        return this.#loop(depth)
      case 7:
        return this.#bulk(depth)
      case 8:
        return this.#branchIf(depth)
      case 9:
        return this.#leave(depth)
      case 10:
        return this.#branchTable(depth)
      default:
        return this.#assign(depth)
    }
  }

  #assign(depth: number): void {
    const random = this.#random
    if (random.oneIn(3)) {
      const index = random.below(GLOBALS.length)
      this.#value(GLOBALS[index] ?? 'i32', depth + 1)
      this.#code.byte(0x24).u32(index)
      return
    }
    const index = random.below(COUNTER)
    this.#value(LOCALS[index] ?? 'i32', depth + 1)
    this.#code.byte(0x21).u32(this.#params.length + index)
  }

  #inBlock(label: Type | 'none' | 'loop', depth: number): void {
    this.#labels.push(label)
    for (let count = this.#random.below(4); count > 0; count -= 1) this.#statement(depth + 1)
    this.#labels.pop()
  }

  /** Goes round while the function's counter lasts. */
  #loop(depth: number): void {
    const counter = this.#params.length + COUNTER
    this.#code.byte(0x03, 0x40)
    this.#inBlock('loop', depth)
    this.#code.byte(0x20).u32(counter).byte(0x41, 1, 0x6b, 0x22).u32(counter).byte(0x41, 0, 0x4a)
    // Not from within: what stands inside must not go round without counting.
    this.#code.byte(0x0d, 0, 0x0b)
  }

  #bulk(depth: number): void {
    this.#address(depth)
    if (this.#random.oneIn(2)) this.#address(depth)
    else this.#value('i32', depth + 1)
    this.#code.byte(0x41).signed(this.#random.below(300))
    if (this.#random.oneIn(2)) this.#code.byte(0xfc, 0x0a, 0, 0)
    else this.#code.byte(0xfc, 0x0b, 0)
  }

  /** The open blocks to which a branch is no step back, counted from the innermost. */
  #targets(): readonly number[] {
    return [...this.#labels.keys()]
      .filter((at) => this.#labels[at] !== 'loop')
      .map((at) => this.#labels.length - 1 - at)
  }

  #labelAt(target: number): Type | 'none' | 'loop' {
    return this.#labels[this.#labels.length - 1 - target] ?? 'none'
  }

  #branchIf(depth: number): void {
    const target = this.#random.pick(this.#targets())
    const label = this.#labelAt(target)
    const takes = label === 'i32' || label === 'i64'
    if (takes) this.#value(label, depth + 1)
    this.#value('i32', depth + 1)
    this.#code.byte(0x0d).u32(target)
    if (takes) this.#code.byte(0x1a)
  }

  /** A branch or return that is taken, in an `if` of its own so that more can follow; operands lie below, dead code behind. */
  #leave(depth: number): void {
    const random = this.#random
    this.#value('i32', depth + 1)
    this.#code.byte(0x04, 0x40)
    this.#labels.push('none')
    if (random.oneIn(2)) this.#value('i64', depth + 1)
    if (random.oneIn(6)) this.#code.byte(0x00)
    else if (random.oneIn(2)) {
      this.#value(RESULTS[this.#function] ?? 'i32', depth + 1)
      this.#code.byte(0x0f)
    } else {
      const target = random.pick(this.#targets())
      const label = this.#labelAt(target)
      if (label === 'i32' || label === 'i64') this.#value(label, depth + 1)
      this.#code.byte(0x0c).u32(target)
    }
    if (random.oneIn(2)) this.#code.byte(0x6a, 0x1a)
    this.#labels.pop()
    this.#code.byte(0x0b)
  }

  #branchTable(depth: number): void {
    this.#code.byte(0x02, 0x40, 0x02, 0x40, 0x02, 0x40)
    this.#value('i32', depth + 1)
    this.#code.byte(0x41, 3, 0x71, 0x0e, 2, 0, 1, 2, 0x0b)
    this.#labels.push('none', 'none')
    this.#statement(depth + 1)
    this.#code.byte(0x0b)
    this.#labels.pop()
    this.#statement(depth + 1)
    this.#labels.pop()
    this.#code.byte(0x0b)
  }

  /** Mostly inside the memory. */
  #address(depth: number): void {
    this.#value('i32', depth + 1)
    if (!this.#random.oneIn(12))
      this.#code
        .byte(0x41)
        .signed(this.#random.pick([0xff, 0xfff, 0x7fff]))
        .byte(0x71)
  }

  #value(type: Type, depth: number): unknown {
    this.#left -= 1
    const random = this.#random
    const isDeep = depth >= MAX_DEPTH + 3 || this.#left <= 0
    switch (isDeep ? random.below(3) : random.below(12)) {
      case 0:
        return constant(this.#code, type, random)
      case 1:
        return this.#get(type)
      case 2: {
        const index = random.pick([...GLOBALS.keys()].filter((at) => GLOBALS[at] === type))
        return this.#code.byte(0x23).u32(index)
      }
      case 3:
        return this.#blockOf(type, depth)
      case 4:
        return this.#select(type, depth)
      case 5:
        return this.#call(type, depth)
      case 6: {
        const index = random.pick([...LOCALS.keys()].filter((at) => LOCALS[at] === type && at < COUNTER))
        this.#value(type, depth + 1)
        return this.#code.byte(0x22).u32(this.#params.length + index)
      }
      case 7:
        if (type === 'i64') return this.#get(type)
        if (random.oneIn(2)) return this.#code.byte(0x3f, 0)
        this.#value('i32', depth + 1)
        return this.#code.byte(0x41, 1, 0x71, 0x40, 0)
      default: {
        const operation = random.pick(giving[type])
        if (operation.access === 'load') this.#address(depth)
        else for (const param of operation.params) this.#value(param, depth + 1)
        // Mostly no division by zero.
        if (operation.divides && !random.oneIn(20)) {
          if (type === 'i32') this.#code.byte(0x41, 1, 0x72)
          else this.#code.byte(0x42, 1, 0x84)
        }
        return this.#plain(operation)
      }
    }
  }

  #get(type: Type): void {
    const all = [...this.#params, ...LOCALS]
    this.#code.byte(0x20).u32(this.#random.pick([...all.keys()].filter((at) => all[at] === type)))
  }

  #plain({ code, access }: Plain): void {
    this.#code.byte(code)
    if (access !== 'none')
      this.#code.byte(0).u32(this.#random.oneIn(60) ? this.#random.below(70_000) : this.#random.below(64))
  }

  #blockOf(type: Type, depth: number): void {
    const valueType = VALUE_TYPES[type]
    if (this.#random.oneIn(2)) {
      this.#value('i32', depth + 1)
      this.#code.byte(0x04, valueType)
      this.#resultOf(type, depth)
      this.#code.byte(0x05)
      this.#resultOf(type, depth)
    } else {
      this.#code.byte(0x02, valueType)
      this.#resultOf(type, depth)
    }
    this.#code.byte(0x0b)
  }

  #resultOf(type: Type, depth: number): void {
    this.#labels.push(type)
    for (let count = this.#random.below(3); count > 0; count -= 1) this.#statement(depth + 1)
    this.#value(type, depth + 1)
    this.#labels.pop()
  }

  #select(type: Type, depth: number): void {
    this.#value(type, depth + 1)
    this.#value(type, depth + 1)
    this.#value('i32', depth + 1)
    this.#code.byte(0x1b)
  }

  /** Of a later function, directly or through the table, whose entries may be empty or of another type. */
  #call(type: Type, depth: number): unknown {
    const callable = [...FUNCTIONS.keys()].filter((at) => at > this.#function && RESULTS[at] === type)
    if (callable.length === 0) return constant(this.#code, type, this.#random)
    const callee = this.#random.pick(callable)
    for (const param of FUNCTIONS[callee] ?? []) this.#value(param, depth + 1)
    if (this.#random.oneIn(2)) return this.#code.byte(0x10).u32(callee)
    // An entry of the table is never a function before this one's.
    const entry = this.#random.oneIn(12) ? this.#random.pick([0, TABLE_ENTRIES]) : callee
    return this.#code.byte(0x41).signed(entry).byte(0x11).u32(callee).byte(0)
  }
}
