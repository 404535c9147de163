import { describe, expect, test } from 'vitest'
import type { Core } from '../../../src/core/index.ts'
import { layout } from '../../../src/core/index.ts'
import { createInterpreter } from '../../../src/evm/index.ts'
import type { Bytes } from '../../../src/primitives/index.ts'
import { fromHex, toHex, wordFromBytes, wordToBytes } from '../../../src/primitives/index.ts'
import { createCoreJournal } from '../../../src/state/index.ts'
import type { Message, Result, VmEngine } from '../../../src/vm/index.ts'
import { assemble, RETURN_TOP } from '../../compliance/evm/code.ts'
import { createFakeHost, executionOf, OTHER } from '../../compliance/evm/host.ts'
import { createTestCore } from '../../harness/core.ts'

const core = createTestCore()
const journal = createCoreJournal(core)
const engineOf = createInterpreter(core)

function run(source: string, gasLimit = 1_000_000n): Result {
  const host = createFakeHost('osaka', undefined, undefined, journal)
  return engineOf('osaka').execute(executionOf({ gasLimit }), assemble(source), host)
}

describe('the engine', () => {
  test('works on the journal of its core only', () => {
    const stranger = createFakeHost('osaka')
    const other = createFakeHost('osaka', undefined, undefined, createCoreJournal(createTestCore()))
    for (const host of [stranger, other]) {
      expect(() => engineOf('osaka').execute(executionOf(), assemble('STOP'), host)).toThrow("the core's journal")
    }
  })

  test('is of one fork, and engines of several forks take turns on one core', () => {
    const push0 = assemble('.5f')
    const ends = (['london', 'shanghai', 'london'] as const).map((hardfork) => {
      const host = createFakeHost(hardfork, undefined, undefined, journal)
      return engineOf(hardfork).execute(executionOf(), push0, host).status
    })
    expect(ends).toEqual(['halt', 'success', 'halt'])
    const host = createFakeHost('london', undefined, undefined, journal)
    expect(() => engineOf('osaka').execute(executionOf(), push0, host)).toThrow('fork')
  })

  test('gives back what a signed 64-bit number does not hold', () => {
    expect(run('0x01 0x02 ADD', 2n ** 70n)).toMatchObject({ gasLeft: 2n ** 70n - 9n })
    expect(run(`GAS ${RETURN_TOP}`, 2n ** 70n)).toMatchObject({ output: wordToBytes(2n ** 63n - 3n) })
  })

  test('is ready again after its host failed below several frames', () => {
    const call = assemble('0x00 0x00 0x00 0x00 0x00ff GAS STATICCALL STOP')
    let depth = 0
    const answer = (message: Message): Result => {
      depth += 1
      if (depth === 3) throw new Error('the disk is gone')
      return engineOf('osaka').execute({ ...executionOf(), gasLimit: message.gasLimit }, call, host)
    }
    const host = createFakeHost('osaka', undefined, answer, journal)
    expect(() => engineOf('osaka').execute(executionOf(), call, host)).toThrow('the disk is gone')
    expect(run(`0x2a ${RETURN_TOP}`)).toMatchObject({ status: 'success', output: wordToBytes(0x2an) })
  })
})

describe('frames', () => {
  /** Runs `source`, whose calls run `callee` on the same engine. */
  function runNested(source: string, callee: string): Result {
    const engine: VmEngine = engineOf('osaka')
    const calleeCode = assemble(callee)
    const answer = (message: Message): Result =>
      'initCode' in message
        ? engine.execute({ ...executionOf(), ...message, input: new Uint8Array(0) }, message.initCode, host)
        : engine.execute(message, calleeCode, host)
    const host = createFakeHost('osaka', undefined, answer, journal)
    return engine.execute(executionOf(), assemble(source), host)
  }

  test('a child has a stack and a memory of its own, and new memory is zero', () => {
    const caller = `0x77 0x88 0x99 0x20 MSTORE 0x00 0x00 0x00 0x00 ${OTHER} GAS STATICCALL POP ADD 0x20 MLOAD ADD ${RETURN_TOP}`
    const callee = `0x11 0x22 0x3333 0x00 MSTORE 0x${'ff'.repeat(32)} 0x0400 MSTORE`
    expect(runNested(caller, callee)).toMatchObject({ output: wordToBytes(0x77n + 0x88n + 0x99n) })
  })

  test('memory that another frame wrote is zero again', () => {
    const dirty = '0x00 0x00 0x00 0x00 0x00ff GAS STATICCALL POP'
    const caller = `${dirty} 0x0400 MLOAD ${RETURN_TOP}`
    expect(runNested(caller, `0x${'ff'.repeat(32)} 0x0400 MSTORE`)).toMatchObject({ output: wordToBytes(0n) })
  })

  test('a child reads its input where it stands, also after its own calls', () => {
    const caller = '0x1234 0x00 MSTORE 0x20 0x40 0x02 0x1e 0x00ff GAS STATICCALL POP 0x20 0x40 RETURN'
    const callee = '0x00 0x00 0x00 0x00 0x00 0x00fe 0x00 CALL POP 0x00 CALLDATALOAD 0x00 MSTORE 0x20 0x00 RETURN'
    expect(runNested(caller, callee)).toMatchObject({ output: fromHex(`0x1234${'00'.repeat(30)}`) })
  })

  test('what a grandchild returns does not overwrite an input that was copied into the core', () => {
    const call = (to: string) => `0x00 0x00 0x00 0x00 ${to} GAS STATICCALL POP`
    const engine = engineOf('osaka')
    const answer = (message: Message): Result =>
      'codeAddress' in message && message.codeAddress === OTHER
        ? engine.execute(message, assemble(call('0x00fe')), host)
        : { status: 'success', output: new Uint8Array(64).fill(0xdd), gasLeft: 0n }
    const host = createFakeHost('osaka', undefined, answer, journal)
    const outermost = executionOf({ input: fromHex(`0x${'ab'.repeat(32)}`) })
    const result = engine.execute(outermost, assemble(`${call('0x00ff')} 0x00 CALLDATALOAD ${RETURN_TOP}`), host)
    expect(result).toMatchObject({ output: outermost.input })
  })

  test('return data outlives what the caller does to its memory, until the next call', () => {
    const call = '0x00 0x00 0x00 0x00 0x00ff GAS STATICCALL POP'
    const spoil = `0x${'ee'.repeat(32)} 0x2000 MSTORE`
    const caller = `${call} ${spoil} 0x20 0x00 0x00 RETURNDATACOPY 0x00 MLOAD ${RETURN_TOP}`
    expect(runNested(caller, `0xabcd ${RETURN_TOP}`)).toMatchObject({ output: wordToBytes(0xabcdn) })
  })
})

