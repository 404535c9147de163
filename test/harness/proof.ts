import { verifyMerkleProof } from '@ethereumjs/mpt'
import type { Hex } from 'viem'
import { bytesToHex, hexToBytes, keccak256, numberToHex, toRlp } from 'viem'

/** `eth_getProof`'s answer, as clients hand it on. */
export type ClaimedProof = {
  readonly address: Hex
  readonly balance: bigint
  readonly nonce: number
  readonly codeHash: Hex
  readonly storageHash: Hex
  readonly accountProof: readonly Hex[]
  readonly storageProof: readonly { readonly key: Hex; readonly value: bigint; readonly proof: readonly Hex[] }[]
}

/** Checks a proof against a block's state root with someone else's trie. Throws when it does not hold. */
export async function checkProof(stateRoot: Hex, proof: ClaimedProof): Promise<void> {
  const account = await provenValue(stateRoot, proof.address, proof.accountProof)
  const claimed = toRlp([quantity(BigInt(proof.nonce)), quantity(proof.balance), proof.storageHash, proof.codeHash])
  if (account === undefined ? proof.balance > 0n || proof.nonce > 0 : account !== claimed) {
    throw new Error(`the account is not what was proven: ${account} against ${claimed}`)
  }
  for (const { key, value, proof: path } of proof.storageProof) {
    const stored = await provenValue(proof.storageHash, numberToHex(BigInt(key), { size: 32 }), path)
    if (stored !== (value === 0n ? undefined : toRlp(quantity(value))))
      throw new Error(`slot ${key} is not what was proven`)
  }
}

const EMPTY_ROOT = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'

/** The value at a secure trie's key, or undefined when its absence is proven. */
async function provenValue(root: Hex, key: Hex, path: readonly Hex[]): Promise<Hex | undefined> {
  const [first] = path
  if (first === undefined) {
    if (root !== EMPTY_ROOT) throw new Error('an empty proof proves only an empty trie')
    return undefined
  }
  if (keccak256(first) !== root) throw new Error('the proof does not begin at the root')
  const nodes = path.map((node) => hexToBytes(node))
  const value = await verifyMerkleProof(hexToBytes(keccak256(key)), nodes)
  return value === null ? undefined : bytesToHex(value)
}

function quantity(value: bigint): Hex {
  if (value === 0n) return '0x'
  const digits = value.toString(16)
  return `0x${digits.length % 2 === 0 ? '' : '0'}${digits}`
}
