import { Counter, Gauge, type Registry } from 'prom-client'
import type { Archive, ChainEvent } from '../../chain/index.ts'
import { type Address, EMPTY_CODE_HASH, type Hash } from '../../primitives/index.ts'
import type { StateView } from '../../state/index.ts'
import { codeKind, delegationTarget, type VmKind } from '../../vm/index.ts'

/** What a transaction runs first: code of a VM, or none. */
type Vm = VmKind | 'none'

/** Tells of the newest block, when somebody asks. */
export function gaugeHead(registry: Registry, archive: Archive): void {
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value())
      },
    })
  const header = () => archive.headBlock().header
  gauge('evmpp_chain_head_block', 'Number of the newest executed block.', () => Number(archive.head().blockNumber))
  gauge('evmpp_chain_head_timestamp_seconds', 'Its time.', () => Number(header().timestampSeconds))
  gauge('evmpp_chain_block_gas_used', 'Gas of the newest block.', () => Number(header().gasUsed))
  new Gauge({
    name: 'evmpp_chain_block_txs',
    help: 'Transactions of the newest block, by the VM of the code that they call or create.',
    labelNames: ['vm'],
    registers: [registry],
    collect() {
      for (const [vm, count] of transactionsByVm(archive)) this.set({ vm }, count)
    },
  })
}

function transactionsByVm(archive: Archive): ReadonlyMap<Vm, number> {
  const counts = new Map<Vm, number>([
    ['evm', 0],
    ['wasm', 0],
    ['none', 0],
  ])
  const { hash, transactions } = archive.headBlock()
  const receipts = archive.receipts(hash) ?? []
  const state = archive.headState()
  const kinds = new Map<Hash, Vm>()
  transactions.forEach(({ to }, index) => {
    const vm = vmOf(state, to ?? receipts[index]?.contractAddress, kinds)
    counts.set(vm, (counts.get(vm) ?? 0) + 1)
  })
  return counts
}

/** `kinds` remembers what is known of a code. */
function vmOf(state: StateView, address: Address | undefined, kinds: Map<Hash, Vm>): Vm {
  const hash = address === undefined ? undefined : state.account(address)?.codeHash
  if (hash === undefined || hash === EMPTY_CODE_HASH) return 'none'
  const known = kinds.get(hash)
  if (known !== undefined) return known
  const code = state.code(hash)
  const target = delegationTarget(code)
  // A delegation is followed once (EIP-7702); the code behind it is none itself.
  const vm = target === undefined ? codeKind(code) : vmOf(state, target, new Map([[hash, 'none']]))
  kinds.set(hash, vm)
  return vm
}

/** Counts what happens on the chain. */
export function countChain(registry: Registry, archive: Archive): (event: ChainEvent) => void {
  const registers = [registry]
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  const blocks = counter('evmpp_chain_blocks_total', 'Blocks executed since the start.')
  const gas = counter('evmpp_chain_gas_used_total', 'Gas of these blocks.')
  const transactions = new Counter({
    name: 'evmpp_chain_transactions_total',
    help: 'Transactions of these blocks.',
    labelNames: ['status'],
    registers,
  })
  const added = counter('mempool_added_total', 'Transactions that the pool took.')
  const teamBlocks = counter('evmpp_parallel_blocks_total', 'Blocks that workers executed.')
  const executions = counter('evmpp_parallel_executions_total', "Executions of these blocks' transactions.")
  const aborts = counter(
    'evmpp_parallel_aborts_total',
    'Executions that were thrown away, for what they read had changed.',
  )
  const seconds = counter('evmpp_parallel_seconds_total', 'What the execution of these blocks took.')

  const countTeam = (hash: Hash): void => {
    const run = archive.teamRun(hash)
    if (run === undefined) return
    const all = run.transactions.reduce((sum, transaction) => sum + transaction.executions, 0)
    teamBlocks.inc()
    executions.inc(all)
    aborts.inc(all - run.transactions.length)
    seconds.inc(run.elapsedMs / 1000)
  }

  return (event) => {
    if (event.kind === 'pendingTransaction') added.inc()
    if (event.kind === 'idleBlocks') blocks.inc(Number(event.last - event.first + 1n))
    if (event.kind !== 'block') return
    const { block, receipts } = event.produced
    const failed = receipts.filter(({ succeeded }) => !succeeded).length
    blocks.inc()
    gas.inc(Number(block.header.gasUsed))
    transactions.inc({ status: 'success' }, receipts.length - failed)
    transactions.inc({ status: 'failed' }, failed)
    countTeam(block.hash)
  }
}
