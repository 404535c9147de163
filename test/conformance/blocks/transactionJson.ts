import type { AccessListEntry, Bytes, TransactionType } from '../../../src/primitives/index.ts'
import { encodeTransaction, toAddress, toHash } from '../../../src/primitives/index.ts'
import type { Json } from '../fixtureJson.ts'
import { bytesOf, objectsOf, quantityOf, textOf, textsOf } from '../fixtureJson.ts'

/** The bytes of a transaction that is written as `eth_getTransactionByHash` writes it. Types 0 to 3. */
export function encodeJsonTransaction(json: Json): Bytes {
  const type = typeOf(json)
  const v = quantityOf(json, 'v')
  const gasPrice = quantityOf(json, 'gasPrice')
  return encodeTransaction(
    {
      type,
      // A legacy transaction carries its chain in `v`, which is encoded as it stands.
      chainId: type === 0 ? undefined : quantityOf(json, 'chainId'),
      nonce: quantityOf(json, 'nonce'),
      gasLimit: quantityOf(json, 'gas'),
      to: typeof json.to === 'string' ? toAddress(json.to) : undefined,
      valueWei: quantityOf(json, 'value'),
      data: bytesOf(json, 'input'),
      maxFeePerGasWei: type < 2 ? gasPrice : quantityOf(json, 'maxFeePerGas'),
      maxPriorityFeePerGasWei: type < 2 ? gasPrice : quantityOf(json, 'maxPriorityFeePerGas'),
      accessList: objectsOf(json, 'accessList').map(accessListEntry),
      maxFeePerBlobGasWei: quantityOf(json, 'maxFeePerBlobGas'),
      blobVersionedHashes: textsOf(json, 'blobVersionedHashes').map(toHash),
      authorizations: [],
    },
    { r: quantityOf(json, 'r'), s: quantityOf(json, 's'), v },
  )
}

function typeOf(json: Json): TransactionType {
  const type = quantityOf(json, 'type')
  const known = ([0, 1, 2, 3] as const).find((candidate) => BigInt(candidate) === type)
  if (known === undefined) throw new Error(`transactions of type ${type} are in no block of these`)
  return known
}

function accessListEntry(json: Json): AccessListEntry {
  return { address: toAddress(textOf(json, 'address')), storageKeys: textsOf(json, 'storageKeys').map(toHash) }
}
