import type { Address } from '../../primitives/index.ts'
import { BaseError, EMPTY_CODE_HASH, keccakHash } from '../../primitives/index.ts'
import type { AccountDiff, StateView } from '../../state/index.ts'
import { createOverlay } from '../../state/index.ts'
import type { Precompile } from '../../vm/index.ts'
import type { AccountOverride, StateOverrides } from '../simulator.ts'

/** Precompiles by address. */
export type Precompiles = ReadonlyMap<Address, Precompile>

/** `view` as the overrides pretend it to be. Throws `INVALID_OVERRIDE`. */
export function overrideState(view: StateView, overrides: StateOverrides): StateView {
  if (overrides.size === 0) return view
  const overlay = createOverlay(view)
  overlay.apply([...overrides].map(([address, override]) => diffOf(view, address, override)))
  return overlay
}

function diffOf(view: StateView, address: Address, override: AccountOverride): AccountDiff {
  const { state, stateDiff, code } = override
  if (state !== undefined && stateDiff !== undefined) {
    throw invalidOverride(`account ${address} has both 'state' and 'stateDiff'`)
  }
  const current = view.account(address) ?? { nonce: 0n, balanceWei: 0n, codeHash: EMPTY_CODE_HASH }
  const codeHash = code === undefined ? current.codeHash : code.length === 0 ? EMPTY_CODE_HASH : keccakHash(code)
  return {
    address,
    account: {
      nonce: override.nonce ?? current.nonce,
      balanceWei: override.balanceWei ?? current.balanceWei,
      codeHash,
    },
    code,
    storageReset: state !== undefined,
    storage: [...(state ?? stateDiff ?? [])],
  }
}

/**
 * The precompiles that are left: an override takes the place of one, unless that one moves elsewhere first. Throws
 * `INVALID_OVERRIDE`. Source: geth's `StateOverride`, execution-apis `eth_simulateV1`.
 */
export function overridePrecompiles(precompiles: Precompiles, overrides: StateOverrides): Precompiles {
  if (overrides.size === 0) return precompiles
  const left = new Map(precompiles)
  for (const address of overrides.keys()) left.delete(address)
  for (const [address, { movePrecompileTo: target }] of overrides) {
    if (target === undefined) continue
    const precompile = precompiles.get(address)
    if (precompile === undefined) throw invalidOverride(`account ${address} is not a precompile`)
    if (overrides.has(target)) throw invalidOverride(`account ${target} is already overridden`)
    left.set(target, precompile)
  }
  return left
}

function invalidOverride(summary: string): BaseError {
  return new BaseError('INVALID_OVERRIDE', summary)
}
