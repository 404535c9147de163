import type { Address, Hash } from '../primitives/index.ts'
import { BaseError, fromHex, keccak256, rlpEncode, toHex, trimmedBytes, wordFromBytes } from '../primitives/index.ts'
import { MAX_PUBLIC_KEY_BYTES, MAX_VALIDATORS } from './limits.ts'
import type { Validator, ValidatorSet } from './types.ts'

/** Who leads a round: a position in the set. A function of its arguments, so that all agree on it. */
export type LeaderSchedule = (set: ValidatorSet, round: number) => number

/**
 * The set of an epoch, its validators ordered by id. Throws `VALIDATOR_SET_INVALID` when there are none or more than 300,
 * when an id or a key occurs twice, or when somebody has no stake. Possession of the keys is checked where they are
 * registered ({@link provesPossession}).
 */
export function createValidatorSet(epoch: number, seed: Hash, members: readonly Validator[]): ValidatorSet {
  if (members.length === 0) throw invalid('has no validators')
  if (members.length > MAX_VALIDATORS) throw invalid(`has more than ${MAX_VALIDATORS} validators`)
  const validators = [...members].sort((a, b) => (a.id < b.id ? -1 : 1))
  if (new Set(validators.map(({ id }) => id)).size < validators.length) throw invalid('names a validator twice')
  if (new Set(validators.map(({ publicKey }) => toHex(publicKey))).size < validators.length) {
    throw invalid('holds a key twice')
  }
  if (validators.some(({ publicKey }) => publicKey.length > MAX_PUBLIC_KEY_BYTES)) throw invalid('has too long a key')
  if (validators.some(({ stake }) => stake <= 0n || stake >> 96n !== 0n)) {
    throw invalid('has a validator whose stake is not from 1 to 2^96 - 1')
  }
  return { epoch, seed, validators, totalStake: stakeSum(validators) }
}

/** What these positions hold together. Positions outside the set hold nothing. */
export function stakeOf(set: ValidatorSet, signers: Iterable<number>): bigint {
  let sum = 0n
  for (const signer of signers) sum += set.validators[signer]?.stake ?? 0n
  return sum
}

/** A validator's position, -1 when it is not in the set. */
export function positionOf(set: ValidatorSet, id: Address): number {
  return set.validators.findIndex((validator) => validator.id === id)
}

/**
 * The default schedule: a hash of the epoch's seed and the round falls on one unit of stake, and its owner leads. Everybody
 * can compute it ahead. The seed is of the epoch before, so nobody chooses when to lead. Source: notes 1.4, "Leader".
 */
export const stakeWeightedLeader: LeaderSchedule = (set, round) => {
  const drawn = wordFromBytes(keccak256(rlpEncode([fromHex(set.seed), trimmedBytes(BigInt(round))])))
  // Stakes are below 2^96 and at most 300: the bias of the remainder is below 2^-151.
  let left = drawn % set.totalStake
  const position = set.validators.findIndex(({ stake }) => {
    left -= stake
    return left < 0n
  })
  return position
}

function stakeSum(validators: readonly Validator[]): bigint {
  return validators.reduce((sum, { stake }) => sum + stake, 0n)
}

function invalid(fault: string): BaseError {
  return new BaseError('VALIDATOR_SET_INVALID', `the validator set ${fault}`)
}
