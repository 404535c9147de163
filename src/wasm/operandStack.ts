type Block = { readonly base: number; readonly results: number; readonly isIf: boolean; isUnreachable: boolean }

/**
 * The height of a function's operand stack as its code is read from top to bottom, and the highest it was. After a jump
 * the rest of the block cannot run: there operands may be taken from nothing. Source: WebAssembly core specification,
 * appendix "validation algorithm", without types.
 */
export class OperandStack {
  readonly #blocks: Block[]
  #height = 0
  #highest = 0

  constructor(results: number) {
    this.#blocks = [{ base: 0, results, isIf: false, isUnreachable: false }]
  }

  get highest(): number {
    return this.#highest
  }

  /** Blocks around the next instruction, the function's own not counted. */
  get depth(): number {
    return this.#blocks.length - 1
  }

  /** True once the function's own block has ended. */
  get isFinished(): boolean {
    return this.#blocks.length === 0
  }

  push(count: number): void {
    this.#height += count
    if (this.#height > this.#highest) this.#highest = this.#height
  }

  /** False when the block has fewer operands. */
  pop(count: number): boolean {
    const block = this.#blocks.at(-1)
    const base = block?.base ?? 0
    this.#height -= count
    if (this.#height >= base) return true
    this.#height = base
    return block?.isUnreachable ?? false
  }

  enter(results: number, isIf: boolean): void {
    this.#blocks.push({ base: this.#height, results, isIf, isUnreachable: false })
  }

  /** False when the innermost block is not an `if`. */
  otherwise(): boolean {
    const block = this.#blocks.pop()
    if (block === undefined || !block.isIf) return false
    this.#height = block.base
    this.enter(block.results, false)
    return true
  }

  /** The innermost block ends; its results are left. */
  leave(): void {
    const block = this.#blocks.pop()
    this.#height = block?.base ?? 0
    this.push(block?.results ?? 0)
  }

  /** What follows in this block cannot run. */
  stop(): void {
    const block = this.#blocks.at(-1)
    if (block === undefined) return
    this.#height = block.base
    block.isUnreachable = true
  }
}
