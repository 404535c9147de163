import type { Core, Pointer } from '../../core/index.ts'
import { layout, opcodes } from '../../core/index.ts'
import { assert, EMPTY_BYTES } from '../../primitives/index.ts'
import type { CoreAccounts } from '../../state/index.ts'
import type { CallKind, CallMessage, CreateMessage, Execution } from '../../vm/index.ts'

const CALL_KINDS: ReadonlyMap<number, CallKind> = new Map([
  [opcodes.CALL, 'call'],
  [opcodes.CALLCODE, 'callcode'],
  [opcodes.DELEGATECALL, 'delegatecall'],
  [opcodes.STATICCALL, 'staticcall'],
])

/** The call that waits in a frame's mailbox. */
export function readCall({ memory }: Core, accounts: CoreAccounts, frame: Pointer, execution: Execution): CallMessage {
  const kind = CALL_KINDS.get(memory.view.getUint32(frame + layout.FRAME_ACTION_KIND, true))
  assert(kind !== undefined, 'a call in the mailbox is of a known kind')
  const codeAddress = accounts.addressOf(memory.view.getUint32(frame + layout.FRAME_ACTION_ACCOUNT, true))
  const { caller, recipient, valueWei, depth, isStatic } = execution
  const runsHere = kind === 'delegatecall' || kind === 'callcode'
  return {
    kind,
    caller: kind === 'delegatecall' ? caller : recipient,
    recipient: runsHere ? recipient : codeAddress,
    codeAddress,
    valueWei: kind === 'delegatecall' ? valueWei : kind === 'staticcall' ? 0n : readValue(memory, frame),
    input: readInput(memory, frame),
    gasLimit: memory.view.getBigUint64(frame + layout.FRAME_ACTION_GAS, true),
    depth: depth + 1,
    isStatic: isStatic || kind === 'staticcall',
  }
}

/** The creation that waits in a frame's mailbox. */
export function readCreate({ memory }: Core, frame: Pointer, { recipient, depth }: Execution): CreateMessage {
  const isCreate2 = memory.view.getUint32(frame + layout.FRAME_ACTION_KIND, true) === opcodes.CREATE2
  return {
    kind: isCreate2 ? 'create2' : 'create',
    caller: recipient,
    valueWei: readValue(memory, frame),
    initCode: readInput(memory, frame),
    salt: isCreate2 ? memory.readHash(frame + layout.FRAME_ACTION_SALT) : undefined,
    gasLimit: memory.view.getBigUint64(frame + layout.FRAME_ACTION_GAS, true),
    depth: depth + 1,
    isStatic: false,
  }
}

function readValue(memory: Core['memory'], frame: Pointer): bigint {
  return memory.readWord(frame + layout.FRAME_ACTION_VALUE)
}

function readInput(memory: Core['memory'], frame: Pointer): Uint8Array {
  const length = memory.view.getUint32(frame + layout.FRAME_ACTION_INPUT_LENGTH, true)
  return length === 0
    ? EMPTY_BYTES
    : memory.readBytes(memory.view.getUint32(frame + layout.FRAME_ACTION_INPUT, true), length)
}
