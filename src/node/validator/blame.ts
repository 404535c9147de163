import type { Fault } from '../../consensus/index.ts'

/**
 * Faults that only a liar or a broken peer commits: the message contradicts itself, or its signatures. The others happen to
 * an honest peer that is late, or knows of an epoch before or after this node does.
 */
const BLAMED: Readonly<Record<Fault, boolean>> = {
  bodyMismatch: true,
  duplicateSigner: true,
  emptyGroup: true,
  missingCertificate: true,
  noQuorum: true,
  notAsked: true,
  notBestExtension: true,
  notSender: true,
  rankMismatch: true,
  roundNotAbove: true,
  signature: true,
  unknownEpoch: false,
  unknownSigner: true,
  unneededCertificate: true,
  unneededProof: true,
  wrongEpoch: false,
  wrongExtension: true,
  wrongGenesis: true,
  wrongLeader: true,
  wrongProof: true,
  wrongRound: true,
}

/** Whether a peer is to be blamed for a message with this fault. */
export function isBlamed(fault: Fault): boolean {
  return BLAMED[fault]
}
