/** What `Promise.withResolvers` gives: a promise, and what settles it. */
type Resolvers<value> = {
  readonly promise: Promise<value>
  readonly resolve: (value: value | PromiseLike<value>) => void
  readonly reject: (reason?: unknown) => void
}

/** The language's types here are those of Node 20. */
const promise: PromiseConstructor & { withResolvers?: <value>() => Resolvers<value> } = Promise

/**
 * `Promise.withResolvers`, which libp2p uses and Node 20 lacks. Imported before libp2p, here and nowhere else.
 * Source: ECMAScript 2024, 27.2.4.9.
 */
promise.withResolvers ??= function withResolvers<value>(): Resolvers<value> {
  let resolve: Resolvers<value>['resolve'] = () => {}
  let reject: Resolvers<value>['reject'] = () => {}
  const pending = new Promise<value>((...executors) => {
    ;[resolve, reject] = executors
  })
  return { promise: pending, resolve, reject }
}
