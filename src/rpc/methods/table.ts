import { assert } from '../../primitives/index.ts'
import type { Method } from '../method.ts'
import { consensusMethods } from './consensus.ts'
import { debugMethods } from './debug.ts'
import { accountMethods } from './dev/accounts.ts'
import { miningMethods } from './dev/mining.ts'
import { devNodeMethods } from './dev/node.ts'
import { timeMethods } from './dev/time.ts'
import { blockMethods } from './eth/blocks.ts'
import { callMethods } from './eth/call.ts'
import { feeMethods } from './eth/fees.ts'
import { infoMethods } from './eth/info.ts'
import { logMethods } from './eth/logs.ts'
import { sendMethods } from './eth/send.ts'
import { signMethods } from './eth/sign.ts'
import { stateMethods } from './eth/state.ts'
import { transactionMethods } from './eth/transactions.ts'
import { nodeMethods } from './node.ts'
import { parallelMethods } from './parallel.ts'
import { txpoolMethods } from './txpool.ts'

/** Every method of the node, by namespace. */
export const METHODS: readonly Method[] = [
  ...nodeMethods,
  ...infoMethods,
  ...stateMethods,
  ...blockMethods,
  ...transactionMethods,
  ...callMethods,
  ...feeMethods,
  ...sendMethods,
  ...signMethods,
  ...logMethods,
  ...txpoolMethods,
  ...debugMethods,
  ...consensusMethods,
  ...parallelMethods,
  ...accountMethods,
  ...miningMethods,
  ...timeMethods,
  ...devNodeMethods,
]

/** The methods that a node has, by each of their names. */
export function methodTable(isDev: boolean): ReadonlyMap<string, Method> {
  const table = new Map<string, Method>()
  for (const method of METHODS) {
    if (method.availability === 'dev' && !isDev) continue
    for (const name of method.names) {
      assert(!table.has(name), `no two methods are called ${name}`)
      table.set(name, method)
    }
  }
  return table
}

/** True for a name that only development nodes have a method of. */
export function isDevMethod(name: string): boolean {
  return METHODS.some(({ names, availability }) => availability === 'dev' && names.includes(name))
}
