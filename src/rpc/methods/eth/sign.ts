import type { Address, Bytes } from '../../../primitives/index.ts'
import { concatBytes, keccak256, messageOf, toHex, wordToBytes } from '../../../primitives/index.ts'
import { address, data } from '../../codec/scalars.ts'
import { transactionRequest } from '../../codec/transaction.ts'
import { typedData } from '../../codec/typedData.ts'
import { invalidParams, refused } from '../../error.ts'
import type { Json } from '../../json.ts'
import { defineDevMethod, defineMethod } from '../../method.ts'
import type { Scope } from '../../scope.ts'
import { completeRequest, numberTransaction } from '../../transaction/fill.ts'
import { senderOf } from '../../transaction/submit.ts'

/** Signs a message as wallets do, so that it can never be a transaction. Source: EIP-191, version 0x45. */
function signMessage(scope: Scope, signer: Address, message: Bytes): Json {
  const prefix = new TextEncoder().encode(`\x19Ethereum Signed Message:\n${message.length}`)
  return signature(scope, signer, keccak256(concatBytes(prefix, message)))
}

/** 65 bytes: r, s, and 27 or 28. */
function signature({ wallet }: Scope, signer: Address, digest: Bytes): string {
  const { r, s, yParity } = wallet.sign(signer, digest)
  return toHex(concatBytes(wordToBytes(r), wordToBytes(s), Uint8Array.of(27 + yParity)))
}

/** EIP-712's digest. viem's library takes 220 ms to load, so it is loaded when it is first needed. */
async function typedDataDigest(value: Readonly<Record<string, unknown>>): Promise<Bytes> {
  const { hashTypedData, hexToBytes } = await import('viem/utils')
  try {
    return hexToBytes(hashTypedData(value as Parameters<typeof hashTypedData>[0]))
  } catch (cause) {
    throw invalidParams(`the typed data cannot be hashed: ${messageOf(cause).split('\n')[0]}`)
  }
}

/** What only the holder of a key can do. */
export const signMethods = [
  defineMethod({
    name: 'eth_accounts',
    summary: 'The development accounts; none on a testnet.',
    params: [],
    handler: ({ wallet }) => wallet.addresses,
  }),
  defineDevMethod({
    name: 'eth_requestAccounts',
    summary: 'The development accounts, without asking anybody.',
    params: [],
    handler: ({ wallet }) => wallet.addresses,
  }),
  defineDevMethod({
    name: 'eth_sign',
    summary: 'Signs a message (EIP-191).',
    params: [address, data],
    handler: signMessage,
  }),
  defineDevMethod({
    name: 'personal_sign',
    summary: 'Signs a message (EIP-191); the message comes first.',
    params: [data, address],
    handler: (scope, message, signer) => signMessage(scope, signer, message),
  }),
  defineDevMethod({
    name: 'eth_signTypedData_v4',
    summary: 'Signs typed data (EIP-712).',
    params: [address, typedData],
    handler: async (scope, signer, value) => signature(scope, signer, await typedDataDigest(value)),
  }),
  defineDevMethod({
    name: 'eth_signTransaction',
    summary: 'Completes and signs a transaction of a development account; returns its bytes.',
    params: [transactionRequest],
    async handler(scope, request) {
      const sender = senderOf(scope, request)
      if (!scope.wallet.has(sender)) throw refused('unknown account')
      const completed = await completeRequest(scope, sender, request)
      return toHex(scope.wallet.signTransaction(numberTransaction(scope, completed, request)).raw)
    },
  }),
]
