import type { LocatedLog } from '../../chain/index.ts'
import { toHex, toQuantity } from '../../primitives/index.ts'
import type { JsonObject } from '../json.ts'

/** A log. `removed` is always false: blocks are final. */
export function logView(log: LocatedLog): JsonObject {
  return {
    address: log.address,
    topics: log.topics,
    data: toHex(log.data),
    blockHash: log.blockHash,
    blockNumber: toQuantity(log.blockNumber),
    blockTimestamp: toQuantity(log.blockTimestampSeconds),
    transactionHash: log.transactionHash,
    transactionIndex: toQuantity(log.transactionIndex),
    logIndex: toQuantity(log.logIndex),
    removed: false,
  }
}
