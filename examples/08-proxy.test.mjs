/** A proxy in either language runs a contract of either language. Run it: npx vitest run --project examples */
import { createTestChain } from 'evmpp/testing'
import { encodeFunctionData, pad, parseAbi } from 'viem'
import { beforeEach, describe, expect, test } from 'vitest'

const SOURCES = {
  Solidity: (name) => `sol-contracts/${name}.sol`,
  AssemblyScript: (name) => `asm-contracts/${name}.ts`,
}
const LANGUAGES = Object.keys(SOURCES)
const PAIRS = LANGUAGES.flatMap((proxy) => LANGUAGES.map((counter) => [proxy, counter]))
const counterAbi = parseAbi(['function setNumber(uint256 value)', 'function number() view returns (uint256)'])
const setNumber = (value) => encodeFunctionData({ abi: counterAbi, functionName: 'setNumber', args: [value] })

describe.each(PAIRS)('a proxy in %s before a counter in %s', (proxyLanguage, counterLanguage) => {
  let chain
  let alice
  let bob
  let implementation
  let proxy
  let counter
  beforeEach(async () => {
    chain = await createTestChain()
    ;[alice, bob] = chain.accounts
    implementation = await chain.deploy(SOURCES[counterLanguage]('Counter'))
    proxy = await chain.deploy(SOURCES[proxyLanguage]('Proxy'), [implementation.address, setNumber(41n)])
    counter = await chain.at(SOURCES[counterLanguage]('Counter'), proxy.address)
  })

  test('keeps the state, and the implementation keeps none', async () => {
    expect(await counter.read.number()).toBe(41n)
    const { events } = await counter.write.increment([], { from: bob })
    expect(events).toMatchObject([{ eventName: 'NumberChanged', args: { by: bob, number: 42n } }])
    expect(await counter.read.number()).toBe(42n)
    expect(await implementation.read.number()).toBe(0n)
    expect(await chain.storage(proxy.address, 0n)).toBe(pad('0x2a', { size: 32 }))
  })

  test('passes a revert on as it is', async () => {
    await counter.write.setNumber([2n ** 256n - 1n])
    await expect(counter.write.increment()).rejects.toMatchObject({ errorName: 'Panic', args: [17n] })
  })

  test('refuses what its implementation refuses: value, and functions that there are not', async () => {
    await expect(counter.write.setNumber([1n], { value: 1n })).rejects.toThrow()
    await expect(chain.send({ to: proxy.address, data: '0xdeadbeef' })).rejects.toThrow()
    await expect(chain.send({ to: proxy.address, value: 1n })).rejects.toThrow()
  })

  test('is upgraded by its admin, to the other language too, and keeps its state', async () => {
    const other = await chain.deploy(SOURCES[LANGUAGES.find((each) => each !== counterLanguage)]('Counter'))
    const stranger = proxy.write.upgradeTo([other.address], { from: bob })
    await expect(stranger).rejects.toMatchObject({ errorName: 'NotAdmin', args: [bob] })
    await expect(proxy.write.upgradeTo([bob])).rejects.toThrow('no code there')
    const { events } = await proxy.write.upgradeTo([other.address], { from: alice })
    expect(events).toMatchObject([{ eventName: 'Upgraded', args: { implementation: other.address } }])
    await counter.write.increment()
    expect(await counter.read.number()).toBe(42n)
  })
})
