import { describe, expect, test } from 'vitest'
import { verdict } from '../../harness/consensus/network.ts'
import { SCRIPTS } from '../../harness/consensus/scripts.ts'

describe.each(SCRIPTS)('row $row: $name', ({ play, foiledIn, broken, verdict: expected }) => {
  test('breaks nothing, and is stopped where it must be', () => {
    const played = play()
    expect(played.foiledIn).toBe(foiledIn)
    expect(verdict(played.run).map(({ invariant }) => invariant)).toEqual(expected)
  })

  test.each(broken)('$name: $invariant', ({ rules, invariant }) => {
    const { run, foiledIn: stopped } = play(rules)
    expect(stopped).toBeUndefined()
    expect(verdict(run).map((one) => one.invariant)).toContain(invariant)
  })
})
