import type { Core, Pointer } from '../../core/index.ts'
import { layout } from '../../core/index.ts'
import { assert } from '../../primitives/index.ts'
import type { CoreAccounts } from '../../state/index.ts'
import type { Execution } from '../../vm/index.ts'
import type { PlacedCode } from './placedCode.ts'

/** Where a frame's input is in the core's memory. */
export type PlacedInput = { readonly pointer: Pointer; readonly length: number }

/** What a frame begins with. `program` is 0 for code that is run once; `gas` is below 2^63. */
export type FrameStart = {
  readonly execution: Execution
  readonly code: PlacedCode
  readonly program: Pointer
  readonly input: PlacedInput
  readonly gas: bigint
}

/** The frames that run now, outermost first, each in its record of the core's memory. The core's driver begins and ends some, too. */
export type FrameStack = {
  /** The record of the innermost frame; 0 when none runs. */
  readonly innermost: Pointer
  /** Where the next frame's input may be copied, up to RETURN_END. */
  readonly freeBuffer: Pointer
  /** Begins a frame above the innermost. */
  push(accounts: CoreAccounts, start: FrameStart): Pointer
  /** Takes off a frame and all above it. */
  pop(frame: Pointer): void
}

/** No frame. */
export function createFrameStack({ memory, exports }: Core): FrameStack {
  const { innermost } = exports
  const lastRecord = layout.FRAMES + layout.MAX_DEPTH * layout.FRAME_BYTES

  return {
    get innermost() {
      return innermost.value
    },
    get freeBuffer() {
      const frame = innermost.value
      return frame === 0 ? layout.RETURN : memory.view.getUint32(frame + layout.FRAME_RETURN, true)
    },
    push(accounts, { execution, code, program, input, gas }) {
      const frame = innermost.value === 0 ? layout.FRAMES : innermost.value + layout.FRAME_BYTES
      assert(frame <= lastRecord, 'frames nest at most as deep as the router lets them')
      const account = accounts.idOf(execution.recipient)
      const caller = accounts.idOf(execution.caller)
      memory.writeWord(frame + layout.FRAME_VALUE, execution.valueWei)
      const { view } = memory
      view.setUint32(frame + layout.FRAME_CODE, code.pointer, true)
      view.setUint32(frame + layout.FRAME_CODE_LENGTH, code.length, true)
      view.setUint32(frame + layout.FRAME_JUMP_MAP, code.jumpMap, true)
      view.setUint32(frame + layout.FRAME_PROGRAM, program, true)
      view.setUint32(frame + layout.FRAME_INPUT, input.pointer, true)
      view.setUint32(frame + layout.FRAME_INPUT_LENGTH, input.length, true)
      view.setUint32(frame + layout.FRAME_IS_STATIC, Number(execution.isStatic), true)
      view.setUint32(frame + layout.FRAME_DEPTH, execution.depth, true)
      view.setBigUint64(frame + layout.FRAME_GAS, gas, true)
      exports.openFrame(frame, account, caller)
      innermost.value = frame
      return frame
    },
    pop(frame) {
      for (let at = innermost.value; at >= frame; at -= layout.FRAME_BYTES) {
        const hasBlock = memory.view.getUint32(at + layout.FRAME_MEMORY_LIMIT, true) !== layout.MEMORY_END
        if (hasBlock) exports.releaseMemory(at)
      }
      innermost.value = frame === layout.FRAMES ? 0 : frame - layout.FRAME_BYTES
    },
  }
}
