import type { Env, Hono } from 'hono'
import type { ReadinessParts } from './readiness.ts'
import { notReadyReasons } from './readiness.ts'

/**
 * Two questions for those who watch over a node: `/livez`, is the process there and does its event loop turn; `/readyz`,
 * should requests be sent to it, 503 with the reasons when not.
 */
export function addHealthRoutes<env extends Env>(app: Hono<env>, parts: ReadinessParts): void {
  app.get('/livez', (context) => context.json({ status: 'ok' }))
  app.get('/readyz', (context) => {
    const reasons = notReadyReasons(parts, Date.now())
    const blockNumber = Number(parts.archive.head().blockNumber)
    if (reasons.length === 0) return context.json({ status: 'ready', blockNumber })
    return context.json({ status: 'not ready', blockNumber, reasons }, 503)
  })
}
