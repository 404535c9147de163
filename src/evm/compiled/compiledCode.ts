import type { Core, Pointer } from '../../core/index.ts'
import { layout } from '../../core/index.ts'
import type { Translation } from '../compiler/index.ts'
import { CORE_FUNCTIONS, IMPORTED_JUMP_MAP, IMPORTED_MEMORY, STATUS_DEOPT } from '../compiler/index.ts'
import type { Imports } from './webAssembly.ts'
import { Instance, Module } from './webAssembly.ts'

/** A translation that runs on a core's memory. */
export type CompiledCode = {
  /**
   * Runs a frame from where it is until it ends or asks for another: a status of the core's `run`. What it can not be sure
   * of, and what begins in the middle of a function, the interpreter does.
   */
  run(frame: Pointer): number
  /** Gives its memory back. It may not run any more. */
  release(): void
  /** Bytes of WebAssembly: what a cache counts. */
  readonly size: number
}

/** Compiles a translation and links it to a core. */
export function instantiate(core: Core, { module, functionAt }: Translation, code: Uint8Array): CompiledCode {
  const { exports, memory } = core
  const mapBytes = 2 * functionAt.length
  const jumpMap = exports.allocate(mapBytes)
  memory.writeBytes(jumpMap, jumpMapOf(functionAt, code))
  const imports: Record<string, Imports[string]> = { [IMPORTED_MEMORY]: memory.linear, [IMPORTED_JUMP_MAP]: jumpMap }
  for (const { name } of CORE_FUNCTIONS) imports[name] = Reflect.get(exports, name)
  const { enter } = new Instance(new Module(module), { core: imports }).exports
  return {
    size: module.length,
    run(frame) {
      const number = functionAt[memory.view.getUint32(frame + layout.FRAME_PC, true)] ?? 0
      const status = number === 0 ? STATUS_DEOPT : enter(frame, number)
      return status === STATUS_DEOPT ? exports.run(frame) : status
    },
    release: () => exports.release(jumpMap, mapBytes),
  }
}

const JUMPDEST = 0x5b

/** A u16 per byte of code, little-endian: the function of each JUMPDEST. */
function jumpMapOf(functionAt: Uint16Array, code: Uint8Array): Uint8Array {
  const map = Buffer.alloc(2 * functionAt.length)
  code.forEach((byte, pc) => {
    if (byte === JUMPDEST) map.writeUInt16LE(functionAt[pc] ?? 0, 2 * pc)
  })
  return map
}
