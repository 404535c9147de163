import type { Address } from '../../../../src/primitives/index.ts'
import type { VmKind } from '../../../../src/vm/index.ts'
import { Random } from '../../../fuzz/random.ts'
import { ADDER_CODE, COUNT_CALL } from '../../wasm/adder.ts'
import type { WorkloadCodes } from './codes.ts'
import { type BuiltBlock, COINBASE, call, Scene } from './scene.ts'

/** A kind of block that others measure with too; W1 to W12 are named after notes on their benchmarks (docs/parallel.md). */
export type Workload = {
  readonly name: string
  readonly what: string
  /** Nobody has anything to do with anybody else: `independent`; everybody with the one before: `chain`. */
  readonly shape: 'independent' | 'chain' | 'mixed'
  /** A block of about so many transactions. */
  build(codes: WorkloadCodes, transactions: number): BuiltBlock
}

const VMS: readonly VmKind[] = ['evm', 'wasm']
/** Same on every machine. */
const SEED = 5

type Draw = (scene: Scene, transactions: number, random: Random) => void

function workload(name: string, shape: Workload['shape'], what: string, draw: Draw): Workload {
  return {
    name,
    what,
    shape,
    build(codes, transactions) {
      const scene = new Scene(codes)
      draw(scene, transactions, new Random(SEED, name.length))
      return scene.build()
    },
  }
}

/** All of them. */
export const WORKLOADS: readonly Workload[] = [
  workload('W1 transfers', 'independent', 'each account pays itself', (scene, count) => {
    repeat(count, (n) => scene.pay(scene.person(n), scene.person(n)))
  }),
  ...VMS.map((vm) =>
    workload(`W2 token ${vm}`, 'independent', 'each holder of one token transfers to itself', (scene, count) => {
      const token = scene.contract('Token', vm)
      repeat(count, (n) => {
        scene.grant(token, scene.person(n))
        scene.transferToken(token, scene.person(n), scene.person(n))
      })
    }),
  ),
  ...VMS.map((vm) =>
    workload(`W3 swaps ${vm}`, 'independent', 'each in a pool of its own with tokens of its own', (scene, count) => {
      repeat(count, (n) => {
        const person = scene.person(n)
        scene.swap(scene.pool(vm, [scene.contract('Token', vm), scene.contract('Token', vm)], [person]), person, true)
      })
    }),
  ),
  ...VMS.map((vm) =>
    workload(
      `W4 token clusters ${vm}`,
      'mixed',
      '10 tokens, families of 15, to a random relative',
      (scene, count, random) => {
        tokenClusters(scene, vm, count, random)
      },
    ),
  ),
  ...VMS.map((vm) =>
    workload(
      `W5 swap clusters ${vm}`,
      'mixed',
      '20 pools, 20 people each, every swap of a pool meets it',
      (scene, count, random) => {
        swapClusters(scene, vm, count, random, 20, 20)
      },
    ),
  ),
  workload('W6 one sender', 'mixed', 'all transfers from one account, 1 in 256 from others', (scene, count, random) => {
    repeat(count, (n) => {
      const stranger = random.oneIn(256)
      scene.pay(scene.person(stranger ? n + 1 : 0), scene.person(100_000 + n))
    })
  }),
  workload('W7 coinbase', 'mixed', 'transfers, 1 in 256 by the coinbase', (scene, count, random) => {
    const coinbase = scene.fund(COINBASE)
    repeat(count, (n) => scene.pay(random.oneIn(256) ? coinbase : scene.person(n), scene.person(100_000 + n)))
  }),
  workload('W8 mixed', 'mixed', 'runs of transfers among 10, token clusters, swap clusters', mixedRuns),
  workload('W9 transfer chain', 'chain', 'each pays the next', (scene, count) => {
    repeat(count, (n) => scene.pay(scene.person(n), scene.person(n + 1)))
  }),
  ...VMS.map((vm) =>
    workload(`W9 token chain ${vm}`, 'chain', 'each sends tokens to the next, of its receipts', (scene, count) => {
      const token = scene.contract('Token', vm)
      scene.grant(token, scene.person(0))
      // Nobody but the first has tokens: whoever runs too early fails, and must be run again.
      repeat(count, (n) => scene.transferToken(token, scene.person(n), scene.person(n + 1), 10n ** 30n - BigInt(n)))
    }),
  ),
  ...VMS.map((vm) =>
    workload(`W9 one pool ${vm}`, 'chain', 'all swap in one pool, either way', (scene, count, random) => {
      swapClusters(scene, vm, count, random, 1, count)
    }),
  ),
  ...[0, 10, 30].map((hot) =>
    workload(`W10 hot ${hot} %`, 'mixed', `token transfers, each end hot with ${hot} %`, (scene, count, random) => {
      hotTransfers(scene, count, random, hot)
    }),
  ),
  workload(
    'W11 hybrid',
    'mixed',
    'gas: 60 % transfers, 20 % of 3 tokens, 20 % swaps in 2 pools',
    (scene, count, random) => {
      hybrid(scene, count, random, ['evm'])
    },
  ),
  workload('W12 distance 8', 'mixed', 'self-transfers, 1 in 10 pays the account 8 before', (scene, count, random) => {
    repeat(count, (n) => scene.pay(scene.person(n), scene.person(random.oneIn(10) && n >= 8 ? n - 8 : n)))
  }),
  ...VMS.map((vm) =>
    workload(`counter ${vm}`, 'chain', 'all increment one counter', (scene, count) => {
      const counter = scene.contract('Counter', vm)
      repeat(count, (n) => scene.send(scene.person(n), { to: counter, data: call('increment()'), gasLimit: 100_000n }))
    }),
  ),
  workload('counter added', 'independent', 'all add to one WASM counter, which commutes', (scene, count) => {
    const counter = scene.contractOf(ADDER_CODE)
    scene.set(counter, 0n, 1n)
    repeat(count, (n) => scene.send(scene.person(n), { to: counter, data: COUNT_CALL, gasLimit: 100_000n }))
  }),
  workload('cross calls', 'mixed', '20 clusters: EVM pool, WASM token, EVM token', (scene, count, random) => {
    swapClusters(scene, 'evm', count, random, 20, 20, ['wasm', 'evm'])
  }),
  workload('hybrid both VMs', 'mixed', 'as W11, half of the contracts in WASM', (scene, count, random) => {
    hybrid(scene, count, random, VMS)
  }),
]

