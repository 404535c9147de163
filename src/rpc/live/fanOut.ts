import type { ChainFeed } from '../../chain/index.ts'
import type { Turns } from '../turns.ts'
import { type HeaderSource, type News, newsOf } from './news.ts'

/** A client that is told things, as far as its bounds go. */
type Listener = { readonly subscriptions: { readonly size: number }; drop(reason: string): void }

/** Tells many subscriptions of what happens, a few milliseconds at a time. */
export interface FanOut {
  /** Subscriptions of all connections. */
  readonly size: number
  /** Calls `tell` for everything that happens from now on, in order; returns how to stop it. */
  add(connection: Listener, tell: (news: News) => void): () => void
  close(): void
}

type Subscriber = { readonly connection: Listener; readonly since: number; readonly tell: (news: News) => void }

/** News that wait to be told. For each time as many that wait, who costs most is dropped. */
const MAX_WAITING = 1_000
/** Subscribers told before the clock is asked. */
const SUBSCRIBERS_PER_STEP = 64

/** Listens to one chain, read from `archive`, for all subscriptions. `onBug` hears of what a subscriber threw. */
export function createFanOut(
  producer: ChainFeed,
  archive: HeaderSource,
  turns: Turns,
  onBug: (cause: unknown) => void,
): FanOut {
  const subscribers = new Set<Subscriber>()
  const waiting: News[] = []
  /** News so far: a subscriber hears of those that came after it. */
  let count = 0
  let isTelling = false
  let dropAt = MAX_WAITING

  const tellWaiting = async (): Promise<void> => {
    isTelling = true
    for (let news = waiting[0]; news !== undefined; news = waiting[0]) {
      const number = count - waiting.length
      const told = [...subscribers].filter(({ since }) => since <= number)
      for (let start = 0; start < told.length; start += SUBSCRIBERS_PER_STEP) {
        const step = told.slice(start, start + SUBSCRIBERS_PER_STEP)
        await turns.run(waiting, () => tellThem(step, subscribers, news, onBug))
      }
      waiting.shift()
    }
    isTelling = false
    dropAt = MAX_WAITING
  }

  const unsubscribe = producer.subscribe((event) => {
    if (subscribers.size === 0) return
    const news = newsOf(event, archive)
    count += 1
    // Few are told at once, as long as nobody is behind.
    if (!isTelling && subscribers.size <= SUBSCRIBERS_PER_STEP) {
      turns.now(() => tellThem([...subscribers], subscribers, news, onBug))
      return
    }
    waiting.push(news)
    if (waiting.length > dropAt) {
      dropAt += MAX_WAITING
      dropBusiest(subscribers)
    }
    if (!isTelling) void tellWaiting()
  })

  return {
    get size() {
      return subscribers.size
    },
    add(connection, tell) {
      const subscriber = { connection, since: count, tell }
      subscribers.add(subscriber)
      return () => subscribers.delete(subscriber)
    },
    close() {
      unsubscribe()
      subscribers.clear()
      waiting.length = 0
    },
  }
}

/** Those that have ended meanwhile are not told. */
function tellThem(
  step: readonly Subscriber[],
  subscribers: ReadonlySet<Subscriber>,
  news: News,
  onBug: (cause: unknown) => void,
): void {
  for (const subscriber of step) {
    if (!subscribers.has(subscriber)) continue
    try {
      subscriber.tell(news)
    } catch (cause) {
      onBug(cause)
    }
  }
}

/** Drops the connection with the most subscriptions: the node cannot tell all of them as fast as things happen. */
function dropBusiest(subscribers: ReadonlySet<Subscriber>): void {
  let busiest: Listener | undefined
  for (const { connection } of subscribers) {
    if (busiest === undefined || connection.subscriptions.size > busiest.subscriptions.size) busiest = connection
  }
  busiest?.drop(`more subscriptions than this node can serve: ${busiest.subscriptions.size}`)
}
