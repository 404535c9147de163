import { type Header, RULES, type Rules } from '../../../src/consensus/index.ts'
import { blockMessage } from '../../../src/consensus/signing.ts'
import type { Behaviour, Network } from './cluster.ts'
import { fakeScheme } from './fakeScheme.ts'
import { lowestRoot, observed } from './network.ts'
import type { Played } from './puppeteer.ts'
import type { Script } from './scripts.ts'

const ONE_HOUR_MS = 3_600_000
/** Of virtual time: about 240 rounds without faults. */
const RUN_MS = 3_000
/** A third of the rounds at least has a final block when one leader of four is of no use. */
const LEAST_BLOCKS = 60

/** Blocks above the root while rounds succeed and fail by turns. */
const MOST_KEPT = 12

/** What the liar says arrives first, so that its timeout is in every certificate. */
const liarFirst = (liar: number): Network => {
  return (from, to) => [from.validator === liar ? 1 : 5 + ((from.validator + to.validator) % 4)]
}

function lying(validators: number, liar: Behaviour, skewMs: number, broken: Partial<Rules>): Played {
  const last = validators - 1
  const run = observed({
    validators,
    rules: { ...RULES, ...broken },
    behaviours: new Map([[last, liar]]),
    network: liarFirst(last),
  })
  for (const instance of run.cluster.instances) if (instance.validator === last) instance.clockSkewMs = skewMs
  run.cluster.run(RUN_MS)
  const blocks = lowestRoot(run.cluster.honest)
  if (blocks < LEAST_BLOCKS) run.monitor.fail('13 liveness', `${blocks} final blocks in ${RUN_MS} ms`)
  const kept = Math.max(...run.cluster.honest.map(({ state }) => state.tree.size))
  if (kept > MOST_KEPT) run.monitor.fail('18 bounded memory', `${kept} blocks above the root`)
  return { run, foiledIn: undefined }
}

/** Leads with blocks of its own clock, which is an hour ahead, and reports them when the round has failed. */
const prophet: Behaviour = { name: 'prophet', rules: { ...RULES, isAhead: () => false } }

/** What it tells some of its blocks is another height or time. */
function forgingHeaders(
  change: (header: Header) => Partial<Header>,
  isTold: (validator: number) => boolean = () => true,
): Behaviour {
  return {
    name: 'forging headers',
    corrupt(message, receiver, instance, cluster) {
      if (!isTold(receiver.validator)) return [message]
      if (message.kind !== 'proposal' || message.proposal.tip.header.round !== message.proposal.round) return [message]
      const { proposal } = message
      const header = { ...proposal.tip.header, ...change(proposal.tip.header) }
      const signature = fakeScheme.sign(instance.key, blockMessage(cluster.config.chainId, header))
      return [{ kind: 'proposal', proposal: { ...proposal, tip: { ...proposal.tip, header, signature } } }]
    },
  }
}

const highBlocks = forgingHeaders(() => ({ height: 1_000_000_000 }))

/** Of its blocks v0 is told another height; the others vote for them, so that they stay. */
const highBlocksForOne: Behaviour = {
  name: 'high blocks for one',
  corrupt: (message, receiver, instance, cluster) =>
    (receiver.validator === 0 && highBlocks.corrupt?.(message, receiver, instance, cluster)) || [message],
}

/** Lies about time and height: what a leader may say of its block, and nobody else can. */
export const TIME_SCRIPTS: readonly Script[] = [
  ...[4, 7].map(
    (validators): Script => ({
      row: 15,
      name: `${validators} validators, a leader whose blocks are of an hour to come and who reports them in each failed round`,
      play: (broken = {}) => lying(validators, prophet, ONE_HOUR_MS, broken),
      foiledIn: undefined,
      verdict: [],
      broken: [{ name: 'no block is ahead of any clock', rules: { isAhead: () => false }, invariant: '19 times' }],
    }),
  ),
  {
    row: 15,
    name: 'a leader whose blocks are no later than their parents',
    play: (broken = {}) =>
      lying(
        4,
        forgingHeaders(() => ({ timestampMs: 1 })),
        0,
        broken,
      ),
    foiledIn: undefined,
    verdict: [],
    broken: [
      { name: 'a block need not follow its parent', rules: { followsParent: () => true }, invariant: '19 times' },
    ],
  },
  {
    row: 21,
    name: 'a leader that shows one validator blocks with a height of a thousand million',
    play: (broken = {}) => lying(4, highBlocksForOne, 0, broken),
    foiledIn: undefined,
    verdict: [],
    broken: [],
  },
]
