import type { Hex } from 'viem'

/**
 * A call or transaction that failed. The message says which call, why, and, when it failed deeper down, the calls that failed
 * below each other. Of a custom error, `Error(string)` or `Panic(uint256)` the parts are here too.
 */
export class ContractError extends Error {
  override readonly name = 'ContractError'
  /** The error's name, undefined when the contract gave none: it ran out of gas, it trapped, or said nothing. */
  readonly errorName: string | undefined
  readonly args: readonly unknown[]
  /** The revert data. */
  readonly data: Hex
  readonly gasUsed: bigint

  constructor(message: string, parts: Pick<ContractError, 'errorName' | 'args' | 'data' | 'gasUsed'>) {
    super(message)
    this.errorName = parts.errorName
    this.args = parts.args
    this.data = parts.data
    this.gasUsed = parts.gasUsed
  }
}
