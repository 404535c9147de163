import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { BlockInput } from '../../../src/parallel/index.ts'
import type { Bytes, Hash, SignedTransaction } from '../../../src/primitives/index.ts'
import {
  decodeTransaction,
  decodeTransactionOf,
  EMPTY_BYTES,
  fromHex,
  MAX_LOW_S,
  toAddress,
  toHash,
  wordToHash,
  ZERO_HASH,
} from '../../../src/primitives/index.ts'
import { blobBaseFee } from '../../../src/router/index.ts'
import type { StateDiff } from '../../../src/state/index.ts'
import type { Json } from '../fixtureJson.ts'
import { accountDiff, bytesOf, isObject, objectsOf, quantityOf, readObject, textOf } from '../fixtureJson.ts'
import { mainnetRules } from './mainnet.ts'
import { encodeJsonTransaction } from './transactionJson.ts'

/** A block of mainnet, the state that it touches, and what its header says came of it. */
export type BlockCase = {
  readonly input: BlockInput
  readonly transactions: readonly SignedTransaction[]
  readonly pre: StateDiff
  readonly gasUsed: bigint
  readonly logsBloom: Bytes
  readonly receiptsRoot: Hash
  readonly transactionsRoot: Hash
  /** Transactions whose sender is the file's word, for their signature is not one of today's (Frontier's high s). */
  readonly trustedSenders: number
}

/** Reads a block's folder: block.json, pre_state.json, maybe block_hashes.json; codes.json lies beside the folder. */
export function loadBlock(folder: string): BlockCase {
  const block = readObject(join(folder, 'block.json'))
  const hashesFile = join(folder, 'block_hashes.json')
  const hashes = existsSync(hashesFile) ? readObject(hashesFile) : {}
  const transactions = objectsOf(block, 'transactions').map(transactionOf)
  return {
    input: inputOf(block, hashes, transactions),
    transactions,
    pre: preState(readObject(join(folder, 'pre_state.json')), codesBeside(folder)),
    gasUsed: quantityOf(block, 'gasUsed'),
    logsBloom: bytesOf(block, 'logsBloom'),
    receiptsRoot: toHash(textOf(block, 'receiptsRoot')),
    transactionsRoot: toHash(textOf(block, 'transactionsRoot')),
    trustedSenders: transactions.filter(({ signature }) => signature.s > MAX_LOW_S).length,
  }
}

function inputOf(block: Json, hashes: Json, transactions: readonly SignedTransaction[]): BlockInput {
  const number = quantityOf(block, 'number')
  const timestampSeconds = quantityOf(block, 'timestamp')
  const rules = mainnetRules(number, timestampSeconds)
  const difficulty = quantityOf(block, 'difficulty')
  const parentHash = toHash(textOf(block, 'parentHash'))
  return {
    rules,
    context: {
      number,
      timestampSeconds,
      gasLimit: quantityOf(block, 'gasLimit'),
      baseFeeWei: quantityOf(block, 'baseFeePerGas'),
      blobBaseFeeWei: blobBaseFee(rules, quantityOf(block, 'excessBlobGas')),
      coinbase: toAddress(textOf(block, 'miner')),
      prevRandao: difficulty > 0n ? wordToHash(difficulty) : toHash(textOf(block, 'mixHash')),
      chainId: 1n,
    },
    parentHash,
    parentBeaconBlockRoot:
      'parentBeaconBlockRoot' in block ? toHash(textOf(block, 'parentBeaconBlockRoot')) : ZERO_HASH,
    transactions,
    blockHash(asked) {
      if (asked === number - 1n) return parentHash
      if (asked >= number || asked + 256n < number) return undefined
      // The file holds just the hashes that the block asked for.
      return toHash(textOf(hashes, asked.toString()))
    },
  }
}

/** Decoded from bytes, as if it came from a peer: codec and sender recovery are tested too. */
function transactionOf(json: Json): SignedTransaction {
  const raw = encodeJsonTransaction(json)
  const from = toAddress(textOf(json, 'from'))
  // Before EIP-2 a high s was valid; today's decoder refuses it, so the sender is the file's word.
  const transaction = quantityOf(json, 's') > MAX_LOW_S ? decodeTransactionOf(from, raw) : decodeTransaction(raw)
  if (transaction.sender !== from) throw new Error(`transaction ${textOf(json, 'hash')} is not from ${from}`)
  return transaction
}

function preState(accounts: Json, codes: Json): StateDiff {
  return Object.entries(accounts).map(([address, account]) => {
    if (!isObject(account) || !isObject(account.storage)) throw new Error(`${address} is not an account`)
    const storage = account.storage
    return accountDiff(address, {
      nonce: BigInt(String(account.nonce)),
      balanceWei: quantityOf(account, 'balance'),
      code: 'code_hash' in account ? fromHex(`0x${textOf(codes, textOf(account, 'code_hash'))}`) : EMPTY_BYTES,
      storage: Object.fromEntries(Object.keys(storage).map((slot) => [slot, textOf(storage, slot)])),
    })
  })
}

const codesByFile = new Map<string, Json>()

/** The codes of all blocks, read once: parsing the 50 MB takes half a second. */
function codesBeside(folder: string): Json {
  const path = join(dirname(folder), 'codes.json')
  const known = codesByFile.get(path)
  if (known !== undefined) return known
  const codes = readObject(path)
  codesByFile.set(path, codes)
  return codes
}
