import type { Genesis } from '../../chain/index.ts'
import { genesisBlock, parseGenesis } from '../../chain/index.ts'
import type { ConsensusConfig, SignatureScheme, Validator, ValidatorSet } from '../../consensus/index.ts'
import { createValidatorSet, provePossession, provesPossession } from '../../consensus/index.ts'
import type { PeerId } from '../../network/index.ts'
import type { Address, Bytes, Hash, WasmRulesVersion } from '../../primitives/index.ts'
import {
  addressFromBytes,
  BaseError,
  fromHex,
  keccak256,
  keccakHash,
  rlpEncode,
  toHex,
  trimmedBytes,
} from '../../primitives/index.ts'
import type { Fields } from './fields.ts'
import { readFields } from './fields.ts'
import { isHostAndPort, isPeerId } from './peerAddress.ts'

/** Raised whenever the section's members change their meaning. */
const VERSION = 3
const PUBLIC_KEY_BYTES = 48
const SIGNATURE_BYTES = 96
const ONE_DAY_MS = 86_400_000
/** Rounds are added up and stay exact. */
const MAX_EPOCH_DELAY_ROUNDS = 2 ** 40

/** A validator of the first epoch, and where the others find it. */
export type Member = Validator & {
  /** Who answers at its addresses: the name of its node key, `12D3KooW…`. */
  readonly peerId: PeerId
  /** `host:port` each. */
  readonly addresses: readonly string[]
}

/** How a network begins: the first block, the rules of its consensus, and who validates. */
export type NetworkGenesis = {
  readonly genesis: Genesis
  /** Its `genesisId` commits to the first block, these rules and the validators: who differs in any is on another chain. */
  readonly consensus: ConsensusConfig
  readonly validators: ValidatorSet
  readonly members: readonly Member[]
}

/** The times and lengths of {@link ConsensusConfig}, as the file has them. */
export type ConsensusParameters = Omit<ConsensusConfig, 'chainId' | 'genesisId'>

/** What a new network's file says of one validator. */
export type NewMember = {
  readonly consensusKey: Bytes
  readonly stake: bigint
  readonly peerId: PeerId
  readonly addresses: readonly string[]
}

/** The name of a validator: the last 20 bytes of its BLS public key's hash, as an account's is of its own. */
export function validatorId(publicKey: Bytes): Address {
  return addressFromBytes(keccak256(publicKey).subarray(12))
}

/**
 * Reads a network's genesis file: geth's format with a section `evmpp` of ours. Throws `GENESIS_INVALID` naming the place
 * in the file. Every validator must have proved that it has its key: otherwise a key could be chosen that cancels others.
 */
export function parseNetworkGenesis(json: unknown, scheme: SignatureScheme): NetworkGenesis {
  const parsed = parseGenesis(json)
  // Networks that began before there were versions do not name theirs.
  const wasmRules: WasmRulesVersion = parsed.wasmRules ?? 1
  const genesis = { ...parsed, wasmRules }
  const file = readFields(json, 'genesis', 'GENESIS_INVALID')
  if (!file.has('evmpp')) file.refuse('is missing: this genesis file is of no network of validators', 'evmpp')
  const section = file.object('evmpp')
  const version = section.integer('version', 0, Number.MAX_SAFE_INTEGER)
  if (version !== VERSION) section.refuse(`is ${version}, and this evmpp reads version ${VERSION}`, 'version')
  const chainId = Number(genesis.chainId)
  if (!Number.isSafeInteger(chainId)) throw new BaseError('GENESIS_INVALID', 'genesis.config.chainId is above 2^53 - 1')
  const parameters = parametersAt(section.object('consensus'))
  const members = section.objects('validators').map((fields) => memberAt(fields, scheme, chainId))
  section.finish()
  const genesisId = commitmentTo(genesis, parameters, members)
  return {
    genesis,
    consensus: { chainId, genesisId, ...parameters },
    validators: validatorsOf(genesisId, members),
    members,
  }
}

