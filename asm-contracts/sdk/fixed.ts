import { Decoder, Encoder, headSize, tailSize } from './abi'
import { BAD_INDEX, fail, panic } from './revert'
import { blank, copied, elementOffset, elementSlot, erase, read, sizeInStorage, slotsOf, write } from './storage'
import { u256 } from './u256'

// The length of a fixed array is part of its type, and AssemblyScript has no numbers there: `FixedArray<u8, '12'>` is
// written, and the compiler makes `FixedArray<u8, Digits<D1, D2>>` of it.

export class D0 { __value(): i32 { return 0 } }
export class D1 { __value(): i32 { return 1 } }
export class D2 { __value(): i32 { return 2 } }
export class D3 { __value(): i32 { return 3 } }
export class D4 { __value(): i32 { return 4 } }
export class D5 { __value(): i32 { return 5 } }
export class D6 { __value(): i32 { return 6 } }
export class D7 { __value(): i32 { return 7 } }
export class D8 { __value(): i32 { return 8 } }
export class D9 { __value(): i32 { return 9 } }
export class Digits<A, B> {
  __value(): i32 { return changetype<A>(<usize>0).__value() * 10 + changetype<B>(<usize>0).__value() }
}

/**
 * An array whose length is part of its type: Solidity's `T[N]`. Zero when it is new. As a state variable it lies in the
 * contract's storage, and reading it gives a reference: assigning an element writes storage.
 */
@final
export class FixedArray<T, N> {
  /** Where it lies in storage; 0 when it lies in memory. */
  __slot: usize
  private items: usize

  constructor() {
    this.__blank()
  }

  get length(): i32 {
    return changetype<N>(<usize>0).__value()
  }

  @operator('[]')
  get(index: i32): T {
    if (<u32>index >= <u32>this.length) panic(BAD_INDEX)
    if (this.__slot) return read<T>(elementSlot<T>(this.__slot, index), elementOffset<T>(index))
    return load<T>(this.items + <usize>index * sizeof<T>())
  }

  @operator('[]=')
  set(index: i32, value: T): void {
    if (<u32>index >= <u32>this.length) panic(BAD_INDEX)
    if (this.__slot) write<T>(elementSlot<T>(this.__slot, index), elementOffset<T>(index), value)
    else store<T>(this.items + <usize>index * sizeof<T>(), value)
  }

  /** A copy in memory. */
  copy(): FixedArray<T, N> {
    const made = new FixedArray<T, N>()
    for (let i = 0; i < this.length; i++) made[i] = copied<T>(this[i])
    return made
  }

  /** What a public array's getter answers; an index out of range reverts without data. */
  __entry(data: Decoder): T {
    const index = data.next<u256>()
    if (index >= u256.from<i32>(this.length)) fail()
    return this.get(<i32>index.toU64())
  }

  __blank(): void {
    this.items = __alloc(<usize>this.length * sizeof<T>())
    if (isReference<T>()) {
      for (let i = 0; i < this.length; i++) this[i] = blank<T>()
    }
  }

  __dynamic(): bool {
    if (isReference<T>()) {
      if (isDefined(changetype<T>(<usize>0).__put)) return changetype<T>(<usize>0).__dynamic()
    }
    return isManaged<T>()
  }

  __heads(): usize {
    return <usize>this.length * (headSize<T>() >>> 5)
  }

  __tails(): usize {
    let size: usize = 0
    for (let i = 0; i < this.length; i++) size += tailSize<T>(this[i])
    return size
  }

  __put(encoder: Encoder): void {
    for (let i = 0; i < this.length; i++) encoder.put<T>(this[i])
  }

  __next(decoder: Decoder): void {
    this.items = __alloc(<usize>this.length * sizeof<T>())
    for (let i = 0; i < this.length; i++) this[i] = decoder.next<T>()
  }

  __slots(): u32 {
    const perSlot = 32 / sizeInStorage<T>()
    return (<u32>this.length + perSlot - 1) / perSlot * slotsOf<T>()
  }

  __store(slot: usize): void {
    for (let i = 0; i < this.length; i++) write<T>(elementSlot<T>(slot, i), elementOffset<T>(i), this[i])
  }

  __erase(): void {
    for (let i = 0; i < this.length; i++) erase<T>(elementSlot<T>(this.__slot, i), elementOffset<T>(i))
  }
}
