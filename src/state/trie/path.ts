import { assert, type Bytes } from '../../primitives/index.ts'

/** A way down a trie: one nibble (0 to 15) per element. */
export type Path = Uint8Array

/** The two nibbles of each byte, high one first. */
export function pathOf(key: Bytes): Path {
  const path = new Uint8Array(key.length * 2)
  key.forEach((byte, index) => {
    path[index * 2] = byte >> 4
    path[index * 2 + 1] = byte & 15
  })
  return path
}

/**
 * Packs a path into bytes, with a first nibble that says whether its length is odd and whether it ends in a leaf.
 * Source: Yellow Paper, appendix C (hex-prefix encoding).
 */
export function encodePath(path: Path, isLeaf: boolean): Bytes {
  const isOdd = path.length % 2 === 1
  const flag = (isLeaf ? 2 : 0) + (isOdd ? 1 : 0)
  const nibbles = Uint8Array.from(isOdd ? [flag, ...path] : [flag, 0, ...path])
  return Uint8Array.from(
    { length: nibbles.length / 2 },
    (_, i) => nibbleAt(nibbles, 2 * i) * 16 + nibbleAt(nibbles, 2 * i + 1),
  )
}

/** Undoes {@link encodePath}. */
export function decodePath(bytes: Bytes): { readonly path: Path; readonly isLeaf: boolean } {
  const nibbles = pathOf(bytes)
  const flag = nibbleAt(nibbles, 0)
  assert(flag <= 3, 'a path in a trie node begins with a known flag')
  return { path: nibbles.subarray(flag % 2 === 1 ? 1 : 2), isLeaf: flag >= 2 }
}

/** The nibble at `depth`, which the caller knows to be there. */
export function nibbleAt(path: Path, depth: number): number {
  const nibble = path[depth]
  assert(nibble !== undefined, 'a path is long enough')
  return nibble
}
