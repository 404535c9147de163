import type { Address } from '../../primitives/index.ts'

/** Accounts that a developer may send from without their keys. */
export interface Impersonation {
  allows(address: Address): boolean
  start(address: Address): void
  stop(address: Address): void
  /** While true, every account is allowed. */
  setAll(isAllowed: boolean): void
  clear(): void
}

/** Nobody is impersonated at first. */
export function createImpersonation(): Impersonation {
  const addresses = new Set<Address>()
  let all = false
  return {
    allows: (address) => all || addresses.has(address),
    start: (address) => void addresses.add(address),
    stop: (address) => void addresses.delete(address),
    setAll(isAllowed) {
      all = isAllowed
    },
    clear() {
      addresses.clear()
      all = false
    },
  }
}
