/** A value that JSON can carry. An object's undefined members are left out, as `JSON.stringify` does. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** See {@link Json}. */
export type JsonObject = { readonly [key: string]: Json | undefined }

/** True for `{…}`: neither an array nor null. */
export function isJsonObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
