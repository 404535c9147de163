import type { Address } from '../../primitives/index.ts'
import { assert } from '../../primitives/index.ts'

/** A location's key, or `life:` and an address: whether the account exists and is not empty. */
export type LocationName = string

/** A transaction of a block and what it accessed when all below it had been executed. */
export type Accessed = {
  readonly sender: Address
  readonly reads: ReadonlySet<LocationName>
  readonly needs: ReadonlySet<LocationName>
  readonly writes: ReadonlySet<LocationName>
  /** What executing it costs: gas, or time. */
  readonly weight: number
}

/**
 * Which accesses order transactions, from all of them to those that must:
 *
 * - `strict`: whatever one reads that another wrote; who moves a balance reads it.
 * - `coinbase`: but for the coinbase's balance, which fees go to.
 * - `credits`: only what mattered of what was read, and the sender's balance and nonce: credits commute.
 * - `commutative`: only what mattered (D8): a debit asks whether there is enough, and a sender's nonce is known from the start.
 */
export const ORDERING_RULES = ['strict', 'coinbase', 'credits', 'commutative'] as const
export type OrderingRule = (typeof ORDERING_RULES)[number]

/** Who depends on whom in a block. */
export type ConflictGraph = {
  readonly weights: readonly number[]
  /**
   * Of each transaction, the lower ones that it must come after, ascending: of what it reads, those that wrote it since the last
   * one that read it, too (changes that commute do not wait for each other, but a reader waits for all of them).
   */
  readonly dependencies: readonly (readonly number[])[]
  /** How many transactions read what a lower one of the block wrote, by location. */
  readonly conflicts: ReadonlyMap<LocationName, number>
}

/** The conflicts of a block's transactions. O(accesses + dependencies). */
export function conflictGraph(transactions: readonly Accessed[], coinbase: Address, rule: OrderingRule): ConflictGraph {
  const lastWriters = new Map<LocationName, number[]>()
  const conflicts = new Map<LocationName, number>()
  const dependencies = transactions.map((transaction, index) => {
    const before = new Set<number>()
    const reads = orderingReads(transaction, coinbase, rule)
    for (const key of reads) {
      const writers = lastWriters.get(key)
      if (writers === undefined) continue
      for (const writer of writers) before.add(writer)
      conflicts.set(key, (conflicts.get(key) ?? 0) + 1)
    }
    for (const key of transaction.writes) {
      const writers = lastWriters.get(key)
      if (writers === undefined || reads.has(key)) lastWriters.set(key, [index])
      else writers.push(index)
    }
    return [...before].sort((a, b) => a - b)
  })
  return { weights: transactions.map(({ weight }) => weight), dependencies, conflicts }
}

/** What of a transaction's accesses must be as the lower ones left it. */
function orderingReads(
  { sender, reads, needs, writes }: Accessed,
  coinbase: Address,
  rule: OrderingRule,
): ReadonlySet<LocationName> {
  const ordering = new Set(rule === 'strict' || rule === 'coinbase' ? reads : needs)
  switch (rule) {
    case 'coinbase':
      if (!needs.has(`balance:${coinbase}`)) ordering.delete(`balance:${coinbase}`)
      break
    case 'credits':
      for (const key of [`balance:${sender}`, `nonce:${sender}`]) if (writes.has(key)) ordering.add(key)
      break
    case 'commutative':
      ordering.delete(`nonce:${sender}`)
      break
  }
  return ordering
}

/** The chain of dependent transactions that weighs most: no number of workers is done sooner. */
export type CriticalPath = { readonly weight: number; readonly transactions: readonly number[] }

/** O(edges). */
export function criticalPath({ weights, dependencies }: ConflictGraph): CriticalPath {
  const ends: number[] = []
  const before: (number | undefined)[] = []
  weights.forEach((weight, index) => {
    const latest = latestOf(dependencies[index] ?? [], ends)
    before.push(latest)
    ends.push(weight + (latest === undefined ? 0 : (ends[latest] ?? 0)))
  })
  const path: number[] = []
  for (let at = latestOf(weights.keys(), ends); at !== undefined; at = before[at]) path.push(at)
  path.reverse()
  return { weight: ends[path.at(-1) ?? -1] ?? 0, transactions: path }
}

function latestOf(candidates: Iterable<number>, ends: readonly number[]): number | undefined {
  let latest: number | undefined
  for (const candidate of candidates) {
    if (latest === undefined || (ends[candidate] ?? 0) > (ends[latest] ?? 0)) latest = candidate
  }
  return latest
}

/** When each transaction would begin, and on which worker. */
export type ListSchedule = {
  readonly makespan: number
  readonly transactions: readonly { readonly worker: number; readonly start: number }[]
}

/**
 * How many workers who know the graph would do it: each one who is free takes the lowest transaction that waits for nobody. Within
 * a factor of 2 of the best there is. Source: R. Graham, "Bounds for Certain Multiprocessing Anomalies" (1966).
 */
export function listSchedule({ weights, dependencies }: ConflictGraph, workers: number): ListSchedule {
  assert(workers > 0, 'somebody works')
  const waitsFor = dependencies.map(({ length }) => length)
  const dependents = dependentsOf(dependencies)
  const ready = [...weights.keys()].filter((transaction) => waitsFor[transaction] === 0)
  const free = Array.from({ length: workers }, (_, worker) => worker)
  const planned = weights.map(() => ({ worker: 0, start: 0 }))
  let running: { readonly transaction: number; readonly worker: number; readonly end: number }[] = []
  let now = 0
  while (ready.length > 0 || running.length > 0) {
    while (ready.length > 0 && free.length > 0) {
      const [transaction, worker] = [ready.shift() ?? 0, free.shift() ?? 0]
      planned[transaction] = { worker, start: now }
      running.push({ transaction, worker, end: now + (weights[transaction] ?? 0) })
    }
    now = Math.min(...running.map(({ end }) => end))
    for (const { transaction, worker } of running.filter(({ end }) => end === now)) {
      insert(free, worker)
      for (const dependent of dependents[transaction] ?? []) {
        waitsFor[dependent] = (waitsFor[dependent] ?? 0) - 1
        if (waitsFor[dependent] === 0) insert(ready, dependent)
      }
    }
    running = running.filter(({ end }) => end !== now)
  }
  return { makespan: now, transactions: planned }
}

function dependentsOf(dependencies: ConflictGraph['dependencies']): readonly (readonly number[])[] {
  const dependents = dependencies.map((): number[] => [])
  dependencies.forEach((lower, transaction) => {
    for (const one of lower) dependents[one]?.push(transaction)
  })
  return dependents
}

/** Into an ascending list. */
function insert(list: number[], value: number): void {
  let at = list.length
  while (at > 0 && (list[at - 1] ?? 0) > value) at -= 1
  list.splice(at, 0, value)
}
