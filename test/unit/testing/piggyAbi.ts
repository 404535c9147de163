import { parseAbi } from 'viem'

/** What both Piggies offer, with types. */
export const piggyAbi = parseAbi([
  'constructor(uint256 seconds) payable',
  'function until() view returns (uint256)',
  'function pay() payable returns (uint256)',
  'function take()',
  'function check(uint256 kind) pure',
  'function ask(address other, uint256 kind)',
  'function place() view returns (uint256 number, uint256 time, address sender)',
  'event Paid(address indexed by, uint256 amount)',
  'error TooEarly(uint256 now, uint256 until)',
])
