import { BaseError } from '../../primitives/index.ts'

/** A source did not compile. `text` is what the compiler said, word for word. */
export class CompileError extends BaseError {
  override readonly name = 'CompileError'
  readonly text: string

  constructor(sourceName: string, text: string) {
    super('COMPILE_FAILED', `${sourceName} does not compile`)
    this.text = text
  }
}
