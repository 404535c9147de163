/** The known word that a mistyped one was most likely meant to be; undefined when none is near. */
export function closest(word: string, known: readonly string[]): string | undefined {
  const near = known
    .map((each) => ({ each, distance: distanceOf(word.toLowerCase(), each.toLowerCase()) }))
    .filter(({ each, distance }) => distance <= Math.max(1, Math.floor(Math.min(word.length, each.length) / 3)))
  return near.sort((a, b) => a.distance - b.distance)[0]?.each
}

/** ` Did you mean X?`, or nothing. */
export function didYouMean(word: string, known: readonly string[], prefix = ''): string {
  const found = closest(word, known)
  return found === undefined ? '' : ` Did you mean "${prefix}${found}"?`
}

/** Letters to add, drop, replace, or swap with the next, to make one word of another (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, at) => at)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j += 1) {
      const changed = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(Math.min(changed, at(i - 1, j) + 1, at(i, j - 1) + 1, swapped ? at(i - 2, j - 2) + 1 : changed))
    }
  }
  return at(a.length, b.length)
}
