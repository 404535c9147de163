import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { DEV_MNEMONIC, deriveAccounts } from '../../src/node/index.ts'
import { toHex } from '../../src/primitives/index.ts'
import { cliPath, executorArguments } from './nodeProcess.ts'

/** A validator, as the `ready` line of `evmpp testnet --json` tells of it. */
export type TestnetValidator = {
  readonly name: string
  readonly rpcUrl: string
  readonly p2pAddress: string
  readonly metricsUrl: string
  readonly pid: number
  readonly chainId: number
  readonly validatorId: string
  readonly dataDirectory: string
}

/** One line of `--json`. */
export type TestnetEvent = { readonly kind: string; readonly [member: string]: unknown }

/** A network in processes of its own: the real program, as a user runs it. */
export type TestnetProcess = {
  readonly child: ChildProcess
  readonly validators: readonly TestnetValidator[]
  /** Everything that it printed so far. */
  readonly events: readonly TestnetEvent[]
  /** The next line from now on that fits. */
  next(fits: (event: TestnetEvent) => boolean): Promise<TestnetEvent>
  /** Types a line. */
  type(line: string): void
  /** Sends a signal to the owner of the processes and waits for its end; its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** Short rounds, for tests wait for blocks; patience with a slow machine, on which a round takes its time. */
export const PACE: readonly string[] = ['--block-time', '0.1', '--delta', '500']

/** Starts `evmpp testnet` on free ports and waits until it makes blocks. */
export async function startTestnet(args: readonly string[]): Promise<TestnetProcess> {
  const words = ['testnet', '--port', '0', '--json', ...PACE, ...executorArguments, ...args]
  const child = spawn(process.execPath, [cliPath, ...words], { stdio: ['pipe', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const exited = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)))
  const events: TestnetEvent[] = []
  const waiting = new Set<(event: TestnetEvent) => void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event: TestnetEvent = JSON.parse(line)
    events.push(event)
    for (const hear of [...waiting]) hear(event)
  })
  const next = (fits: (event: TestnetEvent) => boolean) =>
    new Promise<TestnetEvent>((resolve, reject) => {
      const hear = (event: TestnetEvent): void => {
        if (!fits(event)) return
        waiting.delete(hear)
        resolve(event)
      }
      waiting.add(hear)
      void exited.then((code) => reject(new Error(`the network ended with ${code}: ${stderr}`)))
    })
  const ready = await next(({ kind }) => kind === 'ready')
  return {
    child,
    validators: ready.validators as readonly TestnetValidator[],
    events,
    next,
    type: (line) => void child.stdin.write(`${line}\n`),
    end(signal) {
      child.kill(signal)
      return exited
    },
  }
}

/** The accounts that a network funds when it is told nothing else. */
export function developmentAccounts() {
  return deriveAccounts(DEV_MNEMONIC, 10).map(({ address, privateKey }) => ({ address, privateKey: toHex(privateKey) }))
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Waits until `holds`; throws after five minutes, naming what was waited for. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 300_000
  while (!(await holds())) {
    if (performance.now() > deadlineMs) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
