import type { Codec } from './codec/codec.ts'
import { RPC_CODES, RpcError } from './error.ts'
import type { ReadScope } from './heavyReads.ts'
import type { Json } from './json.ts'
import type { DevScope, Scope } from './scope.ts'

/** Who may call a method: `dev` ones do not exist on a testnet. */
export type Availability = 'always' | 'dev'

/** A method of the table, its types hidden behind `invoke`. */
export type Method = {
  /** The name, then names that mean the same. */
  readonly names: readonly [string, ...string[]]
  /** One sentence for the table of methods. */
  readonly summary: string
  readonly availability: Availability
  readonly params: readonly Codec<unknown>[]
  /** Decodes the arguments and runs the method. Throws {@link RpcError} for what the client did wrong. */
  invoke(scope: Scope, args: readonly unknown[]): Json | Promise<Json>
  /** Of a read that may take long: the same with the little that it needs, so that another thread can run it. */
  readonly read?: (scope: ReadScope, args: readonly unknown[]) => Json | Promise<Json>
}

type AnyCodecs = readonly Codec<unknown>[]

/** What codecs decode to, position by position. */
type Decoded<codecs extends AnyCodecs> = {
  [index in keyof codecs]: codecs[index] extends Codec<infer value> ? value : never
}

type Definition<codecs extends AnyCodecs, scope> = {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly summary: string
  readonly params: codecs
  handler(scope: scope, ...args: Decoded<codecs>): Json | Promise<Json>
}

/** Makes a method of its definition: the codecs of `params` give the handler its types. Extra arguments are ignored. */
export function defineMethod<const codecs extends AnyCodecs>(definition: Definition<codecs, Scope>): Method {
  return createMethod(definition, 'always')
}

/** {@link defineMethod} for what signs, mines or cheats: such methods do not exist on a testnet. */
export function defineDevMethod<const codecs extends AnyCodecs>(definition: Definition<codecs, DevScope>): Method {
  // A node that has development methods has a producer (RpcContext).
  const handler: Definition<codecs, Scope>['handler'] = (scope, ...args) =>
    definition.handler(scope as unknown as DevScope, ...args)
  return createMethod({ ...definition, handler }, 'dev')
}

/** {@link defineMethod} for what may read much: where the node has a thread for such reads, it runs there. */
export function defineHeavyRead<const codecs extends AnyCodecs>(definition: Definition<codecs, ReadScope>): Method {
  const handler: Definition<codecs, Scope>['handler'] = (scope, ...args) =>
    definition.handler(readScopeOf(scope), ...args)
  const method = createMethod({ ...definition, handler }, 'always')
  const read: Method['read'] = (scope, args) => definition.handler(scope, ...decodeAll(definition.params, args))
  return { ...method, read }
}

function readScopeOf({ archive, config, limits, producer }: Scope): ReadScope {
  return { archive, config, limits, nextBaseFeeWei: producer.next().baseFeeWei }
}

function createMethod<const codecs extends AnyCodecs>(
  { name, aliases, summary, params, handler }: Definition<codecs, Scope>,
  availability: Availability,
): Method {
  return {
    names: [name, ...(aliases ?? [])],
    summary,
    availability,
    params,
    invoke: (scope, args) => handler(scope, ...decodeAll(params, args)),
  }
}

function decodeAll<const codecs extends AnyCodecs>(params: codecs, args: readonly unknown[]): Decoded<codecs> {
  const decoded: readonly unknown[] = params.map((codec, index) => decodeArgument(codec, args[index], index))
  // Each codec decoded its own position, so the list has the types that they declare.
  return decoded as Decoded<codecs>
}

function decodeArgument(codec: Codec<unknown>, json: unknown, index: number): unknown {
  if (!codec.isOptional && (json === undefined || json === null)) {
    throw new RpcError(RPC_CODES.invalidParams, `missing value for required argument ${index}`)
  }
  return codec.decode(json, String(index))
}
