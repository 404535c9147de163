import type { Core } from '../../core/index.ts'
import { layout } from '../../core/index.ts'
import type { Translation } from '../compiler/index.ts'
import { CORE_FUNCTIONS, IMPORTED_JUMP_MAP, IMPORTED_MEMORY } from '../compiler/index.ts'
import type { StoredCode } from '../interpreter/placedCode.ts'
import type { FunctionSlots } from './functionSlots.ts'
import type { Imports } from './webAssembly.ts'
import { Instance, Module } from './webAssembly.ts'

/** A translation that runs on a core's memory. */
export type CompiledCode = {
  /** Has the core's driver run frames of `code`, whose translation this is, from now on. */
  link(code: StoredCode): void
  /** Gives its memory back. It may not run any more. */
  release(): void
  /** Bytes of WebAssembly: what a cache counts. */
  readonly size: number
}

/** Compiles a translation and links it to a core, whose function table has `slots`. */
export function instantiate(
  core: Core,
  slots: FunctionSlots,
  { module, functionAt }: Translation,
  code: Uint8Array,
): CompiledCode {
  const { exports, memory } = core
  const mapBytes = 2 * functionAt.length
  const jumpMap = exports.allocate(2 * mapBytes)
  const functionMap = jumpMap + mapBytes
  memory.writeBytes(jumpMap, jumpMapOf(functionAt, code))
  memory.writeBytes(functionMap, littleEndian(functionAt))
  const imports: Record<string, Imports[string]> = { [IMPORTED_MEMORY]: memory.linear, [IMPORTED_JUMP_MAP]: jumpMap }
  for (const { name } of CORE_FUNCTIONS) imports[name] = Reflect.get(exports, name)
  const { enter } = new Instance(new Module(module), { core: imports }).exports
  const slot = slots.take(enter)
  return {
    size: module.length,
    link({ program }) {
      const { view } = memory
      view.setUint32(program + layout.PROGRAM_FUNCTION_MAP, functionMap, true)
      view.setUint32(program + layout.PROGRAM_FUNCTION, slot, true)
    },
    release() {
      slots.release(slot)
      exports.release(jumpMap, 2 * mapBytes)
    },
  }
}

/** Has the core's driver interpret frames of a code. */
export function unlink({ memory }: Core, { program }: StoredCode): void {
  memory.view.setUint32(program + layout.PROGRAM_FUNCTION, 0, true)
}

const JUMPDEST = 0x5b

/** A u16 per byte of code, little-endian: the function of each JUMPDEST. */
function jumpMapOf(functionAt: Uint16Array, code: Uint8Array): Uint8Array {
  return littleEndian(functionAt.map((number, pc) => (code[pc] === JUMPDEST ? number : 0)))
}

function littleEndian(numbers: Uint16Array): Uint8Array {
  const bytes = Buffer.alloc(2 * numbers.length)
  numbers.forEach((number, index) => {
    bytes.writeUInt16LE(number, 2 * index)
  })
  return bytes
}
