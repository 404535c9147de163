import { assert } from '../../primitives/index.ts'

/** A priority queue. */
export interface Heap<item extends object> {
  /** O(log size). */
  push(item: item): void
  /** Takes out the first item in order; undefined when there is none. O(log size). */
  pop(): item | undefined
  readonly size: number
}

type Order<item> = (a: item, b: item) => boolean

/** A binary heap; `isBefore` orders the items. Built from `initial` in O(size). */
export function createHeap<item extends object>(isBefore: Order<item>, initial: Iterable<item> = []): Heap<item> {
  const items = [...initial]
  for (let index = (items.length >> 1) - 1; index >= 0; index -= 1) siftDown(items, index, isBefore)
  return {
    push(item) {
      items.push(item)
      siftUp(items, items.length - 1, isBefore)
    },
    pop() {
      const first = items[0]
      const last = items.pop()
      if (items.length > 0 && last !== undefined) {
        items[0] = last
        siftDown(items, 0, isBefore)
      }
      return first
    },
    get size() {
      return items.length
    },
  }
}

function siftUp<item extends object>(items: item[], from: number, isBefore: Order<item>): void {
  for (let index = from; index > 0; ) {
    const parent = (index - 1) >> 1
    if (!isBefore(itemAt(items, index), itemAt(items, parent))) return
    swap(items, index, parent)
    index = parent
  }
}

function siftDown<item extends object>(items: item[], from: number, isBefore: Order<item>): void {
  for (let index = from; ; ) {
    const left = 2 * index + 1
    const right = left + 1
    if (left >= items.length) return
    const child = right < items.length && isBefore(itemAt(items, right), itemAt(items, left)) ? right : left
    if (!isBefore(itemAt(items, child), itemAt(items, index))) return
    swap(items, child, index)
    index = child
  }
}

function swap<item extends object>(items: item[], a: number, b: number): void {
  const moved = itemAt(items, a)
  items[a] = itemAt(items, b)
  items[b] = moved
}

function itemAt<item extends object>(items: readonly item[], index: number): item {
  const item = items[index]
  assert(item !== undefined, 'a heap index is within the heap')
  return item
}
