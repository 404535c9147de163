import { type Block, decodeBlock, encodeBlock } from '../../../consensus/index.ts'
import { type Bytes, concatBytes } from '../../../primitives/index.ts'
import type { Disk, DiskFile } from './disk.ts'
import { encodeFrame, frameAt } from './frame.ts'

/** A segment that has grown beyond this is followed by a new one. */
const SEGMENT_BYTES = 16 * 2 ** 20
const SEGMENT_NAME = /^blocks\.(\d+)$/

/** The blocks that this validator's signatures speak of, until the chain's own store has them. */
export type BlockLog = {
  /** All that it held when it was opened, in the order in which they were written. */
  readonly blocks: readonly Block[]
  /** Durable when it resolves. */
  append(blocks: readonly Block[]): Promise<void>
  /** Forgets blocks up to this height, a whole segment at a time. */
  prune(height: number): Promise<void>
  close(): Promise<void>
}

type Segment = { readonly name: string; maxHeight: number }

/**
 * Opens the log: files `blocks.<number>`, each a row of frames. What follows a frame that is not whole was never
 * acknowledged: a segment is not written to after the process that made it, so only its end can be torn.
 */
export async function openBlockLog(disk: Disk): Promise<BlockLog> {
  const numbers = (await disk.names()).flatMap((name) => SEGMENT_NAME.exec(name)?.[1] ?? []).map(Number)
  const segments: Segment[] = []
  const blocks: Block[] = []
  for (const number of numbers.sort((a, b) => a - b)) {
    const name = `blocks.${number}`
    const found = blocksIn((await disk.read(name)) ?? new Uint8Array())
    blocks.push(...found)
    segments.push({ name, maxHeight: highest(found) })
  }
  let next = Math.max(0, ...numbers) + 1
  let open: { file: DiskFile; segment: Segment; length: number } | undefined

  async function current() {
    if (open !== undefined && open.length < SEGMENT_BYTES) return open
    await open?.file.close()
    const segment = { name: `blocks.${next}`, maxHeight: 0 }
    next += 1
    open = { file: await disk.open(segment.name), segment, length: 0 }
    segments.push(segment)
    await disk.syncNames()
    return open
  }

  return {
    blocks,
    async append(added) {
      const into = await current()
      const bytes = concatBytes(...added.map((block) => encodeFrame(block.header.height, encodeBlock(block))))
      await into.file.writeAt(bytes, into.length)
      await into.file.sync()
      into.length += bytes.length
      into.segment.maxHeight = Math.max(into.segment.maxHeight, highest(added))
    },
    async prune(height) {
      for (const segment of segments.filter((one) => one.maxHeight <= height && one !== open?.segment)) {
        await disk.remove(segment.name)
        segments.splice(segments.indexOf(segment), 1)
      }
    },
    close: async () => open?.file.close(),
  }
}

function blocksIn(bytes: Bytes): readonly Block[] {
  const blocks: Block[] = []
  for (let frame = frameAt(bytes, 0); frame !== undefined; frame = frameAt(bytes, frame.end)) {
    blocks.push(decodeBlock(frame.payload))
  }
  return blocks
}

function highest(blocks: readonly Block[]): number {
  return blocks.reduce((height, { header }) => Math.max(height, header.height), 0)
}
