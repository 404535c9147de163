import type { Archive } from '../chain/index.ts'
import { BaseError } from '../primitives/index.ts'
import type { StateView } from '../state/index.ts'

/** Hears of damage: the node is to stop (N4). */
type Raise = (error: Error) => void

/** Whether a record of the store is damaged or lost: whoever asked, what the node does next may stand on something else. */
function isDamage(thrown: unknown): thrown is BaseError {
  return thrown instanceof BaseError && thrown.code === 'STORE_CORRUPT'
}

/** The same object of methods; damage that one of them throws or rejects with is told to `raise` as well. */
export function tellingDamage<port extends object>(port: port, raise: Raise): port {
  const tell = (thrown: unknown): never => {
    if (isDamage(thrown)) raise(thrown)
    throw thrown
  }
  const methods = Object.entries(port).map(([name, member]: [string, unknown]) => {
    if (typeof member !== 'function') return [name, member]
    const method = (...args: readonly unknown[]): unknown => {
      try {
        const result: unknown = Reflect.apply(member, port, args)
        return result instanceof Promise ? result.catch(tell) : result
      } catch (thrown) {
        return tell(thrown)
      }
    }
    return [name, method]
  })
  return Object.fromEntries(methods)
}

/** An archive whose reads, those of its states included, tell `raise` of damage. */
export function damageTellingArchive(archive: Archive, raise: Raise): Archive {
  const telling = tellingDamage(archive, raise)
  const state = (view: StateView): StateView => tellingDamage(view, raise)
  return {
    ...telling,
    headState: () => state(telling.headState()),
    stateAt(blockHash) {
      const view = telling.stateAt(blockHash)
      return view === undefined ? undefined : state(view)
    },
  }
}
