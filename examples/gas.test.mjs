/** docs/gas.md says what contracts cost. Run it: npx vitest run --project examples */
import { expect, test } from 'vitest'
import { documentedGas, measureGas } from '../scripts/gasTable.mjs'

// Prices of the machines and the compiler's output may move a little without anybody writing it down.
const TOLERANCE = 0.03

test('the table is current', async () => {
  const documented = documentedGas()
  const measured = await measureGas()
  const names = (rows) => rows.map(({ contract, transaction }) => `${contract}: ${transaction}`)
  expect(names(documented)).toEqual(names(measured))
  const moved = measured.filter((row, at) =>
    ['solidity', 'assemblyScript'].some(
      (language) => Math.abs(row[language] / documented[at][language] - 1) > TOLERANCE,
    ),
  )
  expect(moved, 'run: node scripts/gasTable.mjs --write').toEqual([])
})
