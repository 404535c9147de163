import type { Address, Bytes } from '../primitives/index.ts'
import { keccakHash } from '../primitives/index.ts'
import type { Fault } from './fault.ts'
import type { Env } from './ports.ts'
import { rankOf, rankOfClaim } from './rank.ts'
import { epochAt, leadsTo } from './schedule.ts'
import { blockMessage, refusalMessage, timeoutMessage, voteMessage } from './signing.ts'
import type {
  Extension,
  NoEndorsement,
  NoEndorsementCertificate,
  Proposal,
  QuorumCertificate,
  Recovery,
  RoundCertificate,
  SafetyRecord,
  Timeout,
  TimeoutCertificate,
  Tip,
  ValidatorSet,
} from './types.ts'
import { stakeOf } from './validators.ts'

/** What checking needs to know: nothing of it changes while one message is checked. */
export type Checker = { readonly env: Env; readonly record: Pick<SafetyRecord, 'epochs'> }

/** Who validates in `round`; undefined when its epoch is not known, or its validators are not yet. */
export function setAt({ env, record }: Checker, round: number): ValidatorSet | undefined {
  const epoch = epochAt(record.epochs, round)
  return epoch === undefined ? undefined : env.rules.setOf(record.epochs, epoch.epoch)
}

/** Who votes for the round and epoch that a message claims; a fault when they do not go together. */
function setFor({ env, record }: Checker, epoch: number, round: number): ValidatorSet | Fault {
  const set = env.rules.setOf(record.epochs, epoch)
  if (set === undefined) return 'unknownEpoch'
  return epochAt(record.epochs, round)?.epoch === epoch ? set : 'wrongEpoch'
}

/** The certificate that all begin with: of round 0, of nobody, for the genesis block. */
export function genesisQc(config: Env['config']): QuorumCertificate {
  return { epoch: 0, round: 0, blockId: config.genesisId, signers: [], signature: new Uint8Array(0) }
}

/** Source: notes 2.1, Epoch; a certificate is valid whether or not its block is here (notes 7, relab/hotstuff#288). */
export function checkQc(checker: Checker, qc: QuorumCertificate): Fault | undefined {
  if (qc.round === 0) {
    const isGenesis = qc.blockId === checker.env.config.genesisId && qc.signers.length === 0
    return isGenesis && qc.epoch === 0 && qc.signature.length === 0 ? undefined : 'wrongGenesis'
  }
  return checkQuorum(checker, qc, voteMessage(checker.env.config.chainId, qc), checker.env.rules.isQuorum)
}

type Signed = {
  readonly epoch: number
  readonly round: number
  readonly signers: readonly number[]
  readonly signature: Bytes
}

function checkQuorum(
  checker: Checker,
  { epoch, round, signers, signature }: Signed,
  message: Bytes,
  isQuorum: (part: bigint, total: bigint) => boolean,
): Fault | undefined {
  const set = setFor(checker, epoch, round)
  if (typeof set === 'string') return set
  if (!isQuorum(stakeOf(set, signers), set.totalStake)) return 'noQuorum'
  return checkAggregate(checker.env, set, { signers, signature }, message)
}

function checkAggregate(
  { scheme }: Env,
  set: ValidatorSet,
  { signers, signature }: Pick<Signed, 'signers' | 'signature'>,
  message: Bytes,
): Fault | undefined {
  const keys = signers.map((signer) => set.validators[signer]?.publicKey).filter((key) => key !== undefined)
  if (keys.length < signers.length) return 'unknownSigner'
  return scheme.verifyAggregate(keys, message, signature) ? undefined : 'signature'
}

/** Source: notes 2.1, validTC; invariant 7. */
export function checkTc(checker: Checker, tc: TimeoutCertificate): Fault | undefined {
  const { env } = checker
  const set = setFor(checker, tc.epoch, tc.round)
  if (typeof set === 'string') return set
  const fault = env.rules.tcFault(tc)
  if (fault !== undefined) return fault
  const signers = tc.groups.flatMap((group) => group.signers)
  if (!env.rules.isQuorum(stakeOf(set, signers), set.totalStake)) return 'noQuorum'
  for (const group of tc.groups) {
    const message = timeoutMessage(env.config.chainId, { ...group, epoch: tc.epoch, round: tc.round })
    const forged = checkAggregate(env, set, group, message)
    if (forged !== undefined) return forged
  }
  return checkExtension(checker, tc.extension)
}

/** Source: notes 2.1, validTip. */
export function checkTip(checker: Checker, tip: Tip): Fault | undefined {
  const { env } = checker
  const { header, fresh, signature } = tip
  const set = setFor(checker, header.epoch, header.round)
  if (typeof set === 'string') return set
  const fault = env.rules.tipFault(tip, checker.record.epochs)
  if (fault !== undefined) return fault
  const author = set.validators[env.leader(set, header.round)]
  if (author === undefined) return 'wrongLeader'
  if (!env.scheme.verify(author.publicKey, blockMessage(env.config.chainId, header), signature)) return 'signature'
  const unproved = fresh === undefined ? undefined : checkFreshProof(checker, fresh)
  return unproved ?? checkQc(checker, header.qc)
}

