import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { createNodeKey, NODE_KEY_BYTES } from '../../network/index.ts'
import type { Bytes } from '../../primitives/index.ts'
import { BaseError, messageOf, toHex, wordFromBytes } from '../../primitives/index.ts'
import { readFields } from './fields.ts'

/** Raised whenever the file's members change their meaning. */
const VERSION = 1
const CONSENSUS_KEY_BYTES = 32
/** Who may read a key file: its owner. */
const OWNER_ONLY = 0o600
const GROUP_AND_OTHERS = 0o077
/** The order of BLS12-381's groups: a secret key is from 1 to one below. Source: draft-irtf-cfrg-bls-signature-05, 4.2.1. */
const BLS_ORDER = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n

/** A node's secrets. Two keys, for two purposes: who can impersonate the node on the network cannot vote with it. */
export type NodeKeys = {
  /** The ed25519 seed, 32 bytes, with which the node proves its peer id. */
  readonly nodeKey: Bytes
  /** The BLS12-381 secret key, 32 bytes, with which it votes; undefined for a node that only follows. */
  readonly consensusKey: Bytes | undefined
}

/** A new consensus key from the system's randomness. Chosen again instead of reduced, so that every key is equally likely: 45 in 100 fit. */
export function createConsensusKey(): Bytes {
  for (;;) {
    const key = Uint8Array.from(randomBytes(CONSENSUS_KEY_BYTES))
    if (isBlsKey(key)) return key
  }
}

function isBlsKey(key: Bytes): boolean {
  const number = wordFromBytes(key)
  return number > 0n && number < BLS_ORDER
}

/** Writes a key file that only its owner can read, durably. Throws `KEYS_EXIST` rather than replace one. */
export function writeKeys(path: string, { nodeKey, consensusKey }: NodeKeys): void {
  const content = {
    version: VERSION,
    nodeKey: toHex(nodeKey),
    ...(consensusKey === undefined ? {} : { consensusKey: toHex(consensusKey) }),
  }
  const file = openNew(path)
  try {
    writeSync(file, `${JSON.stringify(content, undefined, 2)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** The key of a node that only follows: read, or made when there is none yet, with the folder that it is in. */
export function followerKeys(path: string): NodeKeys {
  if (existsSync(path)) return readKeys(path)
  attempt(path, () => mkdirSync(dirname(path), { recursive: true }))
  const keys: NodeKeys = { nodeKey: createNodeKey(), consensusKey: undefined }
  writeKeys(path, keys)
  return keys
}

function openNew(path: string): number {
  try {
    return openSync(path, 'wx', OWNER_ONLY)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new BaseError('KEYS_EXIST', `${path} exists, and keys are never replaced`, { cause })
    }
    throw new BaseError('KEYS_UNREADABLE', `the key file ${path} cannot be written: ${messageOf(cause)}`, { cause })
  }
}

/**
 * Reads a key file. Throws `KEYS_EXPOSED` when others than its owner may read or write it, `KEYS_INVALID` and
 * `KEYS_UNREADABLE` for what is no key file; no message holds any of the file's content.
 */
export function readKeys(path: string): NodeKeys {
  const text = attempt(path, () => {
    refuseExposed(path, statSync(path).mode)
    return readFileSync(path, 'utf8')
  })
  const fields = readFields(parse(path, text), 'keys', 'KEYS_INVALID')
  const version = fields.integer('version', 0, Number.MAX_SAFE_INTEGER)
  if (version !== VERSION) fields.refuse(`is ${version}, and this evmpp reads version ${VERSION}`, 'version')
  const keys = {
    nodeKey: secretAt(path, () => fields.bytes('nodeKey', NODE_KEY_BYTES)),
    consensusKey: fields.has('consensusKey')
      ? secretAt(path, () => fields.bytes('consensusKey', CONSENSUS_KEY_BYTES))
      : undefined,
  }
  fields.finish()
  if (keys.consensusKey !== undefined && !isBlsKey(keys.consensusKey)) {
    fields.refuse('is no secret key of BLS12-381', 'consensusKey')
  }
  return keys
}

/** Windows has no such modes; there a folder's access list has to do. */
function refuseExposed(path: string, mode: number): void {
  if (process.platform === 'win32' || (mode & GROUP_AND_OTHERS) === 0) return
  const advice = [`Run "chmod 600 ${path}", and think about who may have read it.`]
  throw new BaseError('KEYS_EXPOSED', `${path} holds secret keys and others than its owner may use it`, { advice })
}

/** A fault's usual words quote the member: not this one. */
function secretAt(path: string, read: () => Bytes): Bytes {
  try {
    return read()
  } catch {
    throw new BaseError('KEYS_INVALID', `${path} has a key that is not 32 bytes of hex`)
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new BaseError('KEYS_INVALID', `${path} is not JSON`)
  }
}

function attempt<result>(path: string, work: () => result): result {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof BaseError) throw cause
    throw new BaseError('KEYS_UNREADABLE', `the key file ${path} cannot be read: ${messageOf(cause)}`, {
      advice: ['"evmpp init" makes one; a copy must be put where the config says.'],
      cause,
    })
  }
}
