import type { Bytes } from '../../primitives/index.ts'

/** One change of a batch; without a value the key is deleted. */
export type Write = { readonly key: Bytes; readonly value: Bytes | undefined }

/** Reads of one moment. */
export interface StoreReader {
  /** Undefined when the key is absent. Synchronous (decision 1): 4-5 us from LevelDB. */
  get(key: Bytes): Bytes | undefined
  /** Entries with `from <= key < to`, ascending by bytes. */
  entries(from: Bytes, to: Bytes): AsyncIterable<readonly [key: Bytes, value: Bytes]>
}

/** A snapshot: later writes do not show. */
export interface StoreSnapshot extends StoreReader {
  close(): Promise<void>
}

/**
 * An ordered map from bytes to bytes.
 *
 * - S1 *A batch is atomic and durable*: after `write` resolves it survives a crash of the process and of the machine;
 *   a crash before leaves all of it or nothing.
 *   After a write that failed nothing more is written: each later one fails in the same way.
 * - S2 *A snapshot never changes.*
 */
export interface Store extends StoreReader {
  write(batch: readonly Write[]): Promise<void>
  snapshot(): StoreSnapshot
  close(): Promise<void>
}
