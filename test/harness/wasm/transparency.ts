import { NEWEST_WASM_RULES } from '../../../src/primitives/index.ts'
import type { Frame } from '../../../src/wasm/frame.ts'
import { gasScheduleOf } from '../../../src/wasm/gasSchedule.ts'
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
 * and in one that was used, it must do the same, trap at the same instruction, and cost the same. By the rules of version 1 it does
 * the same, too, and costs less only if its memory was large.
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
  const wrong =
    difference(plain, fresh) ??
    difference(fresh, again) ??
    accountOf(fresh, again) ??
    surchargeOf(fresh, runMetered(prepareVersion1(code)))
  return { trapped, wrong }
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

function prepareVersion1(code: Uint8Array): PreparedModule {
  const prepared = prepareModule(code, 1)
  if (prepared.kind === 'invalid') throw new Error(prepared.fault.reason)
  return prepared
}

/** Memory does not shrink: what it is in the end tells how large it ever was. */
function surchargeOf(newest: MeteredRun, version1: MeteredRun): string | undefined {
  const { freePages, mostPages, pageInk } = gasScheduleOf(NEWEST_WASM_RULES).memorySurcharge
  const surcharge = version1.inkLeft - newest.inkLeft
  const pages = newest.memory.length / PAGE_BYTES
  const isFitting = pages > freePages && pages <= mostPages ? surcharge % BigInt(pageInk) === 0n : surcharge === 0n
  return difference(newest, version1) ?? (isFitting && surcharge >= 0n ? undefined : `${surcharge} ink of surcharge`)
}

function runPlain(code: Uint8Array): Run {
  const { exports } = new Instance(new Module(Uint8Array.from(code)), {})
  const { user_entrypoint: entry, memory } = exports
  if (typeof entry !== 'function' || !(memory instanceof Memory)) throw new Error('no contract')
  const ending = endingOf(() => entry(7), plainPlace)
  return { ending, memory: new Uint8Array((memory as LinearMemory).buffer) }
}

function runMetered(prepared: PreparedModule, instance = instantiate(prepared)): MeteredRun {
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
