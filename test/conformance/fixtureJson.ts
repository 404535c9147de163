import { readFileSync } from 'node:fs'
import type { Bytes } from '../../src/primitives/index.ts'
import { EMPTY_CODE_HASH, fromHex, keccakHash, toAddress } from '../../src/primitives/index.ts'
import type { AccountDiff, StateDiff } from '../../src/state/index.ts'

/** The accounts before (or after) a test, as all suites write them. */
export type FixtureAccounts = Readonly<Record<string, FixtureAccount>>

type FixtureAccount = {
  readonly nonce: string
  readonly balance: string
  readonly code: string
  readonly storage: Readonly<Record<string, string>>
}

/** An object of JSON, read field by field. */
export type Json = Readonly<Record<string, unknown>>

/** Reads a JSON file that must hold an object. */
export function readObject(path: string): Json {
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (!isObject(content)) throw new Error(`${path} does not hold an object`)
  return content
}

/** True for an object or an array. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null
}

/** A field that must be text. */
export function textOf(json: Json, name: string): string {
  const value = json[name]
  if (typeof value !== 'string') throw new Error(`the field ${name} is not text`)
  return value
}

/** A field that must be bytes. */
export function bytesOf(json: Json, name: string): Bytes {
  return fromHex(textOf(json, name))
}

/** A field's quantity; 0 when it is not there. */
export function quantityOf(json: Json, name: string): bigint {
  return name in json ? BigInt(textOf(json, name)) : 0n
}

/** A field that must be a list of objects; none when it is not there. */
export function objectsOf(json: Json, name: string): readonly Json[] {
  const list = json[name] ?? []
  if (!Array.isArray(list) || !list.every(isObject)) throw new Error(`the field ${name} is not a list of objects`)
  return list
}

/** A field that must be a list of texts; none when it is not there. */
export function textsOf(json: Json, name: string): readonly string[] {
  const list = json[name] ?? []
  if (!Array.isArray(list) || !list.every(isText)) throw new Error(`the field ${name} is not a list of texts`)
  return list
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** True for an object that has all of `fields`. */
export function hasFields(value: unknown, fields: readonly string[]): boolean {
  return isObject(value) && fields.every((field) => field in value)
}

/** The accounts as the diff that makes them out of nothing. */
export function stateOf(accounts: FixtureAccounts): StateDiff {
  return Object.entries(accounts).map(([address, { nonce, balance, code, storage }]) =>
    accountDiff(address, { nonce: BigInt(nonce), balanceWei: BigInt(balance), code: fromHex(code), storage }),
  )
}

/** One account as a diff that makes it out of nothing. */
export function accountDiff(
  address: string,
  {
    nonce,
    balanceWei,
    code,
    storage,
  }: {
    readonly nonce: bigint
    readonly balanceWei: bigint
    readonly code: Bytes
    readonly storage: Readonly<Record<string, string>>
  },
): AccountDiff {
  return {
    address: toAddress(address),
    account: { nonce, balanceWei, codeHash: code.length === 0 ? EMPTY_CODE_HASH : keccakHash(code) },
    code: code.length === 0 ? undefined : code,
    storageReset: false,
    storage: Object.entries(storage).map(([slot, value]) => [BigInt(slot), BigInt(value)] as const),
  }
}
