import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../harness/nodeProcess.ts'

const sources = readdirSync(join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
)

/** Codes that the source gives to errors: the first argument of a `BaseError`, its kin, or their `super`. */
const codes = new Set(
  sources.flatMap((name) => {
    const text = readFileSync(join(projectRoot, 'src', name), 'utf8')
    return [...text.matchAll(/(?:new BaseError|super)\(\s*'([A-Z][A-Z_]+)'/g)].map(([, code]) => code ?? '')
  }),
)

const documented = readFileSync(join(projectRoot, 'docs/errors.md'), 'utf8')

describe('docs/errors.md', () => {
  it('is about real codes', () => expect(codes.size).toBeGreaterThan(20))
  it.each([...codes].sort())('explains %s', (code) => expect(documented).toContain(`\`${code}\``))
})
