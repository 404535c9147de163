import { describe, expect, test } from 'vitest'
import type { Address, Bytes, Hardfork } from '../../../src/primitives/index.ts'
import { EMPTY_BYTES, fromHex, wordFromBytes } from '../../../src/primitives/index.ts'
import { createJournal } from '../../../src/state/index.ts'
import type { Execution, Message, Result, VmEngine } from '../../../src/vm/index.ts'
import { assemble, RETURN_TOP } from './code.ts'
import type { Holding } from './host.ts'
import { addressOf, CALLER, createFakeHost, executionOf, OTHER, SELF } from './host.ts'

type Run = {
  readonly hardfork?: Hardfork
  readonly state?: ReadonlyMap<Address, Holding>
  readonly execution?: Partial<Execution>
  readonly answer?: (message: Message) => Result
}

/** What every EVM engine does with one frame, whoever runs its children; `newJournal` gives the journal that it works on. */
export function evmEngineSuite(createEngine: (hardfork: Hardfork) => VmEngine, newJournal = createJournal): void {
  const run = (source: string | Bytes, { hardfork = 'osaka', state, execution, answer }: Run = {}) => {
    const host = createFakeHost(hardfork, state, answer, newJournal())
    const code = typeof source === 'string' ? assemble(source) : source
    const result = createEngine(hardfork).execute(executionOf(execution), code, host)
    return { host, result, used: gasUsed(result, execution?.gasLimit ?? 1_000_000n) }
  }

  describe('endings', () => {
    test.each([
      ['no code', '.', 'success', '0x', 0n],
      ['STOP', 'STOP', 'success', '0x', 0n],
      ['the end of the code', '0x01', 'success', '0x', 3n],
      ['RETURN', '0x2a 0x00 MSTORE 0x01 0x1f RETURN', 'success', '0x2a', 18n],
      ['REVERT', '0x2a 0x00 MSTORE 0x01 0x1f REVERT', 'revert', '0x2a', 18n],
    ])('%s', (_name, source, status, output, used) => {
      const { result, used: actual } = run(source)
      expect(result).toMatchObject({ status, output: fromHex(output) })
      expect(actual).toBe(used)
    })

    test.each([
      ['out-of-gas', '0x01 0x02', { execution: { gasLimit: 5n } }],
      ['out-of-gas', '0x01 0xffffffffffffffff MSTORE', {}],
      ['stack-underflow', 'ADD', {}],
      ['stack-overflow', 'JUMPDEST 0x00 0x00 0x00 0x00 0x00 JUMP', {}],
      ['invalid-opcode', 'INVALID', {}],
      ['invalid-opcode', '.ef00', {}],
      ['invalid-opcode', '0x00 TLOAD', { hardfork: 'shanghai' }],
      ['invalid-jump', '0x04 JUMP 0x5b', {}],
      ['invalid-jump', '0x01 0xffffffffffffffffffff JUMPI', {}],
      ['static-violation', '0x01 0x00 SSTORE', { execution: { isStatic: true } }],
      ['static-violation', '0x01 0x00 TSTORE', { execution: { isStatic: true } }],
      ['static-violation', '0x00 0x00 0x00 LOG1', { execution: { isStatic: true } }],
      ['static-violation', '0x00 0x00 0x00 CREATE', { execution: { isStatic: true } }],
      ['static-violation', '0x00 SELFDESTRUCT', { execution: { isStatic: true } }],
      ['static-violation', '0x00 0x00 0x00 0x00 0x01 0x00 0x00 CALL', { execution: { isStatic: true } }],
      ['return-data-out-of-bounds', '0x01 0x00 0x00 RETURNDATACOPY', {}],
      ['init-code-too-large', '0xc001 0x00 0x00 CREATE', {}],
    ] satisfies [string, string, Run][])('halts with %s: %s', (reason, source, options) => {
      expect(run(source, options).result).toEqual({ status: 'halt', reason })
    })

    test('a jump lands after a push whose data the end of the code cuts off', () => {
      expect(run('0x03 JUMP JUMPDEST .61ff').result.status).toBe('success')
    })

    test('code that ends inside a push pushes zeros', () => {
      const { result } = run('0x04 JUMP STOP JUMPDEST 0x00 MLOAD STOP .63ff')
      expect(result.status).toBe('success')
    })
  })

  describe('what a frame sees', () => {
    const execution = { valueWei: 5n, input: fromHex('0x11223344') }
    const state = new Map([
      [SELF, { balanceWei: 77n }],
      [OTHER, { balanceWei: 88n, code: fromHex('0x6000') }],
    ])
    test.each([
      ['ADDRESS', BigInt(SELF)],
      ['CALLER', BigInt(CALLER)],
      ['ORIGIN', 0x0419n],
      ['CALLVALUE', 5n],
      ['CALLDATASIZE', 4n],
      ['0x02 CALLDATALOAD', 0x3344n << 240n],
      ['GASPRICE', 9n],
      ['0x03e7 BLOCKHASH', BigInt(`0x${'99'.repeat(32)}`)],
      ['0x03e6 BLOCKHASH', 0n],
      ['0x03e8 BLOCKHASH', 0n],
      ['COINBASE', 0xc0n],
      ['TIMESTAMP', 1_700_000_000n],
      ['NUMBER', 1000n],
      ['DIFFICULTY', BigInt(`0x${'ab'.repeat(32)}`)],
      ['GASLIMIT', 30_000_000n],
      ['CHAINID', 31337n],
      ['BASEFEE', 7n],
      ['BLOBBASEFEE', 3n],
      ['0x01 BLOBHASH', 0n],
      ['SELFBALANCE', 77n],
      ['0x00ff BALANCE', 88n],
      ['0xff00 BALANCE', 0n],
      ['0x00ff EXTCODESIZE', 2n],
      ['0xff00 EXTCODEHASH', 0n],
    ])('%s', (source, word) => {
      const { result } = run(`${source} ${RETURN_TOP}`, { execution, state })
      expect(result.status === 'success' && wordFromBytes(result.output)).toBe(word)
    })

    test('code that begins with 0xef00 is code like any other', () => {
      const { result } = run(`0x00ff EXTCODESIZE ${RETURN_TOP}`, {
        state: new Map([[OTHER, { code: fromHex('0xef0001') }]]),
      })
      expect(result.status === 'success' && wordFromBytes(result.output)).toBe(3n)
    })
  })

  describe('state', () => {
    test('storage, transient storage and logs go to the journal', () => {
      const { host } = run('0x2a 0x01 SSTORE 0x2b 0x01 TSTORE 0x07 0x00 0x00 LOG1')
      expect(host.journal.storage(SELF, 1n)).toBe(0x2an)
      expect(host.journal.transient(SELF, 1n)).toBe(0x2bn)
      expect(host.journal.logCount).toBe(1)
    })

    test.each([
      ['a cold slot', '0x01 SLOAD', 2103n],
      ['a warm slot', '0x01 SLOAD 0x01 SLOAD', 2103n + 103n],
      ['a cold account', '0x00ff BALANCE', 2603n],
      ['a warm account', '0x00ff BALANCE 0x00ff BALANCE', 2603n + 103n],
      ['a first write', '0x01 0x01 SSTORE', 22_106n],
    ])('EIP-2929 prices %s', (_name, source, used) => {
      expect(run(source).used).toBe(used)
    })

    test.each([
      ['istanbul', 15_000n],
      ['osaka', 4800n],
    ] satisfies [Hardfork, bigint][])('clearing a slot is refunded under %s', (hardfork, refund) => {
      const state = new Map([[SELF, { storage: [[1n, 9n]] as const }]])
      expect(run('0x00 0x01 SSTORE', { hardfork, state }).host.journal.refundGas).toBe(refund)
    })

    // The examples of EIP-2200: what a slot holds at first, what is written one after the other, gas, refund.
    test.each([
      [0n, [0, 0], 1612n, 0n],
      [0n, [0, 1], 20_812n, 0n],
      [0n, [1, 0], 20_812n, 19_200n],
      [0n, [1, 2], 20_812n, 0n],
      [0n, [1, 1], 20_812n, 0n],
      [1n, [0, 0], 5812n, 15_000n],
      [1n, [0, 1], 5812n, 4200n],
      [1n, [0, 2], 5812n, 0n],
      [1n, [2, 0], 5812n, 15_000n],
      [1n, [2, 3], 5812n, 0n],
      [1n, [2, 1], 5812n, 4200n],
      [1n, [2, 2], 5812n, 0n],
      [1n, [1, 0], 5812n, 15_000n],
      [1n, [1, 2], 5812n, 0n],
      [1n, [1, 1], 1612n, 0n],
      [0n, [1, 0, 1], 40_818n, 19_200n],
      [1n, [0, 1, 0], 10_818n, 19_200n],
    ])('EIP-2200: %s, then %s', (original, values, gas, refund) => {
      const storage = original === 0n ? [] : [[0n, original] as const]
      const source = values.map((value) => `0x0${value} 0x00 SSTORE`).join(' ')
      const { host, used } = run(source, { hardfork: 'istanbul', state: new Map([[SELF, { storage }]]) })
      expect([used, host.journal.refundGas]).toEqual([gas, refund])
    })

    const rich = new Map([[SELF, { balanceWei: 10n, nonce: 1n }]])
    test('SELFDESTRUCT moves the balance and, before EIP-6780, destroys', () => {
      const { host } = run('0x00ff SELFDESTRUCT', { hardfork: 'shanghai', state: rich })
      expect([host.journal.balance(SELF), host.journal.balance(OTHER)]).toEqual([0n, 10n])
      expect(host.journal.isDestroyed(SELF)).toBe(true)
    })

    test('SELFDESTRUCT of an old contract only moves the balance since EIP-6780', () => {
      const { host } = run('ADDRESS SELFDESTRUCT', { state: rich })
      expect(host.journal.balance(SELF)).toBe(10n)
      expect(host.journal.isDestroyed(SELF)).toBe(false)
    })

    test('what a contract created in this transaction leaves to itself is burnt', () => {
      const host = createFakeHost('osaka', rich, undefined, newJournal())
      host.journal.markCreated(SELF)
      createEngine('osaka').execute(executionOf(), assemble('ADDRESS SELFDESTRUCT'), host)
      expect(host.journal.balance(SELF)).toBe(0n)
      expect(host.journal.isDestroyed(SELF)).toBe(true)
    })

    test('SELFDESTRUCT refunds once', () => {
      const host = createFakeHost('berlin', rich, undefined, newJournal())
      const engine = createEngine('berlin')
      for (let i = 0; i < 2; i++) engine.execute(executionOf(), assemble('0x00ff SELFDESTRUCT'), host)
      expect(host.journal.refundGas).toBe(24_000n)
    })
  })

  describe('children', () => {
    const callTo = (kind: string, value = '') =>
      `0x02 0x00 0x02 0x1e ${value} 0x00ff 0x1000 ${kind} ${RETURN_TOP}`.replace(/ +/g, ' ')
    const state = new Map([[SELF, { balanceWei: 100n }]])
    const execution = { valueWei: 5n, depth: 3 }

    test.each([
      ['CALL', '0x07', { kind: 'call', caller: SELF, recipient: OTHER, valueWei: 7n, gasLimit: 0x1000n + 2300n }],
      ['CALL', '0x00', { kind: 'call', caller: SELF, recipient: OTHER, valueWei: 0n, gasLimit: 0x1000n }],
      ['CALLCODE', '0x07', { kind: 'callcode', caller: SELF, recipient: SELF, valueWei: 7n }],
      ['DELEGATECALL', '', { kind: 'delegatecall', caller: CALLER, recipient: SELF, valueWei: 5n }],
      ['STATICCALL', '', { kind: 'staticcall', caller: SELF, recipient: OTHER, valueWei: 0n, isStatic: true }],
    ])('%s %s becomes a message', (kind, value, expected) => {
      const { host } = run(`0xbeef 0x00 MSTORE ${callTo(kind, value)}`, { state, execution })
      expect(host.messages).toHaveLength(1)
      expect(host.messages[0]).toMatchObject({ ...expected, codeAddress: OTHER, depth: 4, input: fromHex('0xbeef') })
    })

    test('a static frame has static children of every kind', () => {
      const { host } = run(callTo('DELEGATECALL'), { execution: { isStatic: true } })
      expect(host.messages[0]?.isStatic).toBe(true)
    })

    test.each([
      ['success', { status: 'success', output: fromHex('0x112233'), gasLeft: 1n }, 1n, 3n],
      ['revert', { status: 'revert', output: fromHex('0x112233'), gasLeft: 1n }, 0n, 3n],
      ['halt', { status: 'halt', reason: 'out-of-gas' }, 0n, 0n],
    ] satisfies [string, Result, bigint, bigint][])('a call that ends with %s', (_name, end, pushed, returned) => {
      const { result } = run(
        `${callTo('STATICCALL').replace(RETURN_TOP, '')} 0x20 MSTORE RETURNDATASIZE 0x00 MSTORE 0x40 0x00 RETURN`,
        {
          answer: () => end,
        },
      )
      expect(result.status).toBe('success')
      if (result.status !== 'success') return
      expect(wordFromBytes(result.output.subarray(32))).toBe(pushed)
      expect(wordFromBytes(result.output.subarray(0, 32))).toBe(returned)
    })

    test.each([
      [
        'keeps',
        (message: Message): Result => ({ status: 'revert', output: EMPTY_BYTES, gasLeft: message.gasLimit }),
        0n,
      ],
      ['burns', (): Result => ({ status: 'halt', reason: 'invalid-opcode' }), 0x1000n],
    ])('a child %s its gas', (_name, answer, burnt) => {
      const source = callTo('STATICCALL')
      expect(run(source, { answer }).used - run(source).used).toBe(burnt)
    })

    test('63/64 of the gas at most', () => {
      const { host } = run('0x00 0x00 0x00 0x00 0x00ff GAS STATICCALL', { execution: { gasLimit: 100_000n } })
      const left = 100_000n - 5n * 3n - 2n - 2600n
      expect(host.messages[0]?.gasLimit).toBe(left - left / 64n)
    })

    test('a call to a delegated account pays for its target, too (EIP-7702)', () => {
      const delegated = new Map([[OTHER, { code: fromHex(`0xef0100${addressOf(0xde1e).slice(2)}`) }]])
      const plain = new Map([[OTHER, { code: fromHex(`0xef0100${addressOf(0xde1e).slice(2)}00`) }]])
      const source = callTo('STATICCALL')
      expect(run(source, { state: delegated }).used - run(source).used).toBe(2600n)
      expect(run(source, { state: plain }).used).toBe(run(source).used)
    })

    test.each([
      ['CREATE', '0x04 0x1c 0x07 CREATE', undefined],
      ['CREATE2', '0x05 0x04 0x1c 0x07 CREATE2', `0x${'05'.padStart(64, '0')}`],
    ])('%s becomes a message and pushes the address', (kind, source, salt) => {
      const answer = ({ gasLimit }: Message): Result => ({
        status: 'success',
        output: fromHex('0x99'),
        gasLeft: gasLimit,
        created: addressOf(0xabcd),
      })
      const { host, result } = run(`0xdeadbeef 0x00 MSTORE ${source} RETURNDATASIZE ADD ${RETURN_TOP}`, {
        answer,
        state,
      })
      expect(host.messages[0]).toMatchObject({
        kind: kind.toLowerCase(),
        caller: SELF,
        valueWei: 7n,
        initCode: fromHex('0xdeadbeef'),
        salt,
        depth: 1,
      })
      expect(result.status === 'success' && wordFromBytes(result.output)).toBe(0xabcdn)
    })

    test('a create that reverts leaves its data', () => {
      const answer = (): Result => ({ status: 'revert', output: fromHex('0x1122'), gasLeft: 0n })
      const { result } = run(`0x00 0x00 0x00 CREATE RETURNDATASIZE ADD ${RETURN_TOP}`, { answer })
      expect(result.status === 'success' && wordFromBytes(result.output)).toBe(2n)
    })

    test('init code that begins with 0xef00 is tried like any other', () => {
      expect(run('0xef00 0x00 MSTORE 0x02 0x1e 0x00 CREATE').host.messages).toHaveLength(1)
    })

    test.each([
      [196_608, 1],
      [196_609, 0],
    ])('a module of %d bytes as init code: %d children', (size, children) => {
      const length = `0x${size.toString(16).padStart(6, '0')}`
      const module = `0x${'0061736d'.padEnd(64, '0')} 0x00 MSTORE`
      const { host } = run(`${module} ${length} 0x00 0x00 CREATE`)
      expect(host.messages).toHaveLength(children)
    })
  })

  test('frames do not share registers, and equal frames end equally', () => {
    const source = '0x01 0x00 MSTORE 0x03e8 JUMPDEST 0x01 ADD 0x00 MLOAD ADD GAS 0x20 MSTORE 0x40 0x00 RETURN'
    const [first, second] = [run(source), run(source)]
    expect(second.result).toEqual(first.result)
  })

  test('a failure of the host is not a result', () => {
    const answer = (): Result => {
      throw new Error('the disk is gone')
    }
    expect(() => run('0x00 0x00 0x00 0x00 0x00ff GAS STATICCALL', { answer })).toThrow('the disk is gone')
  })
}

function gasUsed(result: Result, limit: bigint): bigint {
  return result.status === 'halt' ? limit : limit - result.gasLeft
}
