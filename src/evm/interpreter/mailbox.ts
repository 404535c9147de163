import type { Core, Pointer } from '../../core/index.ts'
import { layout, opcodes } from '../../core/index.ts'
import { assert, EMPTY_BYTES } from '../../primitives/index.ts'
import type { CoreAccounts } from '../../state/index.ts'
import type { CallKind, CallMessage, CreateMessage } from '../../vm/index.ts'

const CALL_KINDS: ReadonlyMap<number, CallKind> = new Map([
  [opcodes.CALL, 'call'],
  [opcodes.CALLCODE, 'callcode'],
  [opcodes.DELEGATECALL, 'delegatecall'],
  [opcodes.STATICCALL, 'staticcall'],
])

/** The call that waits in a frame's mailbox. */
export function readCall({ memory }: Core, accounts: CoreAccounts, frame: Pointer): CallMessage {
  const field = (offset: number): number => memory.view.getUint32(frame + offset, true)
  const kind = CALL_KINDS.get(field(layout.FRAME_ACTION_KIND))
  assert(kind !== undefined, 'a call in the mailbox is of a known kind')
  const self = accounts.addressOf(field(layout.FRAME_ACCOUNT))
  const codeAddress = accounts.addressOf(field(layout.FRAME_ACTION_ACCOUNT))
  const runsHere = kind === 'delegatecall' || kind === 'callcode'
  return {
    kind,
    caller: kind === 'delegatecall' ? memory.readAddress(frame + layout.FRAME_CALLER) : self,
    recipient: runsHere ? self : codeAddress,
    codeAddress,
    valueWei: readValue(memory, frame, kind),
    input: readInput(memory, frame),
    gasLimit: memory.view.getBigUint64(frame + layout.FRAME_ACTION_GAS, true),
    depth: field(layout.FRAME_DEPTH) + 1,
    isStatic: field(layout.FRAME_IS_STATIC) !== 0 || kind === 'staticcall',
  }
}

/** The creation that waits in a frame's mailbox. */
export function readCreate({ memory }: Core, accounts: CoreAccounts, frame: Pointer): CreateMessage {
  const field = (offset: number): number => memory.view.getUint32(frame + offset, true)
  const isCreate2 = field(layout.FRAME_ACTION_KIND) === opcodes.CREATE2
  return {
    kind: isCreate2 ? 'create2' : 'create',
    caller: accounts.addressOf(field(layout.FRAME_ACCOUNT)),
    valueWei: memory.readWord(frame + layout.FRAME_ACTION_VALUE),
    initCode: readInput(memory, frame),
    salt: isCreate2 ? memory.readHash(frame + layout.FRAME_ACTION_SALT) : undefined,
    gasLimit: memory.view.getBigUint64(frame + layout.FRAME_ACTION_GAS, true),
    depth: field(layout.FRAME_DEPTH) + 1,
    isStatic: false,
  }
}

function readValue(memory: Core['memory'], frame: Pointer, kind: CallKind): bigint {
  if (kind === 'staticcall') return 0n
  return memory.readWord(frame + (kind === 'delegatecall' ? layout.FRAME_VALUE : layout.FRAME_ACTION_VALUE))
}

function readInput(memory: Core['memory'], frame: Pointer): Uint8Array {
  const length = memory.view.getUint32(frame + layout.FRAME_ACTION_INPUT_LENGTH, true)
  return length === 0
    ? EMPTY_BYTES
    : memory.readBytes(memory.view.getUint32(frame + layout.FRAME_ACTION_INPUT, true), length)
}
