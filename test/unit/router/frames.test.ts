import { describe, expect, it } from 'vitest'
import type { Address } from '../../../src/primitives/index.ts'
import { create2Address, createAddress, EMPTY_BYTES, fromHex } from '../../../src/primitives/index.ts'
import type { TransactionOutcome } from '../../../src/router/index.ts'
import { executeTransaction } from '../../../src/router/index.ts'
import type { CallKind, CallMessage, Execution, Host, Result, VmEngine } from '../../../src/vm/index.ts'
import type { Behaviour, Holding } from '../../harness/world.ts'
import { addr, environment, hash, label, transaction, world } from '../../harness/world.ts'

const OUTER = addr(2)
const INNER = addr(3)
const ETHER = 10n ** 18n

/** Runs `outer` as the code of the transaction's target; `inner` is the code of `INNER`. */
function run(
  outer: Behaviour,
  inner: Behaviour,
  holdings: Readonly<Record<Address, Holding>> = {},
  machines = {},
): TransactionOutcome {
  const view = world({
    [addr(1)]: { balanceWei: ETHER },
    [OUTER]: { code: label(0), balanceWei: 100n },
    [INNER]: { code: label(1) },
    ...holdings,
  })
  const env = environment({ behaviours: [outer, inner], machines })
  return executeTransaction(env, view, transaction({ gasLimit: 1_000_000n }), 'consensus')
}

function message(parts: Partial<CallMessage> = {}): CallMessage {
  return {
    kind: 'call',
    caller: OUTER,
    recipient: INNER,
    codeAddress: INNER,
    valueWei: 0n,
    input: EMPTY_BYTES,
    gasLimit: 1_000n,
    depth: 1,
    isStatic: false,
    ...parts,
  }
}

const done: Result = { status: 'success', output: EMPTY_BYTES, gasLeft: 0n }

/** Runs `ask` in the outer frame and returns what it saw. */
function observe<seen>(ask: (host: Host) => seen, inner: Behaviour = () => done, holdings = {}, machines = {}): seen {
  const box: seen[] = []
  run(
    (_execution, host) => {
      box.push(ask(host))
      return done
    },
    inner,
    holdings,
    machines,
  )
  const [seen] = box
  if (seen === undefined) throw new Error('the outer frame did not run')
  return seen
}

