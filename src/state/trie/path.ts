import { assert, type Bytes } from '../../primitives/index.ts'

/** A way down a trie: one nibble (0 to 15) per element. */
export type Path = Uint8Array

/** The two nibbles of each byte, high one first. */
export function pathOf(key: Bytes): Path {
  const path = new Uint8Array(key.length * 2)
  for (let index = 0; index < key.length; index += 1) {
    const byte = key[index] ?? 0
    path[index * 2] = byte >> 4
    path[index * 2 + 1] = byte & 15
  }
  return path
}

/** Undoes {@link pathOf}. The path has an even number of nibbles. */
export function bytesOfPath(path: Path): Bytes {
  return Uint8Array.from({ length: path.length / 2 }, (_, i) => nibbleAt(path, 2 * i) * 16 + nibbleAt(path, 2 * i + 1))
}

/**
 * Packs a path into bytes, with a first nibble that says whether its length is odd and whether it ends in a leaf.
 * Source: Yellow Paper, appendix C (hex-prefix encoding).
 */
export function encodePath(path: Path, isLeaf: boolean): Bytes {
  const isOdd = path.length % 2 === 1
  const flag = (isLeaf ? 2 : 0) + (isOdd ? 1 : 0)
  const bytes = new Uint8Array((path.length >> 1) + 1)
  bytes[0] = flag * 16 + (isOdd ? nibbleAt(path, 0) : 0)
  for (let at = isOdd ? 1 : 0, index = 1; at < path.length; at += 2, index += 1) {
    bytes[index] = nibbleAt(path, at) * 16 + nibbleAt(path, at + 1)
  }
  return bytes
}

/** Undoes {@link encodePath}. */
export function decodePath(bytes: Bytes): { readonly path: Path; readonly isLeaf: boolean } {
  const nibbles = pathOf(bytes)
  const flag = nibbleAt(nibbles, 0)
  assert(flag <= 3, 'a path in a trie node begins with a known flag')
  return { path: nibbles.subarray(flag % 2 === 1 ? 1 : 2), isLeaf: flag >= 2 }
}

/** How many nibbles two paths have in common from their beginning. */
export function sharedLength(a: Path, b: Path): number {
  const most = Math.min(a.length, b.length)
  let length = 0
  while (length < most && a[length] === b[length]) length += 1
  return length
}

/** The nibble at `depth`, which the caller knows to be there. */
export function nibbleAt(path: Path, depth: number): number {
  const nibble = path[depth]
  assert(nibble !== undefined, 'a path is long enough')
  return nibble
}
