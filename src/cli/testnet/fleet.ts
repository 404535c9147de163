import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { assert, BaseError } from '../../primitives/index.ts'

/** The `ready` line of `evmpp node --json`, as far as a fleet's owner needs it. */
export type NodeReady = {
  readonly url: string
  readonly p2pAddress: string
  readonly metricsUrl: string
  readonly pid: number
  readonly chainId: number
  readonly validatorId: string
  readonly dataDirectory: string
}

/** What happens to the processes. */
export type FleetEvent =
  | { readonly kind: 'started'; readonly name: string; readonly ready: NodeReady }
  /** `last` is the end of what the process wrote to stderr. */
  | {
      readonly kind: 'exited'
      readonly name: string
      readonly code: number | null
      readonly signal: string | null
      readonly isExpected: boolean
      readonly last: string
    }
  /** A line that a node printed. */
  | { readonly kind: 'node'; readonly name: string; readonly event: NodeLine }

/** One line of `evmpp node --json`. */
export type NodeLine = { readonly kind: string; readonly [member: string]: unknown }

/** How to run one node: the words after `node`. */
export type FleetMember = { readonly name: string; readonly args: readonly string[] }

/**
 * Nodes in processes of their own, which never outlive this one: each has a pipe on its standard input and stops when that
 * ends, however this process ends. They are in groups of their own, so that Ctrl-C at a terminal reaches only their owner.
 */
export type Fleet = {
  /** Starts a node that does not run, and waits until it serves. Throws `NODE_FAILED` with its own words. */
  start(name: string): Promise<NodeReady>
  /** Stops a node, or with SIGKILL ends it at once, and waits. */
  stop(name: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
  isRunning(name: string): boolean
  /** Stops all; what does not stop within five seconds is ended. Nothing is started any more. */
  close(): Promise<void>
}

type Running = { readonly child: ChildProcess; readonly exited: Promise<void>; isExpected: boolean }

const STOPPING_TIME_MS = 5_000
/** Of a node's stderr, for the message when it fails. */
const MAX_ERROR_TEXT = 2_000

/** A fleet of `members`, none of which runs yet. `program` is what to run with Node: this very program. */
export function createFleet(
  program: string,
  members: readonly FleetMember[],
  onEvent: (event: FleetEvent) => void,
): Fleet {
  const running = new Map<string, Running>()
  let isClosed = false

  const start = (name: string): Promise<NodeReady> => {
    const member = members.find((one) => one.name === name)
    assert(member !== undefined, 'only members of the fleet are started')
    if (isClosed) return Promise.reject(failed(name, 'the network is stopping'))
    if (running.has(name)) return Promise.reject(failed(name, 'it runs already'))
    const child = spawn(process.execPath, [program, 'node', ...member.args, '--json', '--stop-with-stdin'], {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    return new Promise((resolve, reject) => {
      const node = follow(child, name, onEvent, resolve, (error) => {
        running.delete(name)
        reject(error)
      })
      running.set(name, node)
    })
  }

  const stop = async (name: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const node = running.get(name)
    if (node === undefined) return
    node.isExpected = true
    node.child.kill(signal)
    const timer = setTimeout(() => node.child.kill('SIGKILL'), STOPPING_TIME_MS)
    await node.exited
    clearTimeout(timer)
  }

  return {
    start,
    stop,
    isRunning: (name) => running.has(name),
    async close() {
      isClosed = true
      await Promise.all([...running.keys()].map((name) => stop(name, 'SIGTERM')))
    },
  }
}

/** Listens to a process: `onReady` once it serves, `onEnd` when it is gone, whatever came before. */
function follow(
  child: ChildProcess,
  name: string,
  onEvent: (event: FleetEvent) => void,
  onReady: (ready: NodeReady) => void,
  onEnd: (error: BaseError) => void,
): Running {
  let last = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    last = `${last}${chunk}`.slice(-MAX_ERROR_TEXT)
  })
  // The process may be gone before its pipe is: what is lost then is nobody's concern.
  child.stdin?.on('error', () => undefined)
  assert(child.stdout !== null, 'a node has a pipe for its output')
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = parseLine(line)
    if (event.kind !== 'ready') return onEvent({ kind: 'node', name, event })
    // What this program prints of itself has this form.
    const ready = event as unknown as NodeReady
    onEvent({ kind: 'started', name, ready })
    onReady(ready)
  })
  const node: Running = {
    child,
    isExpected: false,
    exited: new Promise((resolve) => {
      const end = (code: number | null, signal: string | null): void => {
        onEnd(failed(name, last.trim() || `it ended with ${signal ?? `exit code ${code}`}`))
        onEvent({ kind: 'exited', name, code, signal, isExpected: node.isExpected, last: last.trim() })
        resolve()
      }
      child.once('close', end)
      child.once('error', (error) => {
        last += error.message
      })
    }),
  }
  return node
}

function parseLine(line: string): NodeLine {
  try {
    return JSON.parse(line)
  } catch {
    return { kind: 'text', text: line }
  }
}

function failed(name: string, why: string): BaseError {
  return new BaseError('NODE_FAILED', `${name}: ${why}`)
}
