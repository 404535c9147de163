import {
  createBlockLevelAccessList,
  createBlockLevelAccessListFromRLP,
  validateBlockAccessListStructure,
} from '@ethereumjs/util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AccessRecorder } from '../../../src/parallel/accessList/accessRecorder.ts'
import {
  type BlockAccessList,
  decodeAccessList,
  encodeAccessList,
  hashAccessList,
} from '../../../src/parallel/index.ts'
import { equalBytes, keccakHash, toHex, wordToBytes } from '../../../src/primitives/index.ts'
import { type Account, type AccountDiff, type Asked, createOverlay, type StateView } from '../../../src/state/index.ts'
import { addr, world } from '../../harness/world.ts'

const ACCOUNTS = 5
const RUNS = 300

const code = fc.uint8Array({ minLength: 1, maxLength: 60 })
const word = fc.oneof(
  fc.constantFrom(0n, 1n, 0x7fn, 0x80n, 2n ** 48n - 1n, 2n ** 48n, 2n ** 64n, 2n ** 256n - 1n),
  fc.bigInt({ min: 0n, max: 300n }),
)
const nonce = fc.oneof(fc.bigInt({ min: 0n, max: 3n }), fc.constant(2n ** 64n - 1n))

/** What one transaction does to one account. */
const act = fc.record({
  of: fc.integer({ min: 1, max: ACCOUNTS }),
  reads: fc.array(word, { maxLength: 3 }),
  balanceWei: fc.option(word, { nil: undefined }),
  nonce: fc.option(nonce, { nil: undefined }),
  code: fc.option(code, { nil: undefined }),
  storage: fc.array(fc.tuple(word, word), { maxLength: 3 }),
})
type Act = typeof act extends fc.Arbitrary<infer value> ? value : never
/** Parts of a block, from index 0 on; an account acts at most once in each. */
const block = fc.array(fc.uniqueArray(act, { selector: ({ of }) => of, maxLength: ACCOUNTS }), { maxLength: 6 })

const base: StateView = world({
  [addr(1)]: { balanceWei: 5n, nonce: 1n },
  [addr(2)]: { balanceWei: 1n, code: Uint8Array.of(1), storage: [[1n, 7n]] },
})
const NOBODY: Account = { nonce: 0n, balanceWei: 0n, codeHash: keccakHash(new Uint8Array(0)) }

/** Our list of a block, and @ethereumjs/util's. */
function listsOf(parts: readonly (readonly Act[])[]) {
  const overlay = createOverlay(base)
  const recorder = new AccessRecorder(base)
  const oracle = createBlockLevelAccessList()
  parts.forEach((acts, index) => {
    const diff = acts.map((one) => diffOf(overlay, one)).sort((a, b) => (a.address < b.address ? -1 : 1))
    for (const one of acts) tellOracle(oracle, overlay, one, index)
    const access: Asked = {
      asked(visit) {
        for (const { of, reads, storage } of acts) {
          visit(addr(of))
          for (const slot of [...reads, ...storage.map(([written]) => written)]) visit(addr(of), slot)
        }
      },
    }
    recorder.add(index, access, diff)
    overlay.apply(diff)
  })
  return { list: recorder.list(), oracle }
}

function diffOf(view: StateView, { of, storage, ...fields }: Act): AccountDiff {
  const address = addr(of)
  const before = view.account(address) ?? NOBODY
  const account: Account = {
    nonce: fields.nonce ?? before.nonce,
    balanceWei: fields.balanceWei ?? before.balanceWei,
    codeHash: fields.code === undefined ? before.codeHash : keccakHash(fields.code),
  }
  const slots = new Map(storage.filter(([slot, value]) => view.storage(address, slot) !== value))
  return {
    address,
    account,
    code: account.codeHash === before.codeHash ? undefined : fields.code,
    storageReset: false,
    storage: [...slots].sort(([a], [b]) => (a < b ? -1 : 1)),
  }
}

function tellOracle(
  oracle: ReturnType<typeof createBlockLevelAccessList>,
  view: StateView,
  one: Act,
  index: number,
): void {
  const address = addr(one.of)
  const before = view.account(address) ?? NOBODY
  const diff = diffOf(view, one)
  oracle.addAddress(address)
  for (const slot of one.reads) oracle.addStorageRead(address, wordToBytes(slot))
  for (const [slot] of one.storage) oracle.addStorageRead(address, wordToBytes(slot))
  for (const [slot, value] of diff.storage) {
    oracle.addStorageWrite(
      address,
      wordToBytes(slot),
      wordToBytes(value),
      index,
      wordToBytes(view.storage(address, slot)),
    )
  }
  const { nonce: newNonce, balanceWei } = diff.account ?? NOBODY
  if (balanceWei !== before.balanceWei) oracle.addBalanceChange(address, balanceWei, index)
  if (newNonce !== before.nonce) oracle.addNonceChange(address, newNonce, index)
  if (diff.code !== undefined) oracle.addCodeChange(address, diff.code, index)
}

describe('a block access list', () => {
  it('has the bytes and the hash that @ethereumjs/util gives the same block', () => {
    fc.assert(
      fc.property(block, (parts) => {
        const { list, oracle } = listsOf(parts)
        expect(toHex(encodeAccessList(list))).toBe(toHex(oracle.serialize()))
        expect(hashAccessList(list)).toBe(toHex(oracle.hash()))
        validateBlockAccessListStructure(createBlockLevelAccessListFromRLP(encodeAccessList(list)))
      }),
      { numRuns: RUNS },
    )
  })

  it('is what was decoded from its bytes', () => {
    fc.assert(
      fc.property(block, (parts) => {
        const { list } = listsOf(parts)
        expect(decodeAccessList(encodeAccessList(list))).toEqual(list)
      }),
      { numRuns: RUNS },
    )
  })

  it('has one form: bytes that are changed are refused or are another list', () => {
    fc.assert(
      fc.property(block, fc.nat(), fc.integer({ min: 1, max: 255 }), (parts, at, mask) => {
        const bytes = encodeAccessList(listsOf(parts).list)
        const changed = Uint8Array.from(bytes)
        const place = at % bytes.length
        changed[place] = (changed[place] ?? 0) ^ mask
        const decoded = decodedOrRefused(changed)
        if (decoded !== undefined) expect(equalBytes(encodeAccessList(decoded), changed)).toBe(true)
      }),
      { numRuns: RUNS * 3 },
    )
  })
})

function decodedOrRefused(bytes: Uint8Array): BlockAccessList | undefined {
  try {
    return decodeAccessList(bytes)
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: expect.stringMatching(/^(INVALID_RLP|RLP_INVALID_VALUE)$/) })
    return undefined
  }
}
