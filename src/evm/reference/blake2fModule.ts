/**
 * BLAKE2b's mixing rounds as a WebAssembly module, spelt out here byte by byte: 64-bit additions and rotations are one
 * instruction each, where the package's pairs of 32-bit numbers take 27 times as long. One gas buys one round, so a slow
 * round is a way to stop a node.
 *
 * `rounds(count: i32)` mixes the sixteen words at `STATE_AT` with the message words at `MESSAGE_AT`, all little-endian.
 * Source: RFC 7693, section 3.1 and 2.7; EIP-152; WebAssembly core specification 1.0, chapter 5.
 */

/** Where the module expects the sixteen words of state. */
export const STATE_AT = 192
/** Where it expects the sixteen words of the message. */
export const MESSAGE_AT = 320

/** The order of message words in each of ten rounds, then over again. Source: RFC 7693, section 2.7. */
const SCHEDULE = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
]

/** Columns, then diagonals. */
const QUARTERS = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
] as const

const ROW_BYTES = 16
const TABLE_BYTES = SCHEDULE.length * ROW_BYTES

/** Locals: the rounds to go, the address of this round's row of the schedule, then the sixteen words. */
const [ROUNDS, ROW, WORDS] = [0, 1, 2]

const I32 = 0x7f
const I64 = 0x7e
const LOCAL_GET = 0x20
const LOCAL_SET = 0x21
const I32_CONST = 0x41
const END = 0x0b

type Code = readonly number[]

/** Unsigned LEB128; also right for `i32.const` of what needs no sign bit. */
function uleb(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...uleb(value >>> 7)]
}

const sized = (content: Code): Code => [...uleb(content.length), ...content]
const section = (id: number, content: Code): Code => [id, ...sized(content)]
const word = (index: number): Code => [LOCAL_GET, WORDS + index]
const setWord = (index: number): Code => [LOCAL_SET, WORDS + index]
const i64Load = (offset: number): Code => [0x29, 3, ...uleb(offset)]
const i64Store = (offset: number): Code => [0x37, 3, ...uleb(offset)]
const i64Add: Code = [0x7c]

/** `a += b` and, when asked, plus the message word that the schedule names at `place`. */
function add(a: number, b: number, place?: number): Code {
  const message = place === undefined ? [] : [LOCAL_GET, ROW, 0x2d, 0, place, ...i64Load(MESSAGE_AT), ...i64Add]
  return [...word(a), ...word(b), ...i64Add, ...message, ...setWord(a)]
}

/** `a = rotate right (a xor b) by bits`. */
function mix(a: number, b: number, bits: number): Code {
  return [...word(a), ...word(b), 0x85, 0x42, ...uleb(bits), 0x8a, ...setWord(a)]
}

/** RFC 7693, section 3.1: the function G. */
function quarter([a, b, c, d]: (typeof QUARTERS)[number], index: number): Code {
  const [x, y] = [2 * index, 2 * index + 1]
  const first = [...add(a, b, x), ...mix(d, a, 32), ...add(c, d), ...mix(b, c, 24)]
  return [...first, ...add(a, b, y), ...mix(d, a, 16), ...add(c, d), ...mix(b, c, 63)]
}

function body(): Code {
  const indices = Array.from({ length: 16 }, (_, index) => index)
  const load = indices.flatMap((index) => [I32_CONST, 0, ...i64Load(STATE_AT + 8 * index), ...setWord(index)])
  const store = indices.flatMap((index) => [I32_CONST, 0, ...word(index), ...i64Store(STATE_AT + 8 * index)])
  // row = row + ROW_BYTES == TABLE_BYTES ? 0 : row + ROW_BYTES
  const next = [LOCAL_GET, ROW, I32_CONST, ROW_BYTES, 0x6a, 0x22, ROW]
  const wrap = [
    I32_CONST,
    0,
    LOCAL_GET,
    ROW,
    LOCAL_GET,
    ROW,
    I32_CONST,
    ...uleb(TABLE_BYTES),
    0x46,
    0x1b,
    LOCAL_SET,
    ROW,
  ]
  const step = [...QUARTERS.flatMap(quarter), ...next, 0x1a, ...wrap]
  const countDown = [LOCAL_GET, ROUNDS, I32_CONST, 1, 0x6b, 0x22, ROUNDS, 0x0d, 0]
  const loop = [LOCAL_GET, ROUNDS, 0x04, 0x40, 0x03, 0x40, ...step, ...countDown, END, END]
  return [2, 1, I32, 16, I64, ...load, ...loop, ...store, END]
}

const name = (text: string): Code => sized([...Buffer.from(text)])

/** The module's bytes. It exports `memory` (one page) and `rounds`. */
export function blake2fModule(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, I32, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name('rounds'), 0, 0]),
    ...section(10, [1, ...sized(body())]),
    ...section(11, [1, 0, I32_CONST, 0, END, ...sized(SCHEDULE.flatMap((row) => row.map((index) => 8 * index)))]),
  ])
}
