import type { Hex } from 'viem'
import { getAddress, slice } from 'viem'
import { revertReason } from '../chain/index.ts'
import { fromHex, toHex } from '../primitives/index.ts'
import type { Result } from '../vm/index.ts'
import { ContractError } from './contractError.ts'
import type { Decoded, KnownContracts } from './known.ts'
import type { Frame } from './trace.ts'

/** A frame's end that is no success. */
export type Failure = Exclude<Result, { readonly status: 'success' }>

/** What happened: the call in words, how it ended, what it cost, and the frames that it was made of, if any. */
export type FailedCall = {
  readonly call: string
  readonly failure: Failure
  readonly gasUsed: bigint
  readonly frame: Frame | undefined
}

/** Of a failure that many calls passed on, the outermost and the innermost are told. */
const OUTER_LINES = 3
const INNER_LINES = 8

/** The error to throw. */
export function contractError(known: KnownContracts, { call, failure, gasUsed, frame }: FailedCall): ContractError {
  const data = failure.status === 'revert' ? toHex(failure.output) : '0x'
  const error = known.error(data)
  const why = whyOf(known, failure)
  const lines = frame === undefined ? [] : failedBelow(known, frame, why)
  const told =
    lines.length <= OUTER_LINES + INNER_LINES
      ? lines
      : [...lines.slice(0, OUTER_LINES), '  …', ...lines.slice(-INNER_LINES)]
  const message = [`${call} failed: ${why}`, ...told].join('\n')
  return new ContractError(message, { errorName: error?.name, args: error?.args ?? [], data, gasUsed })
}

/** One line for each frame that failed below `frame`, outermost first, with its reason where that is not its caller's. */
function failedBelow(known: KnownContracts, { calls }: Frame, passedOn: string): readonly string[] {
  return calls.flatMap((child) => {
    if (child.result.status === 'success') return []
    const why = whyOf(known, child.result)
    const { kind, codeAddress, input } = child.execution
    const call = kind.startsWith('create') ? 'a constructor' : callText(known, codeAddress, toHex(input))
    return [`  in ${call}${why === passedOn ? '' : `: ${why}`}`, ...failedBelow(known, child, why)]
  })
}

/** A call as a person would write it: `Token.transfer(to: 0x…, value: 5)`. */
export function callText(known: KnownContracts, address: Hex, data: Hex): string {
  const name = known.find(address)?.name ?? getAddress(address)
  const call = known.call(address, data)
  if (call !== undefined) return `${name}.${decodedText(call)}`
  return data.length < 10 ? `${name} with data ${data}` : `${name}.${slice(data, 0, 4)}(…)`
}

/** A decoded call or error: its name and its arguments, with their names as far as they have any. */
export function decodedText({ name, args, inputs }: Decoded): string {
  const texts = args.map((value, index) => {
    const label = inputs[index]?.name
    return label ? `${label}: ${valueText(value)}` : valueText(value)
  })
  return `${name}(${texts.join(', ')})`
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return value.startsWith('0x') ? value : JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  return `{ ${Object.entries(value)
    .map(([name, part]) => `${name}: ${valueText(part)}`)
    .join(', ')} }`
}

function whyOf(known: KnownContracts, failure: Failure): string {
  const fault = failure.fault === undefined ? '' : `: ${failure.fault}`
  if (failure.status === 'halt') return `${failure.reason.replaceAll('-', ' ')}${fault}`
  const data = toHex(failure.output)
  if (data === '0x') return failure.fault ?? 'reverted without a reason'
  const error = known.error(data)
  if (error === undefined) return `reverted with ${data}`
  const words = revertReason(fromHex(data))
  if (error.name === 'Panic') return `Panic(0x${BigInt(String(error.args[0])).toString(16)}): ${words}`
  return error.name === 'Error' ? String(error.args[0]) : decodedText(error)
}
