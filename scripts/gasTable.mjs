/**
 * What the example contracts cost in Solidity and in AssemblyScript: a table for docs/gas.md, which `--write` puts there.
 * Figures are those of a transaction's receipt, 21,000 and calldata included, refunds deducted.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTestChain } from 'evmpp/testing'
import { encodeFunctionData, parseSignature } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { root } from './project.mjs'

const page = join(root, 'docs/gas.md')
const [begin, end] = ['<!-- table: node scripts/gasTable.mjs --write -->', '<!-- end of table -->']
const supply = 10n ** 24n

/** Each contract's transactions, in the order in which they run; what comes before the first is `deploy`. */
const scenarios = { Counter: counter, Token: token, Nft: nft, Exchange: exchange, Multisig: multisig }

/** Rows of contract, transaction, gas in Solidity, gas in AssemblyScript. */
export async function measureGas() {
  const rows = []
  for (const [contract, scenario] of Object.entries(scenarios)) {
    const [solidity, assemblyScript] = [
      await run(scenario, 'sol-contracts', 'sol'),
      await run(scenario, 'asm-contracts', 'ts'),
    ]
    for (const [transaction, gas] of solidity)
      rows.push({
        contract,
        transaction,
        solidity: Number(gas),
        assemblyScript: Number(assemblyScript.get(transaction)),
      })
  }
  return rows
}

/** The rows of the table that docs/gas.md has now. */
export function documentedGas() {
  return [...readFileSync(page, 'utf8').matchAll(/^\| (\w+) \| ([^|]+) \| ([\d,]+) \| ([\d,]+) \|/gm)].map(
    ([, contract, transaction, solidity, assemblyScript]) => ({
      contract,
      transaction,
      solidity: Number(solidity.replaceAll(',', '')),
      assemblyScript: Number(assemblyScript.replaceAll(',', '')),
    }),
  )
}

async function run(scenario, folder, extension) {
  const chain = await createTestChain({ root })
  const gas = new Map()
  const note = async (name, receipt) => {
    gas.set(name, (await receipt).gasUsed)
  }
  const deploy = (name, args) => chain.deploy(`${folder}/${name}.${extension}`, args)
  await scenario({ chain, note, deploy })
  return gas
}

async function counter({ note, deploy }) {
  const contract = await deploy('Counter')
  await note('deploy', contract.deployment)
  await contract.write.setNumber([1n])
  await note('increment', contract.write.increment())
}

async function token({ chain, note, deploy }) {
  const [alice, bob, carol] = chain.accounts
  const contract = await deploy('Token', ['Gold', 'GLD', supply])
  await note('deploy', contract.deployment)
  await note('transfer, to a new holder', contract.write.transfer([bob, 1000n]))
  await note('transfer', contract.write.transfer([bob, 1000n]))
  await note('approve', contract.write.approve([bob, 1000n]))
  await contract.write.transfer([carol, 1n])
  await note('transferFrom', contract.write.transferFrom([alice, carol, 10n], { from: bob }))
  await note('permit', contract.write.permit(await signedPermit(chain, contract, bob)))
}

async function signedPermit(chain, { address: verifyingContract }, spender) {
  const holder = mnemonicToAccount('test test test test test test test test test test test junk')
  const fields = { owner: 'address', spender: 'address', value: 'uint256', nonce: 'uint256', deadline: 'uint256' }
  const deadline = chain.block().timestamp + 60n
  const { v, r, s } = parseSignature(
    await holder.signTypedData({
      domain: { name: 'Gold', version: '1', chainId: 31337n, verifyingContract },
      types: { Permit: Object.entries(fields).map(([name, type]) => ({ name, type })) },
      primaryType: 'Permit',
      message: { owner: holder.address, spender, value: 7n, nonce: 0n, deadline },
    }),
  )
  return [holder.address, spender, 7n, deadline, Number(v), r, s]
}

async function nft({ chain, note, deploy }) {
  const [alice, bob] = chain.accounts
  const contract = await deploy('Nft', ['Pictures', 'PIC', 'ipfs://pictures/'])
  await note('deploy', contract.deployment)
  await contract.write.mint([alice])
  await note('mint', contract.write.mint([alice]))
  await contract.write.mint([bob])
  await note('transferFrom', contract.write.transferFrom([alice, bob, 1n]))
  await contract.write.mint([alice])
  await note('safeTransferFrom', contract.write.safeTransferFrom([bob, alice, 1n], { from: bob }))
}

/** The tokens are of the exchange's own language. */
async function exchange({ note, deploy }) {
  const tokens = [await deploy('Token', ['Silver', 'SLV', supply]), await deploy('Token', ['Gold', 'GLD', supply])]
  const contract = await deploy('Exchange', [tokens[0].address, tokens[1].address])
  await note('deploy', contract.deployment)
  for (const each of tokens) await each.write.approve([contract.address, supply])
  await note('addLiquidity, the first', contract.write.addLiquidity([4n * 10n ** 20n, 10n ** 20n]))
  await note('addLiquidity', contract.write.addLiquidity([4000n, 1000n]))
  await note('swap', contract.write.swap([tokens[0].address, 4000n, 1n]))
  await note('removeLiquidity', contract.write.removeLiquidity([1000n]))
}

async function multisig({ chain, note, deploy }) {
  const [alice, bob, carol] = chain.accounts
  const gold = await deploy('Token', ['Gold', 'GLD', supply])
  const contract = await deploy('Multisig', [[alice, bob, carol], 2])
  await note('deploy', contract.deployment)
  await gold.write.transfer([contract.address, 1000n])
  await gold.write.transfer([bob, 1n])
  const transfer = encodeFunctionData({ abi: gold.abi, functionName: 'transfer', args: [bob, 10n] })
  await note('submit', contract.write.submit([gold.address, 0n, transfer]))
  await note('confirm', contract.write.confirm([0n], { from: bob }))
  await note('execute', contract.write.execute([0n]))
}

function table(rows) {
  const count = (gas) => gas.toLocaleString('en-US')
  const lines = rows.map(
    ({ contract, transaction, solidity, assemblyScript }) =>
      `| ${contract} | ${transaction} | ${count(solidity)} | ${count(assemblyScript)} | ${(assemblyScript / solidity).toFixed(2)} |`,
  )
  return ['| contract | transaction | Solidity | AssemblyScript | ratio |', '|---|---|--:|--:|--:|', ...lines].join(
    '\n',
  )
}

if (process.argv[1] === import.meta.filename) {
  const text = table(await measureGas())
  console.log(text)
  if (process.argv.includes('--write')) {
    const [before, rest] = readFileSync(page, 'utf8').split(begin)
    writeFileSync(page, `${before}${begin}\n\n${text}\n\n${end}${rest.split(end)[1]}`)
  }
}
