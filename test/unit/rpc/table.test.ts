import { describe, expect, test } from 'vitest'
import { METHODS, type Method } from '../../../src/rpc/index.ts'

/** What the issue and the research ask for, by every name that a client may use. */
const WANTED = `
web3_clientVersion web3_sha3 net_version net_listening net_peerCount rpc_modules eth_chainId eth_syncing eth_blockNumber
eth_gasPrice eth_maxPriorityFeePerGas eth_feeHistory eth_baseFee eth_blobBaseFee eth_config eth_capabilities eth_accounts
eth_coinbase eth_mining eth_hashrate eth_getBalance eth_getCode eth_getTransactionCount eth_getStorageAt eth_getProof
eth_getStorageValues eth_getAccountInfo eth_getBlockByNumber eth_getBlockByHash eth_getHeaderByNumber eth_getHeaderByHash
eth_getBlockTransactionCountByNumber eth_getBlockTransactionCountByHash eth_getUncleCountByBlockNumber
eth_getUncleCountByBlockHash eth_getUncleByBlockNumberAndIndex eth_getUncleByBlockHashAndIndex eth_getTransactionByHash
eth_getTransactionByBlockHashAndIndex eth_getTransactionByBlockNumberAndIndex eth_getTransactionReceipt
eth_getBlockReceipts eth_getRawTransactionByHash eth_getRawTransactionByBlockHashAndIndex
eth_getRawTransactionByBlockNumberAndIndex eth_call eth_estimateGas eth_createAccessList eth_fillTransaction
eth_sendRawTransaction eth_sendRawTransactionSync eth_sendTransaction eth_sendUnsignedTransaction eth_sign personal_sign
eth_signTypedData_v4 eth_signTransaction eth_newFilter eth_newBlockFilter eth_newPendingTransactionFilter
eth_getFilterChanges eth_getFilterLogs eth_uninstallFilter eth_getLogs eth_subscribe eth_unsubscribe
eth_pendingTransactions txpool_status txpool_content txpool_inspect txpool_contentFrom debug_getRawHeader debug_getRawBlock
debug_getRawTransaction debug_getRawReceipts evmpp_getBlockAccessList evmpp_getBlockSchedule evm_snapshot evm_revert evm_mine evm_increaseTime evm_setTime
evm_setNextBlockTimestamp evm_setAutomine evm_setIntervalMining evm_setBlockGasLimit
anvil_setBlockTimestampInterval anvil_removeBlockTimestampInterval anvil_setTime anvil_autoImpersonateAccount
anvil_dropAllTransactions anvil_removePoolTransactions anvil_nodeInfo evmpp_getConsensusState evmpp_getValidators evmpp_getEvidence
evmpp_getQuorumCertificate
`
  .trim()
  .split(/\s+/)

/** What exists under both names of a development node: viem's test client and Hardhat's helpers choose either. */
const BOTH = `
mine setBalance setCode setNonce setStorageAt setCoinbase setNextBlockBaseFeePerGas setMinGasPrice setPrevRandao
impersonateAccount stopImpersonatingAccount dropTransaction getAutomine setLoggingEnabled reset metadata
`
  .trim()
  .split(/\s+/)
  .flatMap((name) => [`anvil_${name}`, `hardhat_${name}`])

const names = new Set(METHODS.flatMap((method) => method.names))

describe('the table of methods', () => {
  test.each([...WANTED, ...BOTH])('has %s', (name) => {
    expect(names.has(name)).toBe(true)
  })

  test('is what docs/rpc.md says', async () => {
    await expect(document()).toMatchFileSnapshot('../../../docs/rpc.md')
  })
})

