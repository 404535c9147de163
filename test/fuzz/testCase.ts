import type { Scenario } from './scenario.ts'

/** A scenario as the source text of an entry of regressions.ts. `name` says what went wrong. */
export function testCaseText(name: string, { hardfork, contracts, transactions }: Scenario): string {
  const lines = [
    '{',
    `  name: '${name}',`,
    `  hardfork: '${hardfork}',`,
    '  contracts: [',
    ...contracts.map((contract) => `    ${literal(contract)},`),
    '  ],',
    '  transactions: [',
    ...transactions.map((call) => `    ${literal(call)},`),
    '  ],',
    '},',
  ]
  return lines.join('\n')
}

/** Source text of plain data. */
function literal(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'string') return `'${value}'`
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  return `{ ${Object.entries(value)
    .map(([name, item]) => `${name}: ${literal(item)}`)
    .join(', ')} }`
}