describe('a child frame', () => {
  it.each([
    ['revert', { status: 'revert', output: Uint8Array.of(1), gasLeft: 5n }],
    ['halt', { status: 'halt', reason: 'invalid-opcode' }],
  ] as const)('that ends in %s is undone and reported as it is', (_name, ending) => {
    const seen = observe(
      (host) => {
        const result = host.call(message({ valueWei: 40n }))
        const { journal } = host
        return {
          result,
          balance: journal.balance(INNER),
          slot: journal.storage(INNER, 1n),
          logs: journal.logCount,
          refund: journal.refundGas,
        }
      },
      (execution, { journal }) => {
        journal.setStorage(execution.recipient, 1n, 9n)
        journal.log({ address: execution.recipient, topics: [], data: EMPTY_BYTES })
        journal.addRefund(5n)
        return ending
      },
    )
    expect(seen).toEqual({ result: ending, balance: 0n, slot: 0n, logs: 0, refund: 0n })
  })

  it('that succeeds keeps its effects', () => {
    const seen = observe(
      (host) => {
        host.call(message({ valueWei: 40n }))
        return [host.journal.balance(INNER), host.journal.storage(INNER, 1n)]
      },
      (execution, { journal }) => {
        journal.setStorage(execution.recipient, 1n, 9n)
        return done
      },
    )
    expect(seen).toEqual([40n, 9n])
  })

  it.each([
    ['too deep', { depth: 1025 }],
    ['without the funds', { valueWei: 101n }],
  ])('%s does not begin and keeps its gas', (_name, parts) => {
    const result = observe(
      (host) => host.call(message(parts)),
      () => {
        throw new Error('must not run')
      },
    )
    expect(result).toMatchObject({ status: 'revert', gasLeft: 1_000n, output: EMPTY_BYTES })
  })

  it.each([
    ['call', 40n],
    ['staticcall', 0n],
    ['delegatecall', 0n],
    ['callcode', 0n],
  ] as const)('of kind %s moves %s wei', (kind: CallKind, moved) => {
    const valueWei = kind === 'staticcall' ? 0n : 40n
    const recipient = kind === 'call' || kind === 'staticcall' ? INNER : OUTER
    const balance = observe((host) => {
      host.call(message({ kind, valueWei, recipient }))
      return host.journal.balance(INNER)
    })
    expect(balance).toBe(moved)
  })

  it('without code succeeds at once', () => {
    expect(observe((host) => host.call(message({ codeAddress: addr(9), recipient: addr(9) })))).toEqual({
      ...done,
      gasLeft: 1_000n,
    })
  })

  it('runs one step along a delegation, on the authority', () => {
    const delegated = fromHex(`0xef0100${INNER.slice(2)}`)
    let ran: Execution | undefined
    observe(
      (host) => host.call(message({ recipient: addr(8), codeAddress: addr(8) })),
      (execution) => {
        ran = execution
        return done
      },
      { [addr(8)]: { code: delegated } },
    )
    expect(ran?.recipient).toBe(addr(8))
  })

  it('goes to a precompile by its address', () => {
    const precompiles = new Map([[addr(4), (input: Uint8Array): Result => ({ ...done, output: input })]])
    const input = Uint8Array.of(7)
    const result = observe(
      (host) => host.call(message({ recipient: addr(4), codeAddress: addr(4), input })),
      undefined,
      {},
      { precompiles },
    )
    expect(result).toMatchObject({ status: 'success', output: input })
  })

  it('goes to the wasm engine by the first bytes of its code', () => {
    const wasm: VmEngine = {
      kind: 'wasm',
      validate: (_code, gasLimit) => ({ status: 'valid', gasLeft: gasLimit }),
      execute: () => ({ ...done, output: Uint8Array.of(0xaa) }),
    }
    const holdings = { [INNER]: { code: fromHex('0x0061736d01000000') } }
    expect(observe((host) => host.call(message()), undefined, holdings, { wasm })).toMatchObject({
      output: Uint8Array.of(0xaa),
    })
  })
})

describe('a creation by a contract', () => {
  const create = (host: Host, parts = {}): Result =>
    host.call({
      kind: 'create',
      caller: OUTER,
      initCode: label(1),
      salt: undefined,
      valueWei: 7n,
      gasLimit: 100_000n,
      depth: 1,
      isStatic: false,
      ...parts,
    })

  it('takes its address from the nonce and counts it', () => {
    const seen = observe((host) => [
      create(host),
      host.journal.nonce(OUTER),
      host.journal.balance(createAddress(OUTER, 0n)),
    ])
    expect(seen).toMatchObject([{ status: 'success', created: createAddress(OUTER, 0n) }, 1n, 7n])
  })
  it('with salt takes it from the init code', () => {
    const result = observe((host) => create(host, { kind: 'create2', salt: hash(5) }))
    expect(result).toMatchObject({ created: create2Address(OUTER, hash(5), label(1)) })
  })
  it('that fails keeps the nonce and the warmth, nothing else', () => {
    const seen = observe(
      (host) => {
        const { status } = create(host)
        const address = createAddress(OUTER, 0n)
        return [status, host.journal.nonce(OUTER), host.journal.isAddressWarm(address), host.journal.exists(address)]
      },
      () => ({ status: 'halt', reason: 'out-of-gas' }),
    )
    expect(seen).toEqual(['halt', 1n, true, false])
  })
  it('with the highest nonce does not begin', () => {
    const result = observe((host) => create(host), undefined, {
      [OUTER]: { code: label(0), nonce: 2n ** 64n - 1n, balanceWei: 9n },
    })
    expect(result).toMatchObject({ status: 'revert', gasLeft: 100_000n })
  })
})
