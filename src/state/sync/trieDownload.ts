import { assert, type Bytes, EMPTY_CODE_HASH, EMPTY_TRIE_ROOT, type Hash, keccakHash } from '../../primitives/index.ts'
import { stateKeys } from '../store/keys.ts'
import type { Store, Write } from '../store/store.ts'
import { decodeAccount } from '../trie/account.ts'
import { decodeNode, hashIn, type Node, type Reference } from '../trie/node.ts'

/** What a hash of the state names: a node of the account trie, one of a storage trie, or a code. */
type Kind = 'account' | 'storage' | 'code'

/** Something that is not here, or is here and waits for what is below it. */
type Part = {
  readonly hash: Hash
  readonly kind: Kind
  /** Those that name it. */
  readonly above: Part[]
  /** How many of those that it names are missing. */
  missing: number
  bytes: Bytes | undefined
}

/** How far a download is. */
export type DownloadProgress = { readonly parts: number; readonly bytes: number }

/**
 * Fetches the state at some roots as trie nodes and codes by their hashes, from anybody: each is checked against its hash, and
 * the hashes lead down from the roots.
 *
 * - D1 *What is stored is whole*: a node is written with or after all that is below it. So a node that is in the store needs no
 *   second look, whatever ended the download before, and tries that share nodes share the work.
 * - D2 *Depth first*: what was named last is asked for first, so that what waits in memory is in the order of the trie's depth.
 */
export interface TrieDownload {
  /** True when all of it is stored. */
  readonly isDone: boolean
  readonly progress: DownloadProgress
  /** Up to `count` hashes that somebody should be asked for; they count as asked. */
  next(count: number): readonly Hash[]
  /** These were asked and did not come. */
  giveBack(hashes: readonly Hash[]): void
  /** Takes over what has one of the hashes that are asked. False for anything else: nothing has changed then. */
  take(bytes: Bytes): boolean
  /** Stores what is whole. */
  flush(): Promise<void>
}

/** Nothing else may write to `store` meanwhile. */
export function createTrieDownload(store: Store, roots: readonly Hash[]): TrieDownload {
  return new Download(store, roots)
}

class Download implements TrieDownload {
  readonly #store: Store
  /** By hash and kind of key in the store: a code may have a node's bytes. */
  readonly #parts = new Map<string, Part>()
  /** What is asked, by hash. */
  readonly #asked = new Map<Hash, Part[]>()
  readonly #open: Part[] = []
  /** Whole, and not stored yet. */
  readonly #whole = new Map<string, Write>()
  #stored = 0
  #bytes = 0

  constructor(store: Store, roots: readonly Hash[]) {
    this.#store = store
    for (const root of roots) if (root !== EMPTY_TRIE_ROOT) this.#want(root, 'account', undefined)
  }

  get isDone(): boolean {
    return this.#parts.size === 0 && this.#whole.size === 0
  }

  get progress(): DownloadProgress {
    return { parts: this.#stored, bytes: this.#bytes }
  }

  next(count: number): readonly Hash[] {
    const hashes = new Set<Hash>()
    while (hashes.size < count) {
      const part = this.#open.pop()
      if (part === undefined) break
      const same = this.#asked.get(part.hash)
      if (same === undefined) this.#asked.set(part.hash, [part])
      else same.push(part)
      hashes.add(part.hash)
    }
    return [...hashes]
  }

  giveBack(hashes: readonly Hash[]): void {
    for (const hash of hashes) {
      this.#open.push(...(this.#asked.get(hash) ?? []))
      this.#asked.delete(hash)
    }
  }

  take(bytes: Bytes): boolean {
    const hash = keccakHash(bytes)
    const parts = this.#asked.get(hash)
    if (parts === undefined) return false
    this.#asked.delete(hash)
    for (const part of parts) this.#arrived(part, bytes)
    return true
  }

  async flush(): Promise<void> {
    // What becomes whole while this is written waits for the next batch.
    const batch = [...this.#whole]
    await this.#store.write(batch.map(([, write]) => write))
    this.#stored += batch.length
    for (const [name] of batch) this.#whole.delete(name)
  }

  #arrived(part: Part, bytes: Bytes): void {
    part.bytes = bytes
    this.#bytes += bytes.length
    if (part.kind !== 'code') this.#wantBelow(part, decodeNode(bytes))
    if (part.missing === 0) this.#finish(part)
  }

  /** Walks through a node, and through those that lie within it. */
  #wantBelow(part: Part, node: Node): void {
    const visit = (child: Reference | undefined): void => {
      if (child === undefined) return
      const hash = hashIn(child)
      if (hash === undefined) this.#wantBelow(part, decodeNode(child))
      else this.#want(hash, part.kind, part)
    }
    if (node.kind === 'branch') node.children.forEach(visit)
    if (node.kind === 'extension') visit(node.child)
    if (node.kind !== 'leaf' || part.kind !== 'account') return
    const { account, storageRoot } = decodeAccount(node.value)
    if (storageRoot !== EMPTY_TRIE_ROOT) this.#want(storageRoot, 'storage', part)
    if (account.codeHash !== EMPTY_CODE_HASH) this.#want(account.codeHash, 'code', part)
  }

  #want(hash: Hash, kind: Kind, above: Part | undefined): void {
    const key = nameOf(kind, hash)
    const known = this.#parts.get(key)
    if (known === undefined && (this.#whole.has(key) || this.#store.get(keyOf(kind, hash)) !== undefined)) return
    const part: Part = known ?? { hash, kind, above: [], missing: 0, bytes: undefined }
    if (known === undefined) {
      this.#parts.set(key, part)
      this.#open.push(part)
    }
    if (above === undefined) return
    part.above.push(above)
    above.missing += 1
  }

  /** All that is below is here: so it is, and perhaps what is above. Without recursion: a chain may be long. */
  #finish(first: Part): void {
    const whole = [first]
    for (let part = whole.pop(); part !== undefined; part = whole.pop()) {
      const { hash, kind, bytes, above } = part
      assert(bytes !== undefined, 'what is whole is here')
      const name = nameOf(kind, hash)
      this.#parts.delete(name)
      this.#whole.set(name, { key: keyOf(kind, hash), value: bytes })
      for (const one of above) {
        one.missing -= 1
        if (one.missing === 0) whole.push(one)
      }
    }
  }
}

function nameOf(kind: Kind, hash: Hash): string {
  return kind === 'code' ? `c${hash}` : hash
}

function keyOf(kind: Kind, hash: Hash): Bytes {
  return kind === 'code' ? stateKeys.code(hash) : stateKeys.trieNode(hash)
}
