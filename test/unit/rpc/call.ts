import type { Transaction } from '../../../src/primitives/index.ts'
import { EMPTY_BYTES, signTransaction, toHex } from '../../../src/primitives/index.ts'
import { createRpcHandler, type RpcHandler, type RpcLimits } from '../../../src/rpc/index.ts'
import { ALICE, createFakeNode, EMITTER, type FakeNode, type FakeOptions, KEYS } from './fakeNode.ts'

/** An answer as a client sees it, without its envelope. */
export type Answer = { readonly result?: unknown; readonly error?: { code: number; message: string; data?: unknown } }

/** A fake node with a handler on it, and a short way to call a method. */
export type Bench = {
  readonly node: FakeNode
  readonly handler: RpcHandler
  call(method: string, ...params: unknown[]): Promise<Answer>
  /** The result; fails the test when there is none. */
  result(method: string, ...params: unknown[]): Promise<unknown>
}

export function createBench(options: FakeOptions = {}, limits?: RpcLimits): Bench {
  const node = createFakeNode(options)
  const handler = createRpcHandler(node.context, limits)
  const call = async (method: string, ...params: unknown[]) => {
    const { result, error } = (await handler.handle({ jsonrpc: '2.0', id: 1, method, params })) as Answer
    return error === undefined ? { result } : { error }
  }
  return {
    node,
    handler,
    call,
    async result(method, ...params) {
      const answer = await call(method, ...params)
      if (answer.error !== undefined) throw new Error(`${method}: ${JSON.stringify(answer.error)}`)
      return answer.result
    },
  }
}

/** A transaction of Alice's; without more to say it makes the emitter emit. */
export function transactionOf(changes: Partial<Transaction> = {}): Transaction {
  return {
    type: 2,
    chainId: 31_337n,
    sender: ALICE,
    nonce: 0n,
    gasLimit: 100_000n,
    to: EMITTER,
    valueWei: 1n,
    data: Uint8Array.of(0xab),
    maxFeePerGasWei: 3_000_000_000n,
    maxPriorityFeePerGasWei: 1_000_000_000n,
    accessList: [],
    maxFeePerBlobGasWei: 0n,
    blobVersionedHashes: [],
    authorizations: [],
    ...changes,
  }
}

/** {@link transactionOf}, signed, in hex. */
export function rawOf(changes: Partial<Transaction> = {}): string {
  return toHex(signTransaction(transactionOf(changes), KEYS[0] ?? EMPTY_BYTES).raw)
}
