import { describe, expect, test } from 'vitest'
import { diffOfEdits } from '../../../src/chain/ledger/stateEdit.ts'
import { EMPTY_CODE_HASH, keccakHash } from '../../../src/primitives/index.ts'
import { addr, world } from '../../harness/world.ts'

const view = world({
  [addr(1)]: { balanceWei: 5n },
  [addr(2)]: { nonce: 1n, code: Uint8Array.of(0xfe), storage: [[7n, 8n]] },
})
const code = Uint8Array.of(0, 1)

describe('edits of the state', () => {
  test('of one account add up to one change', () => {
    const diff = diffOfEdits(view, [
      { kind: 'storage', address: addr(1), slot: 9n, value: 2n },
      { kind: 'code', address: addr(1), code },
      { kind: 'balance', address: addr(1), balanceWei: 6n },
      { kind: 'storage', address: addr(1), slot: 3n, value: 1n },
      { kind: 'nonce', address: addr(1), nonce: 4n },
    ])
    expect(diff).toEqual([
      {
        address: addr(1),
        account: { nonce: 4n, balanceWei: 6n, codeHash: keccakHash(code) },
        code,
        storageReset: false,
        storage: [
          [3n, 1n],
          [9n, 2n],
        ],
      },
    ])
  })

  test('that change nothing are no change', () => {
    expect(
      diffOfEdits(view, [
        { kind: 'balance', address: addr(1), balanceWei: 5n },
        { kind: 'storage', address: addr(2), slot: 7n, value: 8n },
        { kind: 'balance', address: addr(3), balanceWei: 0n },
        { kind: 'storage', address: addr(3), slot: 1n, value: 0n },
      ]),
    ).toEqual([])
  })

  test('that empty an account delete it', () => {
    expect(diffOfEdits(view, [{ kind: 'balance', address: addr(1), balanceWei: 0n }])).toMatchObject([
      { address: addr(1), account: undefined },
    ])
  })

  test('that empty an account with slots leave it its slots', () => {
    const diff = diffOfEdits(view, [
      { kind: 'code', address: addr(2), code: new Uint8Array(0) },
      { kind: 'nonce', address: addr(2), nonce: 0n },
    ])
    expect(diff).toEqual([
      {
        address: addr(2),
        account: { nonce: 0n, balanceWei: 0n, codeHash: EMPTY_CODE_HASH },
        code: undefined,
        storageReset: false,
        storage: [],
      },
    ])
  })
})
