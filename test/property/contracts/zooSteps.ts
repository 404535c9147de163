import * as fc from 'fast-check'
import { setters } from '../../unit/contracts/zoo.ts'
import { valuesOf } from './values.ts'

/** A call of the zoo: a function and its arguments. */
export type Step = readonly [name: string, args: readonly unknown[]]

const address = fc.constantFrom(...[1, 2].map((last) => `0x${String(last).padStart(40, '0')}`))
const text = fc.constantFrom('', 'short', 'x'.repeat(31), 'y'.repeat(32), 'z'.repeat(70))
const point = fc.record({
  x: valuesOf('uint64'),
  y: valuesOf('uint128'),
  flag: fc.boolean(),
  label: text,
  owner: address,
})
const nested = fc.record({ inner: point, grid: valuesOf('uint16[5]'), total: valuesOf('uint256') })
const index = fc.nat(3)
const id = fc.bigInt({ min: 0n, max: 2n })
const key = fc.constantFrom('', 'a', 'b'.repeat(40))

/** Functions that change state, with their arguments; indices and keys from a small range, so that they meet. */
const functions: readonly (readonly [string, readonly fc.Arbitrary<unknown>[]])[] = [
  ...setters.map(([name, type]) => [name, [valuesOf(type)]] as const),
  ['setStatus', [fc.nat(3)]],
  ['setByName', [key, valuesOf('uint256')]],
  ['addByName', [key, valuesOf('uint256')]],
  ['addAmount', [valuesOf('uint256')]],
  ['addHalf', [valuesOf('uint128')]],
  ['subDelta', [valuesOf('int128')]],
  ['setByFlag', [fc.boolean(), id, address]],
  ['pushShort', [valuesOf('uint16')]],
  ['popShort', []],
  ['setShort', [fc.nat(4), valuesOf('uint16')]],
  ['setShorts', [fc.array(valuesOf('uint16'), { maxLength: 40 })]],
  ['pushOwner', [address]],
  ['popOwner', []],
  ['setLabels', [fc.integer({ min: -1, max: 1 }), text]],
  ['pushList', [address, valuesOf('uint256')]],
  ['setPoint', [point]],
  ['setPointX', [valuesOf('uint64')]],
  ['setAfter', [fc.boolean()]],
  ['setNested', [nested]],
  ['setInner', [point]],
  ['setGrid', [fc.nat(5), valuesOf('uint16')]],
  ['pushPoint', [point]],
  ['popPoint', []],
  ['setPointAt', [index, point]],
  ['setLabelAt', [index, text]],
  ['copyPoint', [index]],
  ['clearPoints', []],
  ['setById', [id, nested]],
  ['addById', [id, valuesOf('uint256')]],
  ['deleteById', [id]],
  ['setRow', [fc.nat(9), valuesOf('uint32')]],
  ['setRows', [valuesOf('uint32[9]')]],
  ['setMatrix', [valuesOf('uint8[3][4]')]],
  ['setCell', [index, fc.nat(3), valuesOf('uint8')]],
  ['setPair', [fc.nat(2), point]],
  ['addRow', []],
  ['pushRow', [index, valuesOf('uint16')]],
  ['popRow', []],
  ['pushName', [text]],
  ['popName', []],
  ['setLedger', [address, valuesOf('uint256'), valuesOf('uint64'), text]],
  ['setLedgers', [fc.constantFrom('0x00000000', '0x01ffc9a7'), address, valuesOf('uint256')]],
  ['setStatuses', [fc.nat(2), fc.nat(3)]],
  ['pushPrice', [valuesOf('uint96')]],
  ['allPoints', []],
  ['getNested', []],
  ['getMatrix', []],
  ['summary', []],
  ['points', [id]],
  ['byId', [id]],
  ['nested', []],
]

/** Any call. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  ...functions.map(([name, args]) => fc.tuple(fc.constant(name), fc.tuple(...args))),
)
