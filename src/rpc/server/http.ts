import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import { invalidParams } from '../error.ts'
import type { RpcHandler } from '../handler.ts'
import type { RpcLimits } from '../limits.ts'
import { errorText } from '../message.ts'
import { isAllowedHost, isAllowedOrigin } from './access.ts'
import { readBody } from './body.ts'
import { addHealthRoutes } from './health.ts'
import type { ReadinessParts } from './readiness.ts'

/** What the HTTP side needs of the rest. */
export type HttpParts = {
  readonly handler: RpcHandler
  readonly limits: RpcLimits
  readonly corsOrigins: readonly string[]
  /** What the node's readiness depends on, for those who watch over it. */
  readonly readiness: ReadinessParts
}

type HttpApp = Hono<{ Bindings: HttpBindings }>

const JSON_TYPES = ['application/json', 'application/json-rpc', 'application/jsonrequest']
const ONE_DAY_SECONDS = 86_400

/** JSON-RPC at `POST /`, and two questions for those who watch over the node. */
export function createHttpApp({ handler, limits, corsOrigins, readiness }: HttpParts): HttpApp {
  const app: HttpApp = new Hono()
  app.use(async (context, next) => {
    if (!isAllowedHost(context.req.header('host'))) {
      return context.text('This Host is not allowed: use localhost or an IP address.\n', 403)
    }
    if (!isAllowedOrigin(context.req.header('origin'), corsOrigins)) {
      return context.text('Pages of this Origin are not allowed: add it to the CORS origins.\n', 403)
    }
    return next()
  })
  app.use(
    cors({
      // Only allowed origins come this far.
      origin: (origin) => origin,
      allowMethods: ['GET', 'POST'],
      allowHeaders: ['content-type'],
      maxAge: ONE_DAY_SECONDS,
    }),
  )
  addHealthRoutes(app, readiness)
  app.post('/', async (context) => {
    const type = context.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
    if (type === undefined || !JSON_TYPES.includes(type)) {
      return context.text('The content-type must be application/json.\n', 415)
    }
    const body = await readBody(context.env.incoming, limits.maxBodyBytes)
    if (body === undefined) return bodyTooLarge(context, limits)
    const answer = await handler.respond(body)
    return answer === undefined ? context.body(null, 204) : jsonText(context, answer.text)
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
