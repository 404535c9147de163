import type { Address } from '../../primitives/index.ts'
import type { Contact, NetworkClock, PeerId, Transport } from '../transport.ts'
import { MemoryTransport } from './memoryTransport.ts'

/** What happens to one message on its way: the milliseconds until each copy of it arrives; none when it is lost. */
export type Link = (from: PeerId, to: PeerId) => readonly number[]

/** A network in one process. What it does depends on its clock, its link and the calls alone, so it can be done again. */
export interface MemoryNetwork {
  /** A node that is not started. `validators` as for {@link Transport.setValidators}. */
  join(id: PeerId, validators: ReadonlyMap<Address, Contact>): Transport
  /** Messages reach only nodes of the same group; nobody notices that the others do not answer. No groups: all is well. */
  partition(groups: readonly (readonly PeerId[])[]): void
}

/** Connects every started node with every other, over `link`. */
export function createMemoryNetwork(clock: NetworkClock, link: Link): MemoryNetwork {
  let groupOf = new Map<PeerId, number>()
  const wire = {
    clock,
    started: new Map<PeerId, MemoryTransport>(),
    carry(from: PeerId, to: PeerId, deliver: () => void): void {
      if (groupOf.get(from) !== groupOf.get(to)) return
      for (const delayMs of link(from, to)) clock.after(delayMs, deliver)
    },
  }
  return {
    join: (id, validators) => new MemoryTransport(id, validators, wire),
    partition(groups) {
      groupOf = new Map(groups.flatMap((group, index) => group.map((id) => [id, index] as const)))
    },
  }
}

/** What a faulty link does. Rates from 0 to 1. */
export type LinkFaults = {
  readonly minDelayMs: number
  readonly maxDelayMs: number
  readonly lossRate: number
  readonly duplicationRate: number
}

/** A link whose faults follow from `random`, which gives numbers from 0 to below 1. */
export function faultyLink(random: () => number, faults: LinkFaults): Link {
  const { minDelayMs, maxDelayMs, lossRate, duplicationRate } = faults
  const delay = () => minDelayMs + Math.floor(random() * (maxDelayMs - minDelayMs + 1))
  return () => {
    if (random() < lossRate) return []
    return random() < duplicationRate ? [delay(), delay()] : [delay()]
  }
}
