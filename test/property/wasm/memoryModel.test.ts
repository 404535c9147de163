import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NO_MEMORY, openPages, PAGE_RAMP_GAS } from '../../../src/wasm/memoryModel.ts'

test('the ramp is the integer root of its formula', () => {
  expect(PAGE_RAMP_GAS).toHaveLength(129)
  PAGE_RAMP_GAS.slice(0, 128).forEach((gas, pages) => {
    const power = 31_874_000n ** BigInt(pages)
    expect(BigInt(gas) ** 128n <= power && power < BigInt(gas + 1) ** 128n).toBe(true)
  })
  expect(PAGE_RAMP_GAS[64]).toBe(5_645)
  expect(PAGE_RAMP_GAS[100]).toBe(727_880)
  expect(PAGE_RAMP_GAS[128]).toBe(31_873_999)
})

test('pages cost the same in one step as in several, once more than two are held', () => {
  const steps = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(steps, (pages) => {
      const total = pages.reduce((sum, count) => sum + count, 0)
      let use = NO_MEMORY
      let paid = 0
      for (const count of pages) {
        const opened = openPages(use, count)
        if (opened === undefined) {
          expect(total).toBeGreaterThan(128)
          return
        }
        paid += opened.price
        use = opened.use
      }
      expect(paid).toBe(openPages(NO_MEMORY, total)?.price)
      expect(use).toEqual({ openPages: total, everPages: total })
    }),
  )
})

test('pages opened again cost their linear part only', () => {
  expect(openPages({ openPages: 10, everPages: 60 }, 50)?.price).toBe(50_000)
  expect(openPages({ openPages: 0, everPages: 128 }, 128)?.price).toBe(126_000)
  expect(openPages({ openPages: 1, everPages: 1 }, 128)).toBeUndefined()
})
