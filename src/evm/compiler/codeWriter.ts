import * as wasm from './instructions.ts'

/** Alignment hints, as powers of two. All pointers of the core are aligned to a word's limbs but those into EVM memory. */
const ALIGN_BYTE = 0
const ALIGN_2 = 1
const ALIGN_4 = 2
const ALIGN_8 = 3

/**
 * WebAssembly, written front to back into one buffer that grows: no tree, no list of instructions. What is known only later
 * (the size of a function, its number of locals) gets a field of fixed width that is filled in then.
 */
export class CodeWriter {
  #bytes = new Uint8Array(0x10000)
  length = 0

  /** Forgets what was written and keeps the room. */
  clear(): void {
    this.length = 0
  }

  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length)
  }

  /** Makes room, so that what follows may be written byte by byte. */
  #reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return
    const grown = new Uint8Array(2 * this.#bytes.length + count)
    grown.set(this.#bytes)
    this.#bytes = grown
  }

  byte(value: number): void {
    const at = this.length
    if (at === this.#bytes.length) this.#reserve(1)
    this.#bytes[at] = value
    this.length = at + 1
  }

  bytes(values: ArrayLike<number>): void {
    this.#reserve(values.length)
    this.#bytes.set(values, this.length)
    this.length += values.length
  }

  /** LEB128 of 0 to 2^32 - 1. */
  u32(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    this.byte(rest)
  }

  /** LEB128 of a signed 64-bit number in two halves. */
  s64(low: number, high: number): void {
    let lowRest = low | 0
    let highRest = high | 0
    while (true) {
      const septet = lowRest & 0x7f
      lowRest = (lowRest >>> 7) | (highRest << 25)
      highRest >>= 7
      const sign = (septet & 0x40) === 0 ? 0 : -1
      if (lowRest === sign && highRest === sign) {
        this.byte(septet)
        return
      }
      this.byte(septet | 0x80)
    }
  }

  name(text: string): void {
    this.u32(text.length)
    for (let i = 0; i < text.length; i++) this.byte(text.charCodeAt(i))
  }

  /** A field for a number below 2^21 that {@link fill} writes later; returns where it is. */
  field(): number {
    this.bytes([0x80, 0x80, 0x00])
    return this.length - 3
  }

  fill(field: number, value: number): void {
    this.#bytes[field] = (value & 0x7f) | 0x80
    this.#bytes[field + 1] = ((value >>> 7) & 0x7f) | 0x80
    this.#bytes[field + 2] = value >>> 14
  }

  /** {@link field}, for numbers below 2^31. */
  wideField(): number {
    this.bytes([0x80, 0x80, 0x80, 0x80, 0x00])
    return this.length - 5
  }

  fillWide(field: number, value: number): void {
    for (let i = 0; i < 5; i++) this.#bytes[field + i] = ((value >>> (7 * i)) & 0x7f) | (i < 4 ? 0x80 : 0)
  }

  get(local: number): void {
    this.byte(wasm.LOCAL_GET)
    this.u32(local)
  }

  set(local: number): void {
    this.byte(wasm.LOCAL_SET)
    this.u32(local)
  }

  tee(local: number): void {
    this.byte(wasm.LOCAL_TEE)
    this.u32(local)
  }

  i32(value: number): void {
    this.byte(wasm.I32_CONST)
    this.s64(value, value >> 31)
  }

  i64(low: number, high: number): void {
    this.byte(wasm.I64_CONST)
    this.s64(low, high)
  }

  call(functionIndex: number): void {
    this.byte(wasm.CALL)
    this.u32(functionIndex)
  }

  returnCall(functionIndex: number): void {
    this.byte(wasm.RETURN_CALL)
    this.u32(functionIndex)
  }

  /** `if` without a result; its condition is on the stack. */
  begin(): void {
    this.byte(wasm.IF)
    this.byte(wasm.VOID_BLOCK)
  }

  otherwise(): void {
    this.byte(wasm.ELSE)
  }

  end(): void {
    this.byte(wasm.END)
  }

  #access(instruction: number, align: number, offset: number): void {
    this.byte(instruction)
    this.byte(align)
    this.u32(offset)
  }

  loadI32(offset: number): void {
    this.#access(wasm.I32_LOAD, ALIGN_4, offset)
  }

  storeI32(offset: number): void {
    this.#access(wasm.I32_STORE, ALIGN_4, offset)
  }

  loadI64(offset: number): void {
    this.#access(wasm.I64_LOAD, ALIGN_8, offset)
  }

  storeI64(offset: number): void {
    this.#access(wasm.I64_STORE, ALIGN_8, offset)
  }

  /** 32 bits as an i64. */
  loadU32(offset: number): void {
    this.#access(wasm.I64_LOAD32_U, ALIGN_4, offset)
  }

  loadU16(offset: number): void {
    this.#access(wasm.I32_LOAD16_U, ALIGN_2, offset)
  }

  storeU8(offset: number): void {
    this.#access(wasm.I64_STORE8, ALIGN_BYTE, offset)
  }

  vector(instruction: number): void {
    this.byte(wasm.VECTOR)
    this.byte(instruction)
  }

  /** `isAligned` to 8 bytes; EVM memory is not. */
  loadV128(offset: number, isAligned: boolean): void {
    this.byte(wasm.VECTOR)
    this.#access(wasm.V128_LOAD, isAligned ? ALIGN_8 : ALIGN_BYTE, offset)
  }

  storeV128(offset: number, isAligned: boolean): void {
    this.byte(wasm.VECTOR)
    this.#access(wasm.V128_STORE, isAligned ? ALIGN_8 : ALIGN_BYTE, offset)
  }

  /** Reverses the bytes of the vector in `local`. */
  reverse(local: number): void {
    this.get(local)
    this.get(local)
    this.vector(wasm.I8X16_SHUFFLE)
    this.bytes(REVERSED_LANES)
  }
}

const REVERSED_LANES = [15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
