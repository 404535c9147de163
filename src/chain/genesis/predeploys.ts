import type { Bytes, Hardfork } from '../../primitives/index.ts'
import {
  type Address,
  BEACON_ROOTS,
  BLOCK_HASHES,
  CONSOLIDATION_REQUESTS,
  fromHex,
  isAtLeast,
  toAddress,
  WITHDRAWAL_REQUESTS,
} from '../../primitives/index.ts'
import { MULTICALL3_CODE } from './multicall3.ts'

/** A contract that stands in the state before the first block. */
export type Predeploy = { readonly address: Address; readonly code: Bytes }

/** Where tools such as `forge script` expect a factory for CREATE2: call data is a salt and then init code. */
const CREATE2_DEPLOYER: Predeploy = {
  address: toAddress('0x4e59b44847b379578588920ca78fbf26c0b4956c'),
  code: fromHex(
    '0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3',
  ),
}

/** Many calls in one: viem, ethers and most wallets look for it at this address. */
const MULTICALL3: Predeploy = {
  address: toAddress('0xca11bde05977b3631167028862be2a173976ca11'),
  code: MULTICALL3_CODE,
}

/** What a development chain of this fork begins with: the contracts of the protocol, and those that tools expect. */
export function predeploysOf(hardfork: Hardfork): readonly Predeploy[] {
  const always = [CREATE2_DEPLOYER, MULTICALL3, BEACON_ROOTS]
  if (!isAtLeast(hardfork, 'prague')) return always
  return [...always, BLOCK_HASHES, WITHDRAWAL_REQUESTS, CONSOLIDATION_REQUESTS]
}
