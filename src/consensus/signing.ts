import type { Bytes, Hash } from '../primitives/index.ts'
import { rlpEncode } from '../primitives/index.ts'
import { blockId, fieldsOf } from './codec/wire.ts'
import type { Ballot, Header, Refusal, TimeoutClaim } from './types.ts'

/** What a signature is for. No message signed for one purpose is one of another. */
type Purpose = 'block' | 'vote' | 'timeout' | 'refusal' | 'possession'

/** Bytes that only this purpose, chain and epoch have. Source: notes 2.1, "Signed bytes". */
function signed(purpose: Purpose, chainId: number, epoch: number, ...fields: readonly (number | Hash)[]): Bytes {
  return rlpEncode([new TextEncoder().encode(`evmpp/${purpose}/1`), ...fieldsOf(chainId, epoch, ...fields)])
}

/** What the author of a block signs. */
export function blockMessage(chainId: number, header: Header): Bytes {
  return signed('block', chainId, header.epoch, header.round, blockId(header))
}

/** What a vote signs. */
export function voteMessage(chainId: number, { epoch, round, blockId: id }: Ballot): Bytes {
  return signed('vote', chainId, epoch, round, id)
}

/** What a timeout signs: what the signer claims to extend, not the extension itself, so that equal claims aggregate. */
export function timeoutMessage(chainId: number, { epoch, round, qcRound, tipRound }: TimeoutClaim): Bytes {
  return signed('timeout', chainId, epoch, round, qcRound, tipRound)
}

/** What a refusal signs. It names the tip, so that it speaks of no other tip with the same parent (notes, hardening). */
export function refusalMessage(chainId: number, { epoch, round, tipId, tipQcRound }: Refusal): Bytes {
  return signed('refusal', chainId, epoch, round, tipId, tipQcRound)
}

/** What a key signs to prove that its owner has it; the key itself follows. Of no epoch, and of every chain its own. */
export function possessionMessage(chainId: number, publicKey: Bytes): Bytes {
  return rlpEncode([signed('possession', chainId, 0), publicKey])
}
