import { BaseError } from '../../primitives/index.ts'

const PATIENCE_MS = 300_000
const PAUSE_MS = 100

/** Waits until all nodes say that they are ready. Throws `NETWORK_NOT_READY` with what one of them lacks. */
export async function waitUntilReady(urls: readonly string[]): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS
  for (const url of urls) {
    for (let lack = await lackOf(url); lack !== undefined; lack = await lackOf(url)) {
      if (performance.now() > deadlineMs) throw new BaseError('NETWORK_NOT_READY', `${url} is not ready: ${lack}`)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}

/** What `/readyz` says that a node lacks; undefined when it is ready. */
async function lackOf(url: string): Promise<string | undefined> {
  const answer = await fetch(`${url}/readyz`).catch(() => undefined)
  if (answer === undefined) return 'it does not answer'
  return answer.ok ? undefined : await answer.text()
}
