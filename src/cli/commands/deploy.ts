import type { Abi } from 'viem'
import { encodeDeployData } from 'viem'
import { BaseError } from '../../primitives/index.ts'
import type { Command } from '../command.ts'
import type { ArtifactFile } from '../compile/index.ts'
import {
  connectionOptions,
  connectSender,
  gasOf,
  receiptOf,
  senderOptions,
  shownAddress,
  valueInWei,
} from '../connection.ts'
import { contractArgument, contractOptions } from '../contracts.ts'
import { reported } from '../requestFailure.ts'
import { parseValues } from '../values.ts'

/** Creates a contract of either kind with one ordinary transaction. */
export const deployCommand: Command = {
  name: 'deploy',
  usage: '<file or name> [constructor arguments...]',
  summary: 'deploy a Solidity or AssemblyScript contract',
  options: { ...contractOptions, ...connectionOptions, ...senderOptions },
  examples: ['evmpp deploy sol-contracts/Counter.sol', 'evmpp deploy asm-contracts/Token.ts 1000000 --account 1'],
  async run(args) {
    const artifact = await contractArgument(args)
    refuseUnlinked(artifact)
    const abi = artifact.abi as Abi
    const inputs = abi.find((item) => item.type === 'constructor')?.inputs ?? []
    const values = parseValues(inputs, args.positionals.slice(1))
    const data = encodeDeployData({ abi, bytecode: artifact.bytecode, args: values })
    const [value, gas] = [valueInWei(args), gasOf(args)]
    const { client, wallet, account, chain } = await connectSender(args)
    const hash = await reported(args, () => wallet.sendTransaction({ account, chain, data, value, ...gas }))
    const receipt = await receiptOf(args, client, hash)
    if (receipt.contractAddress === null || receipt.contractAddress === undefined)
      throw new BaseError('NO_CONTRACT', `Transaction ${hash} created no contract.`)
    const address = shownAddress(receipt.contractAddress)
    if (args.flag('json')) {
      const facts = { contract: artifact.contractName, address, hash, gasUsed: Number(receipt.gasUsed) }
      process.stdout.write(`${JSON.stringify(facts)}\n`)
      return
    }
    const kind = artifact.bytecode.startsWith('0x0061736d') ? 'WebAssembly' : 'EVM'
    process.stdout.write(
      [
        `${artifact.contractName} (${kind})`,
        `address     ${address}`,
        `transaction ${hash}`,
        `gas used    ${receipt.gasUsed}`,
        '',
      ].join('\n'),
    )
  },
}

/** Solidity's external libraries are contracts of their own, whose addresses belong into the bytecode. */
function refuseUnlinked({ contractName, bytecode, linkReferences }: ArtifactFile): void {
  const libraries = Object.values(linkReferences).flatMap((each) => Object.keys(each))
  if (libraries.length === 0 || !bytecode.includes('__$')) return
  throw new BaseError(
    'LIBRARY_MISSING',
    `${contractName} needs the address of the library ${libraries.join(' and ')}`,
    {
      advice: ['Make the functions of the library internal, or link it with another tool.'],
    },
  )
}
