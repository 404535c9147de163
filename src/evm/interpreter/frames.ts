import type { Core, Pointer } from '../../core/index.ts'
import { layout } from '../../core/index.ts'
import { assert } from '../../primitives/index.ts'
import type { Execution } from '../../vm/index.ts'
import type { PlacedCode } from './codeCache.ts'

/** Where a frame's input is in the core's memory. */
export type PlacedInput = { readonly pointer: Pointer; readonly length: number }

/**
 * The frames that run now, outermost first, each in its record of the core's memory. A child's stack begins at its
 * parent's top, its memory at the end of its parent's, its buffers where its parent's return buffer begins: what that
 * holds is dead as soon as the parent calls.
 */
export type FrameStack = {
  /** How many frames run. */
  readonly depth: number
  /** The innermost frame. */
  readonly top: Pointer
  /** Sets up a frame above the top. `gas` is below 2^63. */
  push(execution: Execution, code: PlacedCode, input: PlacedInput, gas: bigint): Pointer
  /** Takes the innermost frame off. */
  pop(): void
  /** Where the next frame's input may be copied, up to RETURN_END. */
  readonly freeBuffer: Pointer
}

/** No frame. */
export function createFrameStack(core: Core): FrameStack {
  const { memory, exports } = core
  let depth = 0
  const recordAt = (index: number): Pointer => layout.FRAMES + index * layout.FRAME_BYTES
  const top = (): Pointer => recordAt(depth - 1)
  const read = (field: number): number => memory.view.getUint32(top() + field, true)
  const endOfMemory = (): Pointer =>
    read(layout.FRAME_MEMORY_LIMIT) === layout.MEMORY_END
      ? read(layout.FRAME_MEMORY_BASE) + read(layout.FRAME_MEMORY_SIZE)
      : read(layout.FRAME_MEMORY_HOME)
  const freeBuffer = (): Pointer => (depth === 0 ? layout.RETURN : read(layout.FRAME_RETURN))

  return {
    get depth() {
      return depth
    },
    get top() {
      return top()
    },
    get freeBuffer() {
      return freeBuffer()
    },
    push(execution, code, input, gas) {
      assert(depth <= layout.MAX_DEPTH, 'frames nest at most as deep as the router lets them')
      const stackBase = depth === 0 ? layout.STACK : read(layout.FRAME_SP)
      const memoryBase = depth === 0 ? layout.MEMORY : endOfMemory()
      const buffer = Math.max(freeBuffer(), bufferAfter(input))
      const frame = recordAt(depth)
      memory.writeAddress(frame + layout.FRAME_ADDRESS, execution.recipient)
      memory.writeAddress(frame + layout.FRAME_CALLER, execution.caller)
      memory.writeWord(frame + layout.FRAME_VALUE, execution.valueWei)
      const account = exports.accountOf(frame + layout.FRAME_ADDRESS)
      depth += 1
      const { view } = memory
      const write = (field: number, value: number): void => view.setUint32(frame + field, value, true)
      write(layout.FRAME_PC, 0)
      write(layout.FRAME_SP, stackBase)
      write(layout.FRAME_STACK_BASE, stackBase)
      write(layout.FRAME_MEMORY_BASE, memoryBase)
      write(layout.FRAME_MEMORY_SIZE, 0)
      write(layout.FRAME_MEMORY_LIMIT, layout.MEMORY_END)
      write(layout.FRAME_CODE, code.pointer)
      write(layout.FRAME_CODE_LENGTH, code.length)
      write(layout.FRAME_JUMP_MAP, code.jumpMap)
      write(layout.FRAME_INPUT, input.pointer)
      write(layout.FRAME_INPUT_LENGTH, input.length)
      write(layout.FRAME_RETURN, buffer)
      write(layout.FRAME_RETURN_LENGTH, 0)
      write(layout.FRAME_IS_STATIC, Number(execution.isStatic))
      write(layout.FRAME_DEPTH, execution.depth)
      write(layout.FRAME_ACCOUNT, account)
      view.setBigUint64(frame + layout.FRAME_GAS, gas, true)
      return frame
    },
    pop() {
      if (read(layout.FRAME_MEMORY_LIMIT) !== layout.MEMORY_END) exports.releaseMemory(top())
      depth -= 1
    },
  }
}

/** Where a return buffer may begin behind an input that was copied to the buffers' region; one in EVM memory needs no room. */
function bufferAfter({ pointer, length }: PlacedInput): Pointer {
  return pointer < layout.RETURN_END ? (pointer + length + 7) & ~7 : 0
}
