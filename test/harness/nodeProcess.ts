import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const isBundled = import.meta.url.includes('/dist/')

/** The checkout. */
export const projectRoot = fileURLToPath(new URL(isBundled ? '..' : '../..', import.meta.url))

/** The program that tests run: the built one. */
export const cliPath = join(projectRoot, 'dist/cli.js')

/** The `ready` line of `--json`, as far as tests use it. */
export type Ready = {
  readonly kind: 'ready'
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly chainId: number
  readonly blockNumber: number
  readonly metricsUrl?: string
  readonly accounts: readonly { readonly address: `0x${string}`; readonly privateKey: `0x${string}` }[]
}

/** A node in a process of its own: the real program, as a user runs it. */
export type NodeProcess = {
  readonly ready: Ready
  readonly child: ChildProcess
  /** What it warned of so far. */
  readonly warnings: readonly string[]
  /** Sends a signal and waits for the end; its exit code, or null when the signal killed it. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** What a program that ran to its end left. */
export type Finished = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** `EVMPP_TEST_EVM=interpreter npm test -- --project e2e` runs every test on that engine. */
const engineArguments = process.env.EVMPP_TEST_EVM === undefined ? [] : ['--evm', process.env.EVMPP_TEST_EVM]

/** `EVMPP_TEST_EXECUTOR=parallel` likewise runs every block on workers, of every kind of node. */
export const executorArguments: readonly string[] =
  process.env.EVMPP_TEST_EXECUTOR === undefined ? [] : ['--executor', process.env.EVMPP_TEST_EXECUTOR, '--workers', '4']

/** Starts `evmpp dev` on a free port and waits until it serves. */
export function startNodeProcess(args: readonly string[]): Promise<NodeProcess> {
  return startProcess(['dev', '--port', '0', ...engineArguments, ...executorArguments, ...args])
}

/** Starts `evmpp node` without a key on free ports: it follows the network of this genesis file from `peer` on. */
export function startFollower(genesisPath: string, peer: string, dataDirectory: string): Promise<NodeProcess> {
  const network = ['--genesis', genesisPath, '--peer', peer, '--datadir', dataDirectory]
  return startProcess(['node', '--port', '0', ...executorArguments, ...network])
}

/** Starts a command of `evmpp` that serves, with `--json`, and waits until it does. */
export async function startProcess(words: readonly string[]): Promise<NodeProcess> {
  const child = spawn(process.execPath, [cliPath, ...words, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const exited = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)))
  const lines = createInterface({ input: child.stdout })
  const warnings: string[] = []
  const ready = await new Promise<Ready>((resolve, reject) => {
    lines.on('line', (line) => {
      const event = JSON.parse(line) as { readonly kind: string; readonly message?: string }
      if (event.kind === 'ready') resolve(event as Ready)
      if (event.kind === 'warning') warnings.push(event.message ?? '')
    })
    void exited.then((code) => reject(new Error(`the node ended with ${code} before it was ready: ${stderr}`)))
  })
  return {
    ready,
    child,
    warnings,
    end: (signal) => {
      child.kill(signal)
      return exited
    },
  }
}

/** Runs `evmpp` with these words to its end. */
export function runCli(words: readonly string[], cwd = projectRoot): Promise<Finished> {
  return runNode([cliPath, ...words], cwd)
}

/** Runs a script, which the words begin with, to its end. */
export function runNode(words: readonly string[], cwd = projectRoot): Promise<Finished> {
  const child = spawn(process.execPath, [...words], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })))
}

/** An empty directory of a test's own, and how to remove it. */
export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'evmpp-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A node behind a shell's limits (`ulimit -n 100`); its output is read only as long as a test wants. */
export async function startBehind(limit: string, args: readonly string[]) {
  const words = [process.execPath, cliPath, ...args, '--json']
  const child = spawn('bash', ['-c', `${limit}; exec "$@"`, 'bash', ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  const exited = new Promise<{ readonly code: number | null; readonly stderr: string }>((resolve) =>
    child.on('exit', (code) => setTimeout(() => resolve({ code, stderr }), 100)),
  )
  const ready = new Promise<Ready | undefined>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as { readonly kind: string }
      if (event.kind === 'ready') resolve(event as Ready)
    })
    void exited.then(() => resolve(undefined))
  })
  return { child, exited, ready: await ready }
}
