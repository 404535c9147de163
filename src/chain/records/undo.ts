import { BaseError, messageOf, type RlpItem, readFields, rlpDecode, rlpEncode, toHex } from '../../primitives/index.ts'
import { KEY_PREFIX, type StoreReader, type Write } from '../../state/index.ts'
import { chainKeys } from './keys.ts'
import { corrupt } from './records.ts'

/** Records that their content names: once written they are true for ever, and old roots need them. */
const NAMED_BY_CONTENT: readonly (number | undefined)[] = [KEY_PREFIX.trieNode, KEY_PREFIX.code]

/**
 * What takes `writes` back: the value of each of their keys as it is now, and none for the keys of `created`, which are
 * not there yet. The record is stored by the commit that it undoes, under the version which that commit makes.
 */
export function undoWrite(
  reader: StoreReader,
  version: bigint,
  writes: readonly Write[],
  created: readonly Write[] = [],
): Write {
  const mutable = writes.filter(({ key }) => !NAMED_BY_CONTENT.includes(key[0]))
  const previous = mutable.map(({ key }) => {
    const value = reader.get(key)
    return value === undefined ? [key] : [key, value]
  })
  return { key: chainKeys.undo(version), value: rlpEncode([...previous, ...created.map(({ key }) => [key])]) }
}

/**
 * One batch that takes back every commit after `to`, from `from` on, newest first, and removes their undo records. All
 * of it is held in memory at once.
 */
export function rewindWrites(reader: StoreReader, from: bigint, to: bigint): readonly Write[] {
  const writes = new Map<string, Write>()
  const add = (write: Write): void => {
    writes.set(toHex(write.key), write)
  }
  for (let version = from; version > to; version -= 1n) {
    readUndo(reader, version).forEach(add)
    add({ key: chainKeys.undo(version), value: undefined })
  }
  return [...writes.values()]
}

function readUndo(reader: StoreReader, version: bigint): readonly Write[] {
  const bytes = reader.get(chainKeys.undo(version))
  if (bytes === undefined) throw corrupt(`the undo record of commit ${version} is missing`)
  try {
    const items = rlpDecode(bytes)
    if (items instanceof Uint8Array) throw new BaseError('RLP_INVALID_VALUE', 'it is not a list')
    return items.map(readPrevious)
  } catch (cause) {
    throw corrupt(`the undo record of commit ${version} cannot be read: ${messageOf(cause)}`, cause)
  }
}

function readPrevious(item: RlpItem, index: number): Write {
  const fields = readFields(item, `entry ${index}`)
  const key = fields.bytes('key')
  const value = fields.isDone ? undefined : fields.bytes('value')
  fields.end()
  return { key, value }
}
