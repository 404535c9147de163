/** A short, safe rendering of any value for a message: at most 80 characters, bigints included. */
export function inspect(value: unknown): string {
  const text =
    JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? item.toString() : item)) ?? String(value)
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`
}
