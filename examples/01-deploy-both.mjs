/** One contract in two languages: built, deployed and used alike. Run it: node examples/01-deploy-both.mjs */
import { build, deploy, startNode } from './node.mjs'

const artifact = build('sol-contracts/Counter.sol', 'asm-contracts/Counter.ts')
const { client, stop } = await startNode()

for (const file of ['Counter.sol', 'Counter.ts']) {
  const { abi, bytecode } = artifact(file, 'Counter')
  const address = await deploy(client, { abi, bytecode })

  // The transaction, the event and the storage are the same whichever machine runs the contract.
  await client.writeContract({ address, abi, functionName: 'setNumber', args: [41n] })
  const hash = await client.writeContract({ address, abi, functionName: 'increment' })
  const { gasUsed, logs } = await client.waitForTransactionReceipt({ hash })
  const number = await client.readContract({ address, abi, functionName: 'number' })
  const slot = await client.getStorageAt({ address, slot: '0x0' })
  console.log(`${file}: number ${number}, slot 0 ${BigInt(slot)}, ${logs.length} event, ${gasUsed} gas`)
}

stop()