function checkFreshProof(checker: Checker, fresh: NonNullable<Tip['fresh']>): Fault | undefined {
  return fresh.kind === 'noTip' ? checkTc(checker, fresh.certificate) : checkRefusals(checker, fresh.certificate)
}

function checkRefusals(checker: Checker, certificate: NoEndorsementCertificate): Fault | undefined {
  const { config, rules } = checker.env
  return checkQuorum(checker, certificate, refusalMessage(config.chainId, certificate), rules.isRefusalQuorum)
}

function checkExtension(checker: Checker, extension: Extension): Fault | undefined {
  return extension.kind === 'qc' ? checkQc(checker, extension.qc) : checkTip(checker, extension.tip)
}

/** A certificate that ends a round. */
export function checkCertificate(checker: Checker, certificate: RoundCertificate): Fault | undefined {
  return certificate.kind === 'qc' ? checkQc(checker, certificate.qc) : checkTc(checker, certificate.tc)
}

/** Source: notes 2.1, validProposal, and onProposal's "from = L(p.round)". */
export function checkProposal(checker: Checker, from: Address, proposal: Proposal): Fault | undefined {
  const { env } = checker
  const { epoch, round, tip, body, tc } = proposal
  const set = setFor(checker, epoch, round)
  if (typeof set === 'string') return set
  if (set.validators[env.leader(set, round)]?.id !== from) return 'wrongLeader'
  if (keccakHash(body) !== tip.header.payloadHash) return 'bodyMismatch'
  const fault = env.rules.proposalFault(proposal, checker.record.epochs)
  if (fault !== undefined) return fault
  return checkTip(checker, tip) ?? (tc === undefined ? undefined : checkTc(checker, tc))
}

/** Source: notes 2.1, validTimeout. The vote in it is checked with the other votes. */
export function checkTimeout(checker: Checker, from: Address, timeout: Timeout): Fault | undefined {
  const { env } = checker
  const { epoch, round, signer, signature, extension, certificate, voteSignature } = timeout
  const set = setFor(checker, epoch, round)
  if (typeof set === 'string') return set
  const sender = set.validators[signer]
  if (sender?.id !== from) return 'notSender'
  if (env.rules.compareRank(rankOfClaim(timeout), rankOf(extension)) !== 0) return 'rankMismatch'
  const known = extension.kind === 'qc' ? extension.qc : extension.tip.header.qc
  if (known.round >= round || timeout.tipRound > round) return 'roundNotAbove'
  if (voteSignature !== undefined && extension.kind === 'qc') return 'wrongExtension'
  const leadsHere = (earlier: number) => leadsTo(checker.record.epochs, earlier, round)
  if (!leadsHere(known.round) && certificate === undefined) return 'missingCertificate'
  if (certificate !== undefined && !leadsHere(roundOf(certificate))) return 'wrongRound'
  if (!env.scheme.verify(sender.publicKey, timeoutMessage(env.config.chainId, timeout), signature)) return 'signature'
  const fault = checkExtension(checker, extension)
  return fault ?? (certificate === undefined ? undefined : checkCertificate(checker, certificate))
}

/** The round that a certificate ends. */
export function roundOf(certificate: RoundCertificate): number {
  return certificate.kind === 'qc' ? certificate.qc.round : certificate.tc.round
}

/** The epoch whose validators signed a certificate. */
export function epochOf(certificate: RoundCertificate): number {
  return certificate.kind === 'qc' ? certificate.qc.epoch : certificate.tc.epoch
}

/** Source: notes 2.1, onRecovery. */
export function checkRecovery(checker: Checker, from: Address, recovery: Recovery): Fault | undefined {
  const { epoch, round, tc } = recovery
  const set = setFor(checker, epoch, round)
  if (typeof set === 'string') return set
  if (set.validators[checker.env.leader(set, round)]?.id !== from) return 'wrongLeader'
  if (!leadsTo(checker.record.epochs, tc.round, round)) return 'wrongRound'
  if (tc.extension.kind !== 'tip') return 'wrongExtension'
  return checkTc(checker, tc)
}

/** A refusal by itself; whether it is of the tip in question is for the leader to say. */
export function checkRefusal(checker: Checker, from: Address, refusal: NoEndorsement): Fault | undefined {
  const { env } = checker
  const set = setFor(checker, refusal.epoch, refusal.round)
  if (typeof set === 'string') return set
  const sender = set.validators[refusal.signer]
  if (sender?.id !== from) return 'notSender'
  const message = refusalMessage(env.config.chainId, refusal)
  return env.scheme.verify(sender.publicKey, message, refusal.signature) ? undefined : 'signature'
}
