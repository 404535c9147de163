import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import { invalidParams } from '../error.ts'
import type { RpcHandler } from '../handler.ts'
import type { RpcLimits } from '../limits.ts'
import { errorText } from '../message.ts'
import { type AccessRules, accessRefusal } from './access.ts'
import { readBody } from './body.ts'
import { addHealthRoutes } from './health.ts'
import { createPipelines } from './pipelining.ts'
import type { ReadinessParts } from './readiness.ts'
import { createAnswerWatch } from './slowReaders.ts'

/** What the HTTP side needs of the rest. */
export type HttpParts = {
  readonly handler: RpcHandler
  readonly limits: RpcLimits
  readonly access: AccessRules
  /** What the node's readiness depends on, for those who watch over it. */
  readonly readiness: ReadinessParts
}

type HttpApp = Hono<{ Bindings: HttpBindings }>

const JSON_TYPES = ['application/json', 'application/json-rpc', 'application/jsonrequest']
const ONE_DAY_SECONDS = 86_400

/** JSON-RPC at `POST /`, and two questions for those who watch over the node. */
export function createHttpApp({ handler, limits, access, readiness }: HttpParts): HttpApp {
  const app: HttpApp = new Hono()
  const watchAnswer = createAnswerWatch(limits)
  const inTurn = createPipelines()
  // Before the check of access: a page that is refused can read why, and a preflight (answered here) runs nothing.
  app.use(cors({ origin: (origin) => origin, allowMethods: ['GET', 'POST'], maxAge: ONE_DAY_SECONDS }))
  app.use(async (context, next) => {
    const headers = { host: context.req.header('host'), origin: context.req.header('origin') }
    const refusal = accessRefusal(headers, access)
    return refusal === undefined ? next() : context.text(`${refusal}\n`, 403)
  })
  addHealthRoutes(app, readiness)
  app.post('/', async (context) => {
    const type = context.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
    if (type === undefined || !JSON_TYPES.includes(type)) {
      return context.text('The content-type must be application/json.\n', 415)
    }
    const { incoming } = context.env
    const { socket } = incoming
    return inTurn(socket, async () => {
      const body = await readBody(incoming, limits.maxBodyBytes)
      if (body === undefined) return bodyTooLarge(context, limits)
      const answer = await handler.respond(body, { key: socket, isGone: () => socket.destroyed })
      if (answer === undefined) return context.body(null, 204)
      watchAnswer(socket, answer.text.length)
      return jsonText(context, answer.text)
    })
  })
  app.all('/', (context) =>
    context.text('This is a JSON-RPC endpoint: send requests as POST, or open a WebSocket.\n', 405, { allow: 'POST' }),
  )
  app.notFound((context) => context.text('There is nothing here: JSON-RPC is at POST /.\n', 404))
  return app
}

/** Not 413: clients retry that, and sending it again cannot help. */
function bodyTooLarge(context: Context, { maxBodyBytes }: RpcLimits): Response {
  return jsonText(context, errorText(null, invalidParams(`request too large: at most ${maxBodyBytes} bytes`)))
}

function jsonText(context: Context, text: string): Response {
  return context.body(text, 200, { 'content-type': 'application/json' })
}
