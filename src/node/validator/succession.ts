import type { Archive } from '../../chain/index.ts'
import {
  type ConsensusConfig,
  createValidatorSet,
  provesPossession,
  type SignatureScheme,
  type ValidatorSet,
} from '../../consensus/index.ts'
import { type Contact, peerIdFrom } from '../../network/index.ts'
import { type Address, assert, BaseError, type Hash, toHex } from '../../primitives/index.ts'
import type { StateView } from '../../state/index.ts'
import { type Member, validatorId } from '../setup/networkGenesis.ts'
import { isHostAndPort } from '../setup/peerAddress.ts'
import { type Registered, readRegister } from '../setup/validatorsContract.ts'

/** A block names the result of the block so many before it: whoever voted for an epoch's last block has that one's state. */
const EXECUTION_LAG = 3
/** Validators of one epoch. Source: notes/consensus.md 1.4. */
const MAX_ENTRIES = 300
/** Epochs whose validators are listened to: the current one, the one before it, and the next. */
const HEARD_EPOCHS = 3

/** Who validates in an epoch, and where they are found. */
export type Succession = { readonly set: ValidatorSet; readonly members: readonly Member[] }

export type SuccessionParts = {
  readonly consensus: ConsensusConfig
  readonly scheme: SignatureScheme
  /** Of epoch 0. */
  readonly first: Succession
  /** What is stored. A state of others begins with a late block: before it the validators were those of epoch 0. */
  readonly archive: Pick<Archive, 'blockHash' | 'firstBlock' | 'stateAt'>
}

/**
 * Who validates in which epoch: a function of the chain. The register (sol-contracts/Validators.sol) is read in the state after
 * the block `EXECUTION_LAG` before the one that ends an epoch.
 *
 * - E1 *One answer*: equal chains give equal sets, whenever and wherever they are read.
 * - E2 *A list is right or it changes nothing*: keys prove that somebody has them, nobody is named twice, each has a stake; else the
 *   validators stay who they are.
 */
export interface Successions {
  /** The validators of an epoch, which the final block `boundaryId` decides. Epochs in their order; the state must be stored. */
  decide(epoch: number, boundaryId: Hash): ValidatorSet
  /** A set that this node has decided before, while its chain was longer than the stored one is now. */
  adopt(set: ValidatorSet): void
  /** True when they were others, or had other stakes, in any epoch that is decided. */
  haveChanged(): boolean
  /** Of the newest epochs, oldest first. */
  members(): readonly Member[]
  /** Whom a node of the newest epochs listens to. */
  contacts(): ReadonlyMap<Address, Contact>
}

export function createSuccessions({ consensus, scheme, first, archive }: SuccessionParts): Successions {
  const known: Succession[] = [first]
  // Where the operator's own file says that a validator is found, it is looked for there.
  const addresses = new Map(first.members.map((member) => [`${member.id} ${member.peerId}`, member.addresses]))
  // Whoever asks for a state asks this too: not a question of how many epochs there are.
  let hasChanged = false
  const learn = (epoch: number, one: Succession): void => {
    known[epoch] = one
    hasChanged ||= !isSame(one.set.validators, first.set.validators)
  }
  const members = () => known.slice(-HEARD_EPOCHS).flatMap((one) => one.members)

  return {
    decide(epoch, boundaryId) {
      const decided = known[epoch]
      if (decided !== undefined) return decided.set
      const previous = known[epoch - 1]
      assert(previous !== undefined, 'epochs are decided one after the other')
      const state = stateAt(archive, BigInt(Math.max(0, epoch * consensus.epochLength - EXECUTION_LAG)))
      const list = state === undefined ? undefined : readRegister(state, MAX_ENTRIES)
      const next = nextOf(previous, epoch, boundaryId, list ?? [], { chainId: consensus.chainId, scheme })
      learn(epoch, next)
      return next.set
    },
    adopt(set) {
      if (known[set.epoch] === undefined) learn(set.epoch, { set, members: known.at(-1)?.members ?? first.members })
    },
    haveChanged: () => hasChanged,
    members,
    contacts: () =>
      new Map(
        members().map(({ id, peerId, addresses: own }) => [
          id,
          { id: peerId, addresses: addresses.get(`${id} ${peerId}`) ?? own },
        ]),
      ),
  }
}

function stateAt(archive: SuccessionParts['archive'], height: bigint): StateView | undefined {
  const hash = height < archive.firstBlock() ? undefined : archive.blockHash(height)
  return hash === undefined ? undefined : archive.stateAt(hash)
}

function isSame(a: ValidatorSet['validators'], b: ValidatorSet['validators']): boolean {
  return a.length === b.length && a.every(({ id, stake }, index) => id === b[index]?.id && stake === b[index]?.stake)
}

/** The same validators, led in an order that nobody could choose: the block that ends an epoch draws it. */
export function successors(epoch: number, boundaryId: Hash, set: ValidatorSet): ValidatorSet {
  return createValidatorSet(epoch, boundaryId, set.validators)
}

type Checking = { readonly chainId: number; readonly scheme: SignatureScheme }

function nextOf(
  previous: Succession,
  epoch: number,
  boundaryId: Hash,
  list: readonly Registered[],
  checking: Checking,
): Succession {
  const unchanged = { ...previous, set: successors(epoch, boundaryId, previous.set) }
  // Checking a proof takes a millisecond: keys that validate already have proved themselves.
  const proved = new Set(previous.set.validators.map(({ publicKey }) => toHex(publicKey)))
  const members = list.map((entry) => memberOf(entry, proved, checking))
  const right = members.filter((member) => member !== undefined)
  if (right.length < members.length || new Set(right.map(({ peerId }) => peerId)).size < right.length) return unchanged
  try {
    return { set: createValidatorSet(epoch, boundaryId, right.map(validatorOf)), members: right }
  } catch (thrown) {
    if (thrown instanceof BaseError) return unchanged
    throw thrown
  }
}

function memberOf(
  { publicKey, proof, stake, nodeKey, endpoint }: Registered,
  proved: ReadonlySet<string>,
  { chainId, scheme }: Checking,
): Member | undefined {
  if (!proved.has(toHex(publicKey)) && !provesPossession(scheme, chainId, publicKey, proof)) return undefined
  const addresses = isHostAndPort(endpoint) ? [endpoint] : []
  return { id: validatorId(publicKey), publicKey, stake, peerId: peerIdFrom(nodeKey), addresses }
}

function validatorOf({ id, publicKey, stake }: Member) {
  return { id, publicKey, stake }
}
