import { NEWEST_WASM_RULES } from '../../../src/primitives/index.ts'
import type { Frame } from '../../../src/wasm/frame.ts'
import { instantiate } from '../../../src/wasm/instance.ts'
import { MAX_PAGES, MAX_STACK_WORDS, PAGE_BYTES } from '../../../src/wasm/limits.ts'
import type { PreparedModule } from '../../../src/wasm/prepare.ts'
import { prepareModule } from '../../../src/wasm/prepare.ts'
import { placeOf } from '../../../src/wasm/runFrame.ts'
import type { LinearMemory } from '../../../src/wasm/v8.ts'
import { Instance, Memory, Module, RuntimeError } from '../../../src/wasm/v8.ts'

const INK = 2n ** 50n

/** What can be seen of a run: how it ended (a result, or a trap and its place in the module), and the memory. */
type Run = { readonly ending: string; readonly memory: Uint8Array }
/** What a metered run has besides. */
type MeteredRun = Run & { readonly inkLeft: bigint; readonly wordsLeft: number }

/**
 * What is wrong with how a module that imports nothing runs when it is instrumented, or undefined: plain on V8, in a fresh instance
 * and in one that was used, it must do the same, trap at the same instruction, and cost the same.
 */
export function checkTransparency(code: Uint8Array): { readonly trapped: boolean; readonly wrong: string | undefined } {
  const prepared = prepareModule(code, NEWEST_WASM_RULES)
  if (prepared.kind === 'invalid') return { trapped: false, wrong: `refused: ${prepared.fault.reason}` }
  const plain = runPlain(code)
  const instance = instantiate(prepared)
  const fresh = runMetered(prepared, instance)
  const trapped = plain.ending.startsWith('trap')
  const pages = fresh.memory.length / PAGE_BYTES
  const again = pages === prepared.size.initialPages ? runMetered(prepared, instance) : fresh
  return { trapped, wrong: difference(plain, fresh) ?? difference(fresh, again) ?? accountOf(fresh, again) }
}

function difference(a: Run, b: Run): string | undefined {
  if (a.ending !== b.ending) return `ends in "${a.ending}" and in "${b.ending}"`
  return Buffer.compare(a.memory, b.memory) === 0 ? undefined : 'leaves another memory'
}

function accountOf(fresh: MeteredRun, again: MeteredRun): string | undefined {
  if (fresh.inkLeft !== again.inkLeft) return `${fresh.inkLeft} ink is left, then ${again.inkLeft}`
  if (fresh.inkLeft >= INK || fresh.inkLeft < 0n) return `${fresh.inkLeft} ink is left`
  if (fresh.ending.startsWith('trap') || fresh.wordsLeft === MAX_STACK_WORDS) return undefined
  return `${fresh.wordsLeft} words of stack are left`
}

function runPlain(code: Uint8Array): Run {
  const { exports } = new Instance(new Module(Uint8Array.from(code)), {})
  const { user_entrypoint: entry, memory } = exports
  if (typeof entry !== 'function' || !(memory instanceof Memory)) throw new Error('no contract')
  const ending = endingOf(() => entry(7), plainPlace)
  return { ending, memory: new Uint8Array((memory as LinearMemory).buffer) }
}

function runMetered(prepared: PreparedModule, instance: ReturnType<typeof instantiate>): MeteredRun {
  instance.begin({ growMemory: (pages) => grow(prepared, instance.memory, pages) } as Frame, INK, MAX_STACK_WORDS)
  const ending = endingOf(
    () => instance.enter('user_entrypoint', 7),
    (stack) => placeOf(prepared, stack),
  )
  const memory = instance.memory.read(0, instance.memory.pages * PAGE_BYTES)
  return { ending, memory, inkLeft: instance.ink.value, wordsLeft: instance.stack.value }
}

/** What the engine does, without the price. */
function grow({ maximumPages }: PreparedModule, memory: Frame['memory'], pages: number): number {
  const before = memory.pages
  if (before + pages > Math.min(maximumPages, MAX_PAGES)) return -1
  if (pages > 0) memory.grow(pages)
  return before
}

function endingOf(run: () => unknown, place: (stack: string | undefined) => string): string {
  try {
    return String(run())
  } catch (thrown) {
    if (!(thrown instanceof RuntimeError)) throw thrown
    return `trap: ${thrown.message}${place(thrown.stack)}`
  }
}

/** As the engine words it. */
function plainPlace(stack = ''): string {
  const [, index, offset = ''] = /wasm-function\[(\d+)\]:0x([0-9a-f]+)/.exec(stack) ?? []
  return ` in function ${index} at byte ${Number.parseInt(offset, 16)}`
}