describe('the core', () => {
  /** The outermost frame, its memory ending `bytes` below the region's end. */
  function frameNearTheEnd({ exports, memory }: Core, bytes: number): number {
    const frame = layout.FRAMES
    memory.view.setUint32(frame + layout.FRAME_INPUT, 0, true)
    memory.view.setUint32(frame + layout.FRAME_INPUT_LENGTH, 0, true)
    const account = exports.accountOf(layout.CONTEXT + layout.CONTEXT_COINBASE)
    exports.openFrame(frame, account, account)
    memory.view.setUint32(frame + layout.FRAME_MEMORY_BASE, layout.MEMORY_END - bytes, true)
    return frame
  }

  test('a memory that outgrows the region moves to a block, keeps what it holds and grows on', () => {
    const { exports, memory } = core
    const frame = frameNearTheEnd(core, 64)
    const read = (field: number): number => memory.view.getUint32(frame + field, true)
    const contents = (): Bytes => memory.readBytes(read(layout.FRAME_MEMORY_BASE), read(layout.FRAME_MEMORY_SIZE))
    expect(exports.payAndGrow(frame, 1000n, 0n, 64n)).toBe(994n)
    memory.buffer.fill(0xaa, read(layout.FRAME_MEMORY_BASE), read(layout.FRAME_MEMORY_BASE) + 64)

    for (const size of [96, 70_000, 200_000]) {
      expect(exports.payAndGrow(frame, 10n ** 9n, 0n, BigInt(size))).toBeGreaterThan(0n)
      expect(read(layout.FRAME_MEMORY_BASE)).toBeGreaterThanOrEqual(layout.HEAP)
      expect(read(layout.FRAME_MEMORY_SIZE)).toBe(Math.ceil(size / 32) * 32)
      expect(toHex(contents())).toBe(`0x${'aa'.repeat(64)}${'00'.repeat(read(layout.FRAME_MEMORY_SIZE) - 64)}`)
    }
    expect(read(layout.FRAME_MEMORY_HOME)).toBe(layout.MEMORY_END - 64)
    exports.releaseMemory(frame)
  })

  test('a memory of more than a block is out of gas, whatever the gas', () => {
    const outOfGas = run('0x01 0x40000000 MSTORE', 2n ** 63n - 1n)
    expect(outOfGas).toEqual({ status: 'halt', reason: 'out-of-gas' })
  })

  test('jumps land on every JUMPDEST that is no data', () => {
    const code = fromHex('0x5b605b5b7f5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b61')
    const [at, map] = [core.exports.allocate(code.length), core.exports.allocate(code.length)]
    core.memory.writeBytes(at, code)
    core.exports.mapJumps(at, code.length, map)
    const bits = core.memory.readBytes(map, Math.ceil(code.length / 8))
    const landings = [...code].flatMap((_, pc) => (((bits[pc >> 3] ?? 0) >> (pc & 7)) & 1 ? [pc] : []))
    expect(landings).toEqual([0, 3, 37])
  })
})

test('PUSH1 to PUSH32 push what stands in the code', () => {
  for (let length = 1; length <= 32; length++) {
    const data = Uint8Array.from({ length }, (_, i) => 0xf0 ^ (i * 7 + length))
    const result = run(`${toHex(data)} ${RETURN_TOP}`)
    expect(result.status === 'success' && wordFromBytes(result.output)).toBe(wordFromBytes(data))
  }
})
