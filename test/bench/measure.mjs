/** What benchmarks share: a time that load on the machine disturbs little, and a table. */

/**
 * Nanoseconds that one of `count` runs inside `batch` takes: the best of `rounds` batches, after two that warm up. Other
 * programs only ever make a batch slower, so the best is the one that tells of ours.
 */
export function nanosecondsPerRun(batch, count, rounds = 30) {
  batch()
  batch()
  let best = Infinity
  for (let round = 0; round < rounds; round++) {
    const start = process.hrtime.bigint()
    batch()
    best = Math.min(best, Number(process.hrtime.bigint() - start))
  }
  return best / count
}

/** Prints rows of cells under a head, columns aligned. */
export function printTable(head, rows) {
  const table = [head, ...rows].map((row) => row.map(String))
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column].length)))
  const line = (row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')
  process.stdout.write(`${table.map(line).join('\n')}\n\n`)
}