function repeat(count: number, act: (n: number) => void): void {
  for (let n = 0; n < count; n += 1) act(n)
}

/** Families transfer among themselves, everybody once a round. */
function tokenClusters(scene: Scene, vm: VmKind, count: number, random: Random): void {
  const size = 15
  const tokens = Array.from({ length: 10 }, () => scene.contract('Token', vm))
  const families = Math.max(1, Math.ceil(count / (tokens.length * size * 3)))
  const people = tokens.length * families * size
  for (let n = 0; scene.count < count; n += 1) {
    const number = n % people
    const family = Math.floor(number / size)
    const token = tokens[family % tokens.length] ?? scene.contract('Token', vm)
    const from = scene.person(number)
    scene.grant(token, from)
    scene.transferToken(token, from, scene.person(family * size + random.below(size)))
  }
}

/** Pools with people of their own, who swap either way in turns. */
function swapClusters(
  scene: Scene,
  vm: VmKind,
  count: number,
  random: Random,
  clusters: number,
  people: number,
  tokenVms: readonly [VmKind, VmKind] = [vm, vm],
): void {
  const pools = Array.from({ length: clusters }, (_, cluster) => {
    const traders = Array.from({ length: people }, (__, n) => scene.person(cluster * people + n))
    const tokens = [scene.contract('Token', tokenVms[0]), scene.contract('Token', tokenVms[1])] as const
    return { pool: scene.pool(vm, tokens, traders), traders }
  })
  for (let n = 0; scene.count < count; n += 1) {
    const { pool, traders } = pools[n % clusters] ?? random.pick(pools)
    const trader = traders[Math.floor(n / clusters) % people] ?? random.pick(traders)
    scene.swap(pool, trader, random.oneIn(2), 1_000n)
  }
}

function mixedRuns(scene: Scene, count: number, random: Random): void {
  let first = 0
  while (scene.count < count) {
    const length = Math.min(count - scene.count, random.between(1, Math.max(2, count >> 4)))
    const people = random.between(1, 10)
    const base = first
    first += 10
    const person = (): Address => scene.person(base + random.below(people))
    const pick = random.below(10)
    if (pick < 3) {
      repeat(length, () => {
        const one = person()
        scene.pay(one, one)
      })
    } else if (pick < 7) {
      const token = scene.contract('Token', random.pick(VMS))
      repeat(people, (n) => scene.grant(token, scene.person(base + n)))
      repeat(length, () => scene.transferToken(token, person(), person()))
    } else {
      const vm = random.pick(VMS)
      const traders = Array.from({ length: people }, (_, n) => scene.person(base + n))
      const pool = scene.pool(vm, [scene.contract('Token', vm), scene.contract('Token', vm)], traders)
      repeat(length, () => scene.swap(pool, person(), random.oneIn(2), 1_000n))
    }
  }
}

/** Some accounts are in many transfers: of `hot` per cent of the ends. */
function hotTransfers(scene: Scene, count: number, random: Random, hot: number): void {
  const token = scene.contract('Token', 'evm')
  const hotPeople = Math.max(1, Math.ceil(count / 10))
  const end = (n: number): Address => scene.person(random.below(100) < hot ? count * 2 + random.below(hotPeople) : n)
  repeat(count, (n) => {
    const [from, to] = [end(n), end(count + n)]
    scene.grant(token, from)
    scene.transferToken(token, from, to)
  })
}

/** By count so that the gas is about 60 % transfers, 20 % tokens, 20 % swaps. */
function hybrid(scene: Scene, count: number, random: Random, vms: readonly VmKind[]): void {
  const vmOf = (n: number): VmKind => vms[n % vms.length] ?? 'evm'
  const tokens = Array.from({ length: 3 }, (_, n) => scene.contract('Token', vmOf(n)))
  const traders = Array.from({ length: 20 }, (_, n) => scene.person(count * 2 + n))
  const pools = Array.from({ length: 2 }, (_, n) =>
    scene.pool(vmOf(n), [scene.contract('Token', vmOf(n)), scene.contract('Token', vmOf(n + 1))], traders),
  )
  repeat(count, (n) => {
    const person = scene.person(n)
    const kind = random.weighted([
      [76, 'pay'],
      [18, 'token'],
      [6, 'swap'],
    ])
    if (kind === 'pay') scene.pay(person, scene.person(count + n))
    else if (kind === 'swap') scene.swap(random.pick(pools), random.pick(traders), random.oneIn(2))
    else {
      const token = random.pick(tokens)
      scene.grant(token, person)
      scene.transferToken(token, person, scene.person(count + n))
    }
  })
}
