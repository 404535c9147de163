/** What was opened and must be closed, the last one first. */
export type Opened = (() => Promise<void> | void)[]

/** Builds something of parts that are opened on the way. What `build` noted is closed by `stop`, or when it fails half-way. */
export async function opening<built extends object>(
  build: (opened: Opened) => Promise<built>,
): Promise<built & { stop(): Promise<void> }> {
  const opened: Opened = []
  const stop = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close()
  }
  try {
    return { ...(await build(opened)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The end of a node that doubts its state: a thread of it ended, or an invariant did not hold (N4). */
export type Doubt = { readonly failed: Promise<never>; raise(error: Error): void }

/** Doubt that rises by itself when `threadFailed` does. */
export function createDoubt(threadFailed: Promise<never>): Doubt {
  let raise: (error: Error) => void = () => undefined
  const doubted = new Promise<never>((_resolve, reject) => {
    raise = reject
  })
  const failed = Promise.race([threadFailed, doubted])
  failed.catch(() => undefined)
  return { failed, raise: (error) => raise(error) }
}
