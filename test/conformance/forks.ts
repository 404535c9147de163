import type { Hardfork } from '../../src/primitives/index.ts'

/** What the suites call each fork. */
export const FIXTURE_FORKS: ReadonlyMap<string, Hardfork> = new Map([
  ['Frontier', 'frontier'],
  ['Homestead', 'homestead'],
  ['EIP150', 'tangerineWhistle'],
  ['EIP158', 'spuriousDragon'],
  ['Byzantium', 'byzantium'],
  ['Constantinople', 'constantinople'],
  ['ConstantinopleFix', 'petersburg'],
  ['Istanbul', 'istanbul'],
  ['Berlin', 'berlin'],
  ['London', 'london'],
  ['Paris', 'paris'],
  ['Merge', 'paris'],
  ['Shanghai', 'shanghai'],
  ['Cancun', 'cancun'],
  ['Prague', 'prague'],
  ['Osaka', 'osaka'],
])
