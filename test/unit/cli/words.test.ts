import { afterEach, describe, expect, test } from 'vitest'
import type { Command } from '../../../src/cli/command.ts'
import { parseArguments } from '../../../src/cli/command.ts'
import { completionCommand } from '../../../src/cli/commands/completion.ts'
import { blockArgument } from '../../../src/cli/lookups.ts'
import { closest } from '../../../src/cli/suggestion.ts'
import { parseCall, parseSignature, parseValues } from '../../../src/cli/values.ts'

const command: Command = {
  name: 'try',
  usage: '',
  summary: 'tries',
  options: {
    url: { type: 'string', value: 'url', default: 'here', env: 'EVMPP_TEST_URL', summary: 'where' },
    json: { type: 'boolean', summary: 'as JSON' },
  },
  examples: [],
  run: async () => undefined,
}

describe('the words of a command line', () => {
  test('options stand before and after a negative number', () => {
    const args = parseArguments(command, ['f(int256)', '-5', '--url', 'there', '-7', '--json'])
    expect(args.positionals).toEqual(['f(int256)', '-5', '-7'])
    expect([args.text('url'), args.flag('json')]).toEqual(['there', true])
    expect(parseArguments(command, ['-1', '--', '--url', '-2']).positionals).toEqual(['-1', '--url', '-2'])
  })

  test('what is not known is told with what was meant', () => {
    expect(() => parseArguments(command, ['--jsn'])).toThrow(
      /'--jsn': see "evmpp try --help"\. Did you mean "--json"\?$/,
    )
    expect(() => parseArguments(command, ['--verbose'])).toThrow(/'--verbose': see "evmpp try --help"\.$/)
  })

  afterEach(() => {
    delete process.env.EVMPP_TEST_URL
  })
  test('the environment says what the command line does not', () => {
    expect(parseArguments(command, []).text('url')).toBe('here')
    process.env.EVMPP_TEST_URL = 'elsewhere'
    const [silent, said] = [parseArguments(command, []), parseArguments(command, ['--url', 'there'])]
    expect([silent.text('url'), silent.given('url')]).toEqual(['elsewhere', false])
    expect([said.text('url'), said.given('url')]).toEqual(['there', true])
  })

  test.each([
    ['deplyo', 'deploy'],
    ['cal', 'call'],
    ['recipt', 'receipt'],
    ['xyz', undefined],
  ])('%s is near to %s', (word, expected) => {
    expect(closest(word, ['deploy', 'call', 'receipt', 'logs'])).toBe(expected)
  })

  test.each(['bash', 'zsh', 'fish'])('%s completes every command and option', async (shell) => {
    const said: string[] = []
    const { write } = process.stdout
    process.stdout.write = (text: string | Uint8Array) => said.push(String(text)) > 0
    await completionCommand([command])
      .run(parseArguments(command, [shell]))
      .finally(() => {
        process.stdout.write = write
      })
    for (const word of ['try', 'completion', 'url', 'json']) expect(said.join('')).toContain(word)
  })
})

describe('values', () => {
  const parsed = (signature: string, ...words: readonly string[]) =>
    parseValues(parseSignature(signature).inputs, words)

  test.each([
    ['f(bytes32)', '0x12', /^"0x12" is 1 long, and bytes32 has 32 bytes: write 0x12(00){31}\.$/],
    ['f(bytes4)', '0x1234567890', /^"0x1234567890" is 5 long, and bytes4 has 4 bytes\.$/],
    ['f(int8)', '-129', /^-129 does not fit int8\.$/],
    ['f(uint8)', '256', /^256 does not fit uint8\.$/],
    ['f(uint256)', '-1', /^-1 does not fit uint256\.$/],
    ['f(address)', '0x12', /^"0x12" is no address: it has 0x and 40 hex digits\.$/],
    ['f(address)', '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92267', /^The checksum of 0xf39\S+ is wrong/],
    ['f(uint8[2])', '[1]', /is no uint8\[2\]\.$/],
    ['f(uint8[])', '[1', /write it as JSON/],
  ])('%s does not take %s, and says why', (signature, word, sentence) => {
    expect(() => parsed(signature, word)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(sentence) }),
    )
  })

  test('lists are written as JSON, or as in other tools', () => {
    const [one, two] = ['0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266', '0x70997970C51812dc3A010C7d01b50e0d17dc79C8']
    expect(parsed('f(address[])', `[${one},${two.toLowerCase()}]`)).toEqual([[one, two]])
    expect(parsed('f((uint256,bool,string)[])', '[(1,true,"a, b"),[2,false,c]]')).toEqual([
      [
        [1n, true, 'a, b'],
        [2n, false, 'c'],
      ],
    ])
    expect(
      parsed('f(uint256[])', '[-0, 115792089237316195423570985008687907853269984665640564039457584007913129639935]'),
    ).toEqual([[0n, 2n ** 256n - 1n]])
  })

  test('a call is a signature with arguments, or call data', () => {
    expect(parseCall(['0x8381f58a']).data).toBe('0x8381f58a')
    expect(parseCall(['f(uint8)', '5']).data).toMatch(/^0x[0-9a-f]{8}0{63}5$/)
    expect(() => parseCall(['0x838'])).toThrow('one too few')
    expect(() => parseCall(['0x8381f58a', '5'])).toThrow('takes no arguments')
    expect(() => parseCall([])).toThrow('A signature is needed')
  })

  test('a block is a number, a hash or a word', () => {
    expect(blockArgument(undefined, 'block')).toEqual({ blockTag: 'latest' })
    expect(blockArgument('0x10', 'block')).toEqual({ blockNumber: 16n })
    expect(blockArgument(`0x${'1'.repeat(64)}`, 'block')).toEqual({ blockHash: `0x${'1'.repeat(64)}` })
    expect(() => blockArgument('newest', 'block')).toThrow('block takes a number')
  })
})
