import type { Bytes } from '../../../src/primitives/index.ts'
import { trimmedBytes } from '../../../src/primitives/index.ts'

/** A place in a program that can be pushed before it is known. */
export type Label = { position: number | undefined }

const PUSH1 = 0x60
const PUSH2 = 0x61
const JUMPDEST = 0x5b

/** Writes bytecode and keeps count of the words that are on the stack for sure. */
export class Assembler {
  readonly #bytes: number[] = []
  readonly #references: { readonly at: number; readonly label: Label }[] = []
  /** Words on the stack here, on every way that leads here. */
  height = 0

  get size(): number {
    return this.#bytes.length
  }

  /** One opcode that takes `pops` words and leaves `pushes`. */
  op(byte: number, pops: number, pushes: number): void {
    this.#bytes.push(byte)
    this.height += pushes - pops
  }

  /** Pushes a number with as few bytes as it has, or with `width`. */
  push(value: bigint, width = 0): void {
    const digits = trimmedBytes(value)
    const length = Math.max(1, width, digits.length)
    this.#bytes.push(PUSH1 + length - 1, ...new Array<number>(length - digits.length).fill(0), ...digits)
    this.height += 1
  }

  pushLabel(label: Label): void {
    this.#references.push({ at: this.#bytes.length + 1, label })
    this.#bytes.push(PUSH2, 0, 0)
    this.height += 1
  }

  /** Puts a JUMPDEST here and calls it `label`. */
  place(label: Label): void {
    label.position = this.#bytes.length
    this.#bytes.push(JUMPDEST)
  }

  /** Bytes of any meaning. */
  raw(bytes: Iterable<number>): void {
    this.#bytes.push(...bytes)
  }

  /** The program, its labels filled in. */
  assemble(): Bytes {
    const bytes = Uint8Array.from(this.#bytes)
    for (const { at, label } of this.#references) {
      bytes[at] = (label.position ?? 0) >> 8
      bytes[at + 1] = (label.position ?? 0) & 0xff
    }
    return bytes
  }
}

/** A label that is not placed yet. */
export function newLabel(): Label {
  return { position: undefined }
}
