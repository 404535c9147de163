import type { Address } from '../primitives/index.ts'
import type { Channel, Contact, PeerId, PeerName } from './transport.ts'

/** Who validates, and so what each node is called. */
export type Roster = {
  readonly validators: ReadonlyMap<Address, Contact>
  /** A validator's address for its key; the key's own name for any other. */
  readonly nameOf: (id: PeerId) => PeerName
  /** The key behind a name; undefined for an address that validates nothing. */
  readonly idOf: (name: PeerName) => PeerId | undefined
}

/** The names that follow from a set of validators. */
export function createRoster(validators: ReadonlyMap<Address, Contact>): Roster {
  const addresses = new Map<PeerId, Address>()
  for (const [address, { id }] of validators) addresses.set(id, address)
  return {
    validators,
    nameOf: (id) => addresses.get(id) ?? id,
    idOf: (name) => (isValidatorName(name) ? validators.get(name)?.id : name),
  }
}

/** True for an address, which is a validator's name. */
export function isValidatorName(name: PeerName): name is Address {
  return name.startsWith('0x')
}

/** Whether `receiver` takes a message of that channel from `sender`: a validator listens to validators, others to anybody. */
export function mayUse(channel: Channel, sender: PeerName, receiver: PeerName): boolean {
  return channel === 'transactions' || isValidatorName(sender) || !isValidatorName(receiver)
}
