import { EVMError } from '#ethereumjs-evm-sync'
import { assert } from '../../primitives/index.ts'
import type { HaltReason } from '../../vm/index.ts'

/** What our RETURNDATACOPY throws: the package has no name for it. */
export const RETURN_DATA_OUT_OF_BOUNDS = 'return data out of bounds'

const { errorMessages } = EVMError

const reasons: ReadonlyMap<string | undefined, HaltReason> = new Map([
  [errorMessages.OUT_OF_GAS, 'out-of-gas'],
  [errorMessages.STACK_OVERFLOW, 'stack-overflow'],
  [errorMessages.STACK_UNDERFLOW, 'stack-underflow'],
  [errorMessages.INVALID_OPCODE, 'invalid-opcode'],
  [errorMessages.INVALID_JUMP, 'invalid-jump'],
  [errorMessages.STATIC_STATE_CHANGE, 'static-violation'],
  [errorMessages.INITCODE_SIZE_VIOLATION, 'init-code-too-large'],
  [RETURN_DATA_OUT_OF_BOUNDS, 'return-data-out-of-bounds'],
])

/** Why the package halted a frame. Bad jumps carry their place after the words `at`. */
export function haltReasonOf(error: EVMError): HaltReason {
  const reason = reasons.get(error.error) ?? reasons.get(error.error.split(' at ', 1)[0])
  assert(reason !== undefined, `a halt has a known reason, and "${error.error}" is none`)
  return reason
}
