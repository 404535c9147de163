import type { Core, Pointer } from '../../core/index.ts'
import { layout } from '../../core/index.ts'
import { assert } from '../../primitives/index.ts'
import type { CoreAccounts } from '../../state/index.ts'
import type { Execution } from '../../vm/index.ts'
import type { PlacedCode } from './codeCache.ts'

/** Where a frame's input is in the core's memory. */
export type PlacedInput = { readonly pointer: Pointer; readonly length: number }

/** What a frame begins with. `gas` is below 2^63. */
export type FrameStart = {
  readonly execution: Execution
  readonly code: PlacedCode
  readonly input: PlacedInput
  readonly gas: bigint
}

/** The frames that run now, outermost first, each in its record of the core's memory. */
export type FrameStack = {
  /** How many frames run. */
  readonly depth: number
  /** Where the next frame's input may be copied, up to RETURN_END. */
  readonly freeBuffer: Pointer
  /** Begins a frame above the innermost. */
  push(accounts: CoreAccounts, start: FrameStart): Pointer
  /** Takes the innermost frame off. */
  pop(): void
}

/** No frame. */
export function createFrameStack({ memory, exports }: Core): FrameStack {
  let depth = 0
  const recordAt = (index: number): Pointer => layout.FRAMES + index * layout.FRAME_BYTES
  const read = (field: number): number => memory.view.getUint32(recordAt(depth - 1) + field, true)

  return {
    get depth() {
      return depth
    },
    get freeBuffer() {
      return depth === 0 ? layout.RETURN : read(layout.FRAME_RETURN)
    },
    push(accounts, { execution, code, input, gas }) {
      assert(depth <= layout.MAX_DEPTH, 'frames nest at most as deep as the router lets them')
      const frame = recordAt(depth)
      const account = accounts.idOf(execution.recipient)
      const caller = accounts.idOf(execution.caller)
      memory.writeWord(frame + layout.FRAME_VALUE, execution.valueWei)
      const { view } = memory
      view.setUint32(frame + layout.FRAME_CODE, code.pointer, true)
      view.setUint32(frame + layout.FRAME_CODE_LENGTH, code.length, true)
      view.setUint32(frame + layout.FRAME_JUMP_MAP, code.jumpMap, true)
      view.setUint32(frame + layout.FRAME_INPUT, input.pointer, true)
      view.setUint32(frame + layout.FRAME_INPUT_LENGTH, input.length, true)
      view.setUint32(frame + layout.FRAME_IS_STATIC, Number(execution.isStatic), true)
      view.setUint32(frame + layout.FRAME_DEPTH, execution.depth, true)
      view.setBigUint64(frame + layout.FRAME_GAS, gas, true)
      exports.openFrame(frame, account, caller)
      depth += 1
      return frame
    },
    pop() {
      if (read(layout.FRAME_MEMORY_LIMIT) !== layout.MEMORY_END) exports.releaseMemory(recordAt(depth - 1))
      depth -= 1
    },
  }
}