/** The section `evmpp` of a new network's genesis file, whose other members `geth` holds. */
export function networkSection(
  geth: unknown,
  parameters: ConsensusParameters,
  members: readonly NewMember[],
  scheme: SignatureScheme,
): object {
  const chainId = Number(parseGenesis(geth).chainId)
  return {
    version: VERSION,
    consensus: parameters,
    validators: members.map(({ consensusKey, stake, peerId, addresses }) => {
      const publicKey = scheme.publicKey(consensusKey)
      return {
        id: validatorId(publicKey),
        publicKey: toHex(publicKey),
        proofOfPossession: toHex(provePossession(scheme, chainId, consensusKey)),
        stake: stake.toString(),
        peerId,
        addresses,
      }
    }),
  }
}

function parametersAt(fields: Fields): ConsensusParameters {
  const parameters = {
    deltaMs: fields.integer('deltaMs', 1, ONE_DAY_MS),
    votePaceMs: fields.integer('votePaceMs', 0, ONE_DAY_MS),
    maxClockDriftMs: fields.integer('maxClockDriftMs', 0, ONE_DAY_MS),
    epochLength: fields.integer('epochLength', 1, Number.MAX_SAFE_INTEGER),
    epochDelayRounds: fields.integer('epochDelayRounds', 1, MAX_EPOCH_DELAY_ROUNDS),
  }
  fields.finish()
  return parameters
}

function memberAt(fields: Fields, scheme: SignatureScheme, chainId: number): Member {
  const publicKey = fields.bytes('publicKey', PUBLIC_KEY_BYTES)
  const id = validatorId(publicKey)
  if (toHex(fields.bytes('id', 20)) !== id) fields.refuse(`does not fit the public key, whose id is ${id}`, 'id')
  if (!provesPossession(scheme, chainId, publicKey, fields.bytes('proofOfPossession', SIGNATURE_BYTES))) {
    fields.refuse('proves nothing for this key and chain', 'proofOfPossession')
  }
  const peerId = fields.text('peerId')
  if (!isPeerId(peerId)) return fields.refuse('is no peer id of an ed25519 key (12D3KooW…)', 'peerId')
  const member = { id, publicKey, stake: fields.digits('stake'), peerId, addresses: fields.texts('addresses') }
  const bad = member.addresses.find((address) => !isHostAndPort(address))
  if (bad !== undefined) fields.refuse(`holds "${bad}", not <host>:<port>`, 'addresses')
  fields.finish()
  return member
}

function validatorsOf(seed: Hash, members: readonly Member[]): ValidatorSet {
  try {
    return createValidatorSet(
      0,
      seed,
      members.map(({ id, publicKey, stake }) => ({ id, publicKey, stake })),
    )
  } catch (cause) {
    if (!(cause instanceof BaseError)) throw cause
    throw new BaseError('GENESIS_INVALID', `genesis.evmpp.validators: ${cause.message}`, { cause })
  }
}

/** Addresses are left out: a validator may move. */
function commitmentTo(
  genesis: Genesis & { readonly wasmRules: WasmRulesVersion },
  parameters: ConsensusParameters,
  members: readonly Member[],
): Hash {
  const { deltaMs, votePaceMs, maxClockDriftMs, epochLength, epochDelayRounds } = parameters
  const numbers = [VERSION, deltaMs, votePaceMs, maxClockDriftMs, epochLength, epochDelayRounds]
  return keccakHash(
    rlpEncode([
      fromHex(genesisBlock(genesis).block.hash),
      numbers.map((number) => trimmedBytes(BigInt(number))),
      members.map(({ publicKey, stake }) => [publicKey, trimmedBytes(stake)]),
      // Left out for version 1, whose networks had their ids before there were versions.
      ...(genesis.wasmRules === 1 ? [] : [trimmedBytes(BigInt(genesis.wasmRules))]),
      // A list, so that it is not taken for the version when that is left out; networks without a floor keep their ids.
      ...(genesis.minBaseFeeWei === undefined ? [] : [[trimmedBytes(genesis.minBaseFeeWei)]]),
    ]),
  )
}
