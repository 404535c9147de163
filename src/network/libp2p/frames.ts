import type { Bytes } from '../../primitives/index.ts'

/** Bytes before a frame: its length, big-endian. */
export const FRAME_HEADER_BYTES = 4

/** What is reserved before anything of a frame has come. Beyond it, memory follows what a peer really sent. */
const FIRST_BYTES = 4096

/** The header of a frame of that length. */
export function frameHeader(length: number): Bytes {
  const header = new Uint8Array(FRAME_HEADER_BYTES)
  new DataView(header.buffer).setUint32(0, length)
  return header
}

/** Puts frames together again from a stream's bytes, however these are cut. Holds at most one frame. */
export class FrameReader {
  readonly #maxBytes: number
  readonly #header = new Uint8Array(FRAME_HEADER_BYTES)
  #headerFilled = 0
  #body = new Uint8Array(0)
  #filled = 0
  #length = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Calls `onFrame` for every frame that `chunk` completes. False when a frame says that it is too long: read no more. */
  read(chunk: Bytes, onFrame: (frame: Bytes) => void): boolean {
    let at = 0
    for (;;) {
      while (this.#headerFilled < FRAME_HEADER_BYTES && at < chunk.length) {
        this.#header[this.#headerFilled] = chunk[at] ?? 0
        this.#headerFilled += 1
        at += 1
        if (this.#headerFilled === FRAME_HEADER_BYTES && !this.#begin()) return false
      }
      if (this.#headerFilled < FRAME_HEADER_BYTES) return true
      at += this.#fill(chunk.subarray(at))
      if (this.#filled < this.#length) return true
      this.#headerFilled = 0
      onFrame(this.#body)
    }
  }

  #begin(): boolean {
    this.#length = new DataView(this.#header.buffer).getUint32(0)
    if (this.#length > this.#maxBytes) return false
    this.#body = new Uint8Array(Math.min(this.#length, FIRST_BYTES))
    this.#filled = 0
    return true
  }

  /** Copies what belongs to the frame, so that a small frame does not keep a large buffer alive. Returns how much it was. */
  #fill(bytes: Bytes): number {
    const taken = Math.min(bytes.length, this.#length - this.#filled)
    const wanted = this.#filled + taken
    if (wanted > this.#body.length) {
      const grown = new Uint8Array(Math.min(this.#length, Math.max(wanted, 2 * this.#body.length)))
      grown.set(this.#body.subarray(0, this.#filled))
      this.#body = grown
    }
    this.#body.set(bytes.subarray(0, taken), this.#filled)
    this.#filled = wanted
    return taken
  }
}
