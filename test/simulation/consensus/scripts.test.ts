import { describe, expect, test } from 'vitest'
import { verdict } from '../../harness/consensus/network.ts'
import { play } from '../../harness/consensus/puppeteer.ts'
import { SCRIPTS } from '../../harness/consensus/scripts.ts'

describe.each(SCRIPTS)('row 12: $name', ({ script, foiledIn, broken, verdict: expected }) => {
  test('breaks nothing, and is stopped where it must be', () => {
    const played = play(script)
    expect(played.foiledIn).toBe(foiledIn)
    expect(verdict(played.run).map(({ invariant }) => invariant)).toEqual(expected)
  })

  test.each(broken)('$name: $invariant', ({ rules, invariant }) => {
    const { run, foiledIn: stopped } = play(script, rules)
    expect(stopped).toBeUndefined()
    expect(verdict(run).map((one) => one.invariant)).toContain(invariant)
  })
})
