import { type ChainHardfork, devGenesis, genesisFile } from '../../chain/index.ts'
import type { Address } from '../../primitives/index.ts'
import { NEWEST_WASM_RULES } from '../../primitives/index.ts'
import { DEV_BALANCE_WEI, devAccounts } from '../devAccounts.ts'

/**
 * The base fee's floor on a new network, 0.01 gwei: a block of 60 million gas costs at least 0.0006 ether however idle the
 * network was before. EIP-1559 alone falls to 7 wei within hours.
 */
const MIN_BASE_FEE_WEI = 10_000_000n

/** What a new network's chain begins with. */
export type NewChain = {
  readonly chainId: bigint
  readonly hardfork: ChainHardfork
  readonly gasLimit: bigint
  /** Who gets 10,000 ether each. */
  readonly funded: readonly Address[]
}

/** Addresses of the development accounts, whose keys everybody knows. */
export function devAddresses(): readonly Address[] {
  return devAccounts().map(({ address }) => address)
}

/** A first block in geth's format: funded accounts and the contracts that tools expect; its time is now. */
export function gethGenesis({ chainId, hardfork, gasLimit, funded }: NewChain): object {
  return genesisFile({
    ...devGenesis({
      chainId,
      hardfork,
      gasLimit,
      accounts: funded,
      balanceWei: DEV_BALANCE_WEI,
      timestampSeconds: BigInt(Math.floor(Date.now() / 1000)),
    }),
    wasmRules: NEWEST_WASM_RULES,
    minBaseFeeWei: MIN_BASE_FEE_WEI,
  })
}
