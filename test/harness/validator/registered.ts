import { type Abi, encodeFunctionData } from 'viem'
import { provePossession, type SignatureScheme } from '../../../src/consensus/index.ts'
import { peerIdFrom } from '../../../src/network/index.ts'
import { validatorId } from '../../../src/node/setup/networkGenesis.ts'
import { VALIDATORS_CODE } from '../../../src/node/setup/validatorsCode.ts'
import {
  type Registered,
  registerStorage,
  VALIDATORS_ADDRESS,
  wordsOf,
} from '../../../src/node/setup/validatorsContract.ts'
import { type Bytes, concatBytes, fromHex, type Hex, toHex, wordToBytes } from '../../../src/primitives/index.ts'
import { fakeKey, fakeScheme } from '../consensus/fakeScheme.ts'
import { SENDERS, testGenesis } from '../testChain.ts'
import type { Cast } from './testNetwork.ts'

const SIGNATURE_BYTES = 96
const FAKE_BYTES = 8

/** The fake scheme with keys and signatures of BLS12-381's lengths, as the register stores them. */
const scheme: SignatureScheme = {
  publicKey: (secretKey) => secretKey,
  sign: (secretKey, message) => longer(fakeScheme.sign(secretKey, message)),
  verify: (publicKey, message, signature) => fakeScheme.verify(publicKey, message, shorter(signature)),
  aggregate(signatures) {
    const sum = fakeScheme.aggregate(signatures.map(shorter))
    return sum === undefined ? undefined : longer(sum)
  },
  verifyAggregate: (keys, message, signature) => fakeScheme.verifyAggregate(keys, message, shorter(signature)),
}

function longer(signature: Bytes): Bytes {
  return concatBytes(signature, new Uint8Array(SIGNATURE_BYTES - signature.length))
}

function shorter(signature: Bytes): Bytes {
  return signature.slice(0, FAKE_BYTES)
}

const secretKey = (index: number): Bytes => concatBytes(new Uint8Array(45).fill(7), fakeKey(index))
const nodeKey = (index: number): Bytes => new Uint8Array(32).fill(index + 1)

/** Validators whose names follow from their keys. */
export const CAST: Cast = {
  scheme,
  id: (index) => validatorId(secretKey(index)),
  secretKey,
  peerId: (index) => peerIdFrom(nodeKey(index)),
}

/** What the register holds of one. */
export function entryOf(index: number, change: Partial<Registered> = {}): Registered {
  return {
    publicKey: secretKey(index),
    proof: provePossession(scheme, 31_337, secretKey(index)),
    stake: 1n,
    nodeKey: nodeKey(index),
    endpoint: `10.0.0.${index + 1}:8645`,
    ...change,
  }
}

/** A chain that begins with the register, which the first funded key owns, and so many validators in it. */
export function genesisWithRegister(validators: number) {
  const [owner] = SENDERS
  if (owner === undefined) throw new Error('there are senders')
  const list = Array.from({ length: validators }, (_, index) => entryOf(index))
  const account = {
    address: VALIDATORS_ADDRESS,
    nonce: 1n,
    balanceWei: 0n,
    code: VALIDATORS_CODE,
    storage: registerStorage(owner, list),
  }
  const genesis = testGenesis()
  return { ...genesis, accounts: [...genesis.accounts, account] }
}

const ABI: Abi = [
  {
    type: 'function',
    name: 'put',
    stateMutability: 'nonpayable',
    inputs: [
      { name: 'index', type: 'uint256' },
      {
        name: 'validator',
        type: 'tuple',
        components: [
          { name: 'publicKey', type: 'bytes32[2]' },
          { name: 'proofOfPossession', type: 'bytes32[3]' },
          { name: 'stake', type: 'uint256' },
          { name: 'nodeKey', type: 'bytes32' },
          { name: 'endpoint', type: 'bytes32' },
        ],
      },
    ],
    outputs: [],
  },
  {
    type: 'function',
    name: 'remove',
    stateMutability: 'nonpayable',
    inputs: [{ name: 'index', type: 'uint256' }],
    outputs: [],
  },
]

/** Call data: entry `index` is this one from now on. */
export function putData(index: number, entry: Registered): Bytes {
  const words = wordsOf(entry).map((word) => toHex(wordToBytes(word)) as Hex)
  const [key0, key1, proof0, proof1, proof2, , node, endpoint] = words
  const validator = {
    publicKey: [key0, key1],
    proofOfPossession: [proof0, proof1, proof2],
    stake: entry.stake,
    nodeKey: node,
    endpoint,
  }
  return fromHex(encodeFunctionData({ abi: ABI, functionName: 'put', args: [BigInt(index), validator] }))
}

/** Call data: entry `index` goes. */
export function removeData(index: number): Bytes {
  return fromHex(encodeFunctionData({ abi: ABI, functionName: 'remove', args: [BigInt(index)] }))
}
