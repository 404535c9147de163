import type { AccountOverride, BlockOverrides, StateOverrides } from '../../chain/index.ts'
import type { Address, Word } from '../../primitives/index.ts'
import { type Codec, mapOf, readMembers, refuse, required } from './codec.ts'
import { address, data, hash, quantity, quantity64, slot } from './scalars.ts'

const storage: Codec<ReadonlyMap<Word, Word>> = mapOf(slot, quantity)

const accountOverride: Codec<AccountOverride> = required('account override', (json, path) => {
  const read = readMembers(json, path)
  const override = present({
    balanceWei: read('balance', quantity),
    nonce: read('nonce', quantity64),
    code: read('code', data),
    state: read('state', storage),
    stateDiff: read('stateDiff', storage),
    movePrecompileTo: read('movePrecompileToAddress', address),
  })
  if (override.state !== undefined && override.stateDiff !== undefined) {
    return refuse(path, 'has both state and stateDiff, choose one or the other')
  }
  return override
})

/** What to pretend about accounts: geth's state override set. */
export const stateOverrides: Codec<StateOverrides> = {
  ...mapOf<Address, AccountOverride>(address, accountOverride),
  label: 'state overrides',
}

/** What to pretend about the block: geth's names and the ones that came before them. */
export const blockOverrides: Codec<BlockOverrides> = required('block overrides', (json, path) => {
  const read = readMembers(json, path)
  return present({
    number: read('number', quantity64),
    timestampSeconds: read('time', quantity64) ?? read('timestamp', quantity64),
    gasLimit: read('gasLimit', quantity64),
    coinbase: read('feeRecipient', address) ?? read('coinbase', address),
    prevRandao: read('prevRandao', hash) ?? read('random', hash),
    baseFeeWei: read('baseFeePerGas', quantity) ?? read('baseFee', quantity),
    blobBaseFeeWei: read('blobBaseFee', quantity),
  })
})

/** The members that are not undefined, in the type's words too. */
function present<members extends Record<string, unknown>>(
  members: members,
): { [name in keyof members]?: Exclude<members[name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [name in keyof members]?: Exclude<members[name], undefined>
  }
}
