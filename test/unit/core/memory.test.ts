import { expect, test } from 'vitest'
import { layout } from '../../../src/core/index.ts'
import { toAddress, toHash } from '../../../src/primitives/index.ts'
import { createTestCore } from '../../harness/core.ts'

const { exports: core, memory } = createTestCore()
const at = core.allocate(64)
const TWO_64 = 1n << 64n

test.each([0n, 1n, TWO_64 - 1n, TWO_64, (1n << 128n) + 5n, 1n << 192n, 1n << 255n, (1n << 256n) - 1n])(
  'a word is read as it was written: %s',
  (word) => {
    memory.buffer.fill(0xee, at, at + 64)
    memory.writeWord(at, word)
    expect(memory.readWord(at)).toBe(word)
    const limbs = [0, 8, 16, 24].map((offset) => memory.view.getBigUint64(at + offset, true))
    expect(limbs.reduceRight((sum, limb) => sum * TWO_64 + limb)).toBe(word)
    expect(memory.buffer.subarray(at + 32, at + 64).every((byte) => byte === 0xee)).toBe(true)
  },
)

test.each([-1n, -(1n << 255n), 1n << 256n, (1n << 300n) + 7n])(
  'nothing else is written, not even a part: %s',
  (number) => {
    memory.writeWord(at, 5n)
    expect(() => memory.writeWord(at, number)).toThrow('a word has at most 256 bits')
    expect(memory.readWord(at)).toBe(5n)
  },
)

test('an address is a word, and the low 20 bytes of any word', () => {
  const address = toAddress('0x00112233445566778899aabbccddeeff01020304')
  memory.buffer.fill(0xee, at, at + 64)
  memory.writeAddress(at, address)
  expect(memory.readWord(at)).toBe(BigInt(address))
  memory.writeWord(at, BigInt(address) + (99n << 160n))
  expect(memory.readAddress(at)).toBe(address)
})

test('a hash is a word', () => {
  const hash = toHash(`0x00${'1f'.repeat(30)}ff`)
  memory.writeHash(at, hash)
  expect(memory.readWord(at)).toBe(BigInt(hash))
  expect(memory.readHash(at)).toBe(hash)
})

test('bytes that were read are a copy', () => {
  memory.writeBytes(at, Uint8Array.of(1, 2, 3))
  const bytes = memory.readBytes(at, 3)
  memory.writeBytes(at, Uint8Array.of(9, 9, 9))
  expect(bytes).toEqual(Uint8Array.of(1, 2, 3))
})

test('views are made anew when the memory grows', () => {
  memory.writeWord(at, 77n)
  const stale = memory.buffer
  memory.linear.grow(1)
  expect(stale.length).toBe(0)
  expect(memory.readWord(at)).toBe(77n)
  expect(memory.view.getUint8(at)).toBe(77)
  memory.writeAddress(at, toAddress(`0x${'12'.repeat(20)}`))
  expect(memory.readAddress(at)).toBe(`0x${'12'.repeat(20)}`)
  expect(memory.buffer.length).toBe(memory.linear.buffer.byteLength)
})

test('two cores on one module share nothing', () => {
  const other = createTestCore()
  const here = other.exports.allocate(32)
  other.memory.writeWord(here, 5n)
  memory.writeWord(here, 6n)
  expect(other.memory.readWord(here)).toBe(5n)
})

/** Where each field of a record ends, if it were a u32. */
function fieldEnds(prefix: string): number[] {
  const fields = Object.entries(layout).filter(([name]) => name.startsWith(prefix) && name !== 'FRAME_BYTES')
  return fields.map(([, offset]) => offset + 4)
}

test('regions hold what the map says, and follow one another', () => {
  const starts = [layout.CONTEXT, layout.FRAMES, layout.STACK, layout.RETURN, layout.MEMORY, layout.HEAP]
  expect(starts).toEqual([...starts].sort((a, b) => a - b))
  expect(layout.CONTEXT + layout.CONTEXT_BLOB_HASHES + layout.MAX_BLOB_HASHES * 32).toBeLessThanOrEqual(layout.FRAMES)
  expect(layout.FRAMES + (layout.MAX_DEPTH + 1) * layout.FRAME_BYTES).toBeLessThanOrEqual(layout.STACK)
  expect(Math.max(layout.FRAME_VALUE + layout.WORD_BYTES, ...fieldEnds('FRAME_'))).toBeLessThanOrEqual(
    layout.FRAME_BYTES,
  )
  expect(layout.STACK + (layout.MAX_DEPTH + 1) * layout.STACK_WORDS * 32).toBeLessThanOrEqual(layout.STACK_END)
  expect([layout.STACK_END, layout.RETURN_END, layout.MEMORY_END]).toEqual([layout.RETURN, layout.MEMORY, layout.HEAP])
})
