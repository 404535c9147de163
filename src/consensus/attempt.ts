/** What `compute` returns; undefined when it throws. For libraries that throw on bytes that are not what they should be. */
export function attempt<value>(compute: () => value): value | undefined {
  try {
    return compute()
  } catch {
    return undefined
  }
}