function document(): string {
  const rows = (availability: Method['availability']) =>
    METHODS.filter((method) => method.availability === availability)
      .sort((a, b) => (a.names[0] < b.names[0] ? -1 : 1))
      .map((method) => `| ${nameCell(method)} | ${paramsCell(method)} | ${escapeCell(method.summary)} |`)
      .join('\n')
  return `# JSON-RPC

HTTP (\`POST /\`) and WebSocket on one port. This page is drawn from the table in \`src/rpc/methods\`; a test compares the
two, \`npx vitest run test/unit/rpc/table.test.ts -u\` writes it anew.

A parameter with \`?\` may be missing or null. A block is a tag (\`latest\`, \`pending\`, \`safe\`, \`finalized\`, \`earliest\`), a
number in hex, a hash, or \`{blockNumber}\` / \`{blockHash}\`; where it is optional, missing means latest. Blocks are final at
once: \`safe\` and \`finalized\` are \`latest\`. On a network \`pending\` is the newest block that is executed and not final yet, with the balances after it;
calls, code and storage at \`pending\` are those of the next block on \`latest\`. On a development node \`pending\` is the block that would be made now:
state, calls, counts and estimates there include what waits in the pool, in the pool's order, and the block has the gas, the size and the roots that
it would have (its hash is null, for its time may still change).

## On every node

| method | parameters | |
|---|---|---|
${rows('always')}

\`evmpp_\` answers have quantities in hex. A certificate is \`{epoch, round, blockId, signers, signature, stakePercent}\`: \`blockId\` is the name
by which consensus knows the block, \`signature\` one BLS12-381 signature of all \`signers\`. \`evmpp_getConsensusState\` gives \`{self, isVoting,
whyNotVoting, epoch, round, leader, highestCertificate, finalized: {id, height, round}, lagBlocks, timeouts, peers}\`, \`evmpp_getValidators\` (of this epoch, or with \`next\` of the one to come)
a list of \`{id, publicKey, stake, peerId, isConnected, isSelf}\`, \`evmpp_getEvidence\` a list of \`{kind, validator, epoch, round, statements}\` with two
statements \`{blockId, message, signature}\`: the bytes that were signed, and the BLS12-381 signature. A development node refuses the four with error -32000.

## On development nodes only

A testnet answers them with error -32601.

| method | parameters | |
|---|---|---|
${rows('dev')}

A transaction of an impersonated account carries a placeholder for a signature: \`s\` is 1 and \`r\` is 2^160 plus the
sender's address, so that it is never zero and the same wish of two senders has two hashes. It is valid only on the node
that made it.

## Not here yet

\`debug_trace*\`, \`eth_simulateV1\`, \`trace_*\`, \`ots_*\`, \`anvil_dumpState\` and \`anvil_loadState\` answer -32601. Blob
transactions (type 3) are refused with \`transaction type not supported\`; forking another chain is refused by
\`anvil_reset\` and \`anvil_setRpcUrl\`.

## Errors

| code | when |
|---|---|
| 3 | the call reverted; \`data\` is the revert data, one hex string |
| 4 | \`eth_sendRawTransactionSync\`: no block took the transaction in time; \`data\` is its hash |
| 5 | \`eth_sendRawTransactionSync\`: the transaction waits for an earlier nonce; \`data\` is its hash |
| -32000 | understood and refused, in geth's words; every fault of a contract that is not a revert |
| -32003 | the rest of a batch's answers would be too large |
| -32600, -32700 | not a request; not JSON |
| -32601 | no such method, or not on this node |
| -32602 | an argument is wrong or asks for too much: sending it again cannot help |
| -32603 | a fault of the node, which logs it |

## Limits

| what | limit | option of \`evmpp dev\` and \`evmpp node\` |
|---|---|---|
| a request | 5 MB | \`--max-body\` |
| a batch | 1000 requests, 25 MB of answers; what comes after is not run | \`--max-batch\`, \`--max-batch-response\` |
| \`eth_getLogs\`, blocks | 10,000; no limit on a development node | \`--logs-range\`, 0 for none |
| \`eth_getLogs\`, logs | 20,000; 500,000 on a development node; a single block is answered whatever it holds | \`--max-logs\` |
| WebSockets | 100, with 1024 subscriptions each and 8192 of all together | \`--max-connections\`, \`--max-subscriptions\` |
| HTTP connections | 1000; idle ones stay open for 120 seconds | \`--max-http-connections\` |
| what a WebSocket has not read yet | 8 MB, and 64 MB of all together | \`--max-buffer\` |
| messages of a WebSocket that are being answered | 100, or as many bytes as one message may have; then no more are read from it | |
| requests that wait on one connection of HTTP | 100, answered one after the other; with more it is cut off | |
| filters | 2000; gone after 5 minutes without a question | |

A WebSocket that does not read is closed with code 1013 and the reason. So is the one with the most subscriptions when things
happen faster than all can be told. An HTTP client that reads nothing of an answer for 30 seconds is cut off.

\`eth_getLogs\`, \`eth_feeHistory\` and \`eth_getBlockReceipts\` run on a thread of their own, \`eth_call\` and estimates on another. All
other requests run on the main thread, 5 milliseconds at a time: clients take turns there, and everything else, consensus included,
gets its turn in between. A single request is not interrupted. The thread of calls is ended when one takes longer than 30 seconds, or when
the memory of the node grows by more than 1,536 MiB while calls run: more than any call within the gas cap needs. Open calls then fail with
\`CALL_TIMEOUT\`, \`WORKER_ENDED\` or \`OUT_OF_MEMORY\` ([errors.md](errors.md)), the next one starts another thread.

The answers to a batch are in the order of its requests, and each request sees what those before it did. Only transactions that are
sent in a row (\`eth_sendRawTransaction\`) are sent together, so that they can share a block.

## Access

Requests whose Host is neither \`localhost\` nor an IP address get 403, and so do pages whose Origin is neither on this machine nor
a browser extension. \`--vhosts\` adds names of hosts, as containers use them, \`--cors\` origins of pages; \`*\` adds all. The text of
the 403 names the option, and pages can read it. On an address that other machines reach, a development node warns: the keys of its
accounts are public. \`GET /livez\` and \`GET /readyz\` tell how the node is.

## Time on a development node

A new chain begins now; \`--timestamp\` begins it at a moment of one's own, so that equal chains have equal genesis hashes. A block's
timestamp is the clock's, and always after its parent's: many blocks within a second run ahead of the clock, a second each, until
it has caught up. \`evm_increaseTime\` counts from the newest block where that is ahead. \`anvil_mine(n, s)\` makes every block \`s\`
seconds later than the one before, the first one too; \`hardhat_mine(n, s)\` only those after the first. Estimates without a block
are made in the next one.

\`hardhat_mine\`, \`anvil_mine\` and \`evm_mine\` make 32 blocks or more in bulk while nothing waits in the pool: 256 in one commit, each the
block that it would be alone. The log has one line for all of them, \`newHeads\` tells of each, and who does not read as fast as they are
made is dropped like any slow reader. When the client goes, it ends with the commit that is under way.
`
}

function nameCell({ names: [name, ...aliases] }: Method): string {
  const own = `\`${name}\``
  return aliases.length === 0 ? own : `${own}, also ${aliases.map((alias) => `\`${alias}\``).join(', ')}`
}

function paramsCell({ params }: Method): string {
  return params.map(({ label }) => escapeCell(label)).join(', ')
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|')
}
