/** Contracts of two machines call each other, in one transaction. Run it: node examples/02-cross-call.mjs */
import { build, deploy, startNode } from './node.mjs'

const artifact = build('sol-contracts', 'asm-contracts/Counter.ts', 'asm-contracts/Caller.ts')
const { client, stop } = await startNode()

for (const [callerFile, counterFile] of [
  ['Caller.sol', 'Counter.ts'],
  ['Caller.ts', 'Counter.sol'],
]) {
  const caller = {
    address: await deploy(client, artifact(callerFile, 'Caller')),
    abi: artifact(callerFile, 'Caller').abi,
  }
  const counter = await deploy(client, artifact(counterFile, 'Counter'))

  // The caller asks through an interface and cannot see which machine answers.
  await client.writeContract({ ...caller, functionName: 'setNumber', args: [counter, 6n] })
  const { result } = await client.simulateContract({ ...caller, functionName: 'incrementAndRead', args: [counter] })
  console.log(`${callerFile} calls ${counterFile}: ${result}`)

  // A revert crosses the border as it is: adding one to the largest number is Panic(0x11) in both languages.
  await client.writeContract({ ...caller, functionName: 'setNumber', args: [counter, 2n ** 256n - 1n] })
  const refusal = await client
    .simulateContract({ ...caller, functionName: 'incrementAndRead', args: [counter] })
    .catch((error) => error.shortMessage.split('\n').at(-1))
  console.log(`${callerFile} calls ${counterFile} once too often: ${refusal}`)
}

stop()
