import { InvalidModuleError } from './binary/reader.ts'
import type { BodyLimits, BodySize } from './functionBody.ts'
import type { GasSchedule } from './gasSchedule.ts'
import { MAX_BASIC_BLOCKS, MAX_EDGES_TIMES_LOCALS, MAX_METERED_BYTES } from './limits.ts'
import type { Module } from './module.ts'
import type { Operations } from './opcodes.ts'
import { operationsOf } from './opcodes.ts'

/** Thrown when a module turns out to take more than may be prepared; not the module's fault. */
export class AllowanceSpent extends Error {
  override readonly name = 'AllowanceSpent'
}

/** How code is metered, and what that took so far. */
export type Metering = {
  readonly operations: Operations
  readonly bodyLimits: BodyLimits
  readonly mostBytes: number
  readonly allowedBytes: number
  bytes: number
  /** One of the functions is. */
  isHeavy: boolean
}

/** A metering that has counted the module's own bytes. */
export function meteringOf(schedule: GasSchedule, module: Module, allowedBytes: number): Metering {
  const [operations, bytes] = [operationsOf(schedule), module.bytes.length]
  const isBounded = schedule.version >= 2
  const bound = (limit: number): number => (isBounded ? limit : Number.POSITIVE_INFINITY)
  return {
    operations,
    bodyLimits: { basicBlocks: bound(MAX_BASIC_BLOCKS), edgesTimesLocals: bound(MAX_EDGES_TIMES_LOCALS) },
    mostBytes: bound(MAX_METERED_BYTES),
    allowedBytes,
    bytes,
    isHeavy: false,
  }
}

/** Counts what a function took. Throws when that is more than the rules or the gas allow. */
export function countFunction(metering: Metering, { addedBytes, isHeavy }: BodySize, at: number): void {
  if (isHeavy) metering.isHeavy = true
  metering.bytes += addedBytes
  if (metering.bytes > metering.allowedBytes) throw new AllowanceSpent()
  if (metering.bytes <= metering.mostBytes) return
  const reason = `${metering.bytes} metered bytes, more than ${metering.mostBytes}: too many basic blocks and locals`
  throw new InvalidModuleError(reason, at)
}
