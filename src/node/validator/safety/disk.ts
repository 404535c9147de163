import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { BaseError, type Bytes, messageOf } from '../../../primitives/index.ts'

/** One open file. */
export type DiskFile = {
  writeAt(bytes: Bytes, offset: number): Promise<void>
  /** Resolves when what was written, and the file's length, survive a power cut (fdatasync). */
  sync(): Promise<void>
  close(): Promise<void>
}

/**
 * A folder of files, as little as the safety record needs: tests put a disk in its place that loses and tears what was not
 * synced. All throw `SAFETY_RECORD_FAILED` when the operating system refuses.
 */
export type Disk = {
  names(): Promise<readonly string[]>
  /** The whole file; undefined when there is none. */
  read(name: string): Promise<Bytes | undefined>
  /** For writing; makes it when there is none. */
  open(name: string): Promise<DiskFile>
  remove(name: string): Promise<void>
  /** Resolves when files that were made or removed survive a power cut. */
  syncNames(): Promise<void>
}

/** The folder at `path`, made when there is none. */
export async function openFolder(path: string): Promise<Disk> {
  const guarded = async <result>(work: () => Promise<result>): Promise<result> => {
    try {
      return await work()
    } catch (cause) {
      throw new BaseError('SAFETY_RECORD_FAILED', `the safety record in ${path} cannot be used: ${messageOf(cause)}`, {
        advice: ['Check disk space and permissions, then start the node again.'],
        cause,
      })
    }
  }
  await guarded(() => mkdir(path, { recursive: true, mode: 0o700 }))
  return {
    names: () => guarded(() => readdir(path)),
    read: (name) => guarded(() => readIfThere(join(path, name))),
    remove: (name) => guarded(() => rm(join(path, name))),
    syncNames: () => guarded(() => syncFolder(path)),
    open: (name) =>
      guarded(async () => {
        // Not truncated, unlike 'w': the other slot is in the same file.
        const handle = await open(join(path, name), 'a').then(async (made) => {
          await made.close()
          return open(join(path, name), 'r+')
        })
        return {
          writeAt: (bytes, offset) =>
            guarded(async () => {
              for (let done = 0; done < bytes.length; ) {
                done += (await handle.write(bytes, done, bytes.length - done, offset + done)).bytesWritten
              }
            }),
          sync: () => guarded(() => handle.datasync()),
          close: () => guarded(() => handle.close()),
        }
      }),
  }
}

async function readIfThere(path: string): Promise<Bytes | undefined> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw cause
  }
}

/** Windows can not open a folder; its file systems keep names by themselves. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
