/**
 * Builds dist/ethereumjsEvmSync.js: the parts of @ethereumjs/evm that the reference engine drives, made synchronous.
 * Why, and what else was weighed: docs/decisions/002-synchronous-reference-evm.md.
 */
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build } from 'esbuild'
import ts from 'typescript'
import { root } from './project.mjs'

const packages = join(root, 'node_modules/@ethereumjs')
const packageFolder = join(packages, 'evm/dist/esm')

/** What src/evm/reference/ethereumjsEvmSync.d.ts declares. */
const entry = `
export { Common, Mainnet } from '@ethereumjs/common'
export { Address } from '@ethereumjs/util'
export { bls12_381 } from '@noble/curves/bls12-381.js'
export { EVMError } from './errors.js'
export { Memory } from './memory.js'
export { getOpcodesForHF } from './opcodes/index.js'
export { paramsEVM } from './params.js'
export { NobleBLS } from './precompiles/bls12_381/noble.js'
export { NobleBN254 } from './precompiles/bn254/noble.js'
export { getActivePrecompiles } from './precompiles/index.js'
export { Stack } from './stack.js'
`

/** Modules of the package that nothing we export needs, but that modules we need import from. */
const replacements = {
  // Two helpers of the precompiles live beside the asynchronous frame driver that the router replaces.
  'evm/dist/esm/evm.js': `
    import { EVMError } from './errors.js'
    export function EVMErrorResult(error, gasUsed) {
      return { returnValue: new Uint8Array(0), executionGasUsed: gasUsed, exceptionError: error }
    }
    export function OOGResult(gasLimit) {
      return EVMErrorResult(new EVMError(EVMError.errorMessages.OUT_OF_GAS), gasLimit)
    }`,
  // EOF is in no fork: code that begins with 0xEF00 is code like any other.
  'evm/dist/esm/eof/util.js': `
    export const EOFBYTES = new Uint8Array(0)
    export const EOFHASH = new Uint8Array(0)
    export function isEOF() { return false }`,
  'evm/dist/esm/eof/container.js': 'export const EOFContainer = undefined, EOFContainerMode = undefined',
}

/** Corrections to the packages' source, by path: what stands there, once, and what should. */
const corrections = {
  'evm/dist/esm/opcodes/gas.js': [
    // EIP-7702: a delegation is exactly 23 bytes; older code may begin with the same three.
    [
      'if (equalsBytes(code.slice(0, 3), DELEGATION_7702_FLAG))',
      'if (code.length === 23 && equalsBytes(code.slice(0, 3), DELEGATION_7702_FLAG))',
    ],
    // EIP-7928: a frame with no more gas than the stipend has not read the slot.
    [
      'else {\n                const { currentStorage, originalStorage } = await loadSlot();',
      `else {
                if (common.gteHardfork(Hardfork.Istanbul) && runState.interpreter.getGasLeft() <= common.param('sstoreSentryEIP2200Gas')) {
                    trap(EVMError.errorMessages.OUT_OF_GAS);
                }
                const { currentStorage, originalStorage } = await loadSlot();`,
    ],
    // EIP-7928: who cannot pay for the access to the beneficiary has not read it.
    [
      'let newAccountGas = BIGINT_0;\n            if (common.gteHardfork(Hardfork.SpuriousDragon))',
      `let newAccountGas = BIGINT_0;
            const access = common.isActivatedEIP(2929) ? getAddressAccessCost(runState, selfdestructToAddress.bytes, common, true, true) : BIGINT_0;
            if (gas + access > runState.interpreter.getGasLeft()) {
                if (common.isActivatedEIP(2929)) warmAddress(runState, selfdestructToAddress.bytes);
                trap(EVMError.errorMessages.OUT_OF_GAS);
            }
            if (common.gteHardfork(Hardfork.SpuriousDragon))`,
    ],
  ],
  // EIP-7928: who cannot pay what a call costs without the target's state has not accessed the target.
  'evm/dist/esm/opcodes/EIP7928.js': [
    [
      'if (common.isActivatedEIP(7928) && gas > runState.interpreter.getGasLeft()) {\n        trap',
      'if (gas > runState.interpreter.getGasLeft()) {\n        trap',
    ],
  ],
  // EIP-7928: EXTCODECOPY of no bytes accesses the account.
  'evm/dist/esm/opcodes/functions.js': [
    [
      'if (dataLength !== BIGINT_0) {\n                let code = await runState.stateManager.getCode(address);\n                if (isEOF(code)) {\n                    // In legacy code, the target code is treated as to be "EOFBYTES" code\n                    code = EOFBYTES;\n                }\n                const data = getDataSlice(code, codeOffset',
      'let code = await runState.stateManager.getCode(address);\n            if (dataLength !== BIGINT_0) {\n                const data = getDataSlice(code, codeOffset',
    ],
  ],
  // Padding byte by byte through arrays is 3-9 us in each MSTORE, SLOAD and SSTORE; `set` is 0.1-0.3 us.
  'util/dist/esm/bytes.js': [
    [
      'return right\n            ? new Uint8Array([...msg, ...new Uint8Array(length - msg.length)])',
      'const padded = new Uint8Array(length)\n        padded.set(msg, right ? 0 : length - msg.length)\n        return padded',
    ],
    ['\n            : new Uint8Array([...new Uint8Array(length - msg.length), ...msg]);', ''],
  ],
}

function isReallyAsynchronous(node) {
  return (
    (ts.isForOfStatement(node) && node.awaitModifier !== undefined) ||
    (ts.isIdentifier(node) && (node.text === 'Promise' || node.text === 'then'))
  )
}

/** Where `async` and `await` stand in a file. Throws for what does not become synchronous by dropping those words. */
function asyncWords(path, source) {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS)
  const words = []
  const visit = (node) => {
    if (node.kind === ts.SyntaxKind.AsyncKeyword) words.push([node.getStart(file), node.end])
    else if (ts.isAwaitExpression(node)) words.push([node.getStart(file), node.expression.getStart(file)])
    else if (isReallyAsynchronous(node)) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file))
      throw new Error(`${path}:${line + 1}: cannot be made synchronous: ${node.getText(file).slice(0, 60)}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return words
}

/** `source` without the words `async` and `await`: every promise of the package becomes its value. */
function synchronous(path, source) {
  let text = ''
  let from = 0
  for (const [start, end] of asyncWords(path, source)) {
    text += source.slice(from, start)
    from = end
  }
  return text + source.slice(from)
}

function corrected(path, source) {
  let text = source
  for (const [wrong, right] of corrections[path] ?? []) {
    if (text.split(wrong).length !== 2) throw new Error(`${path}: the correction of "${wrong}" no longer fits`)
    text = text.replace(wrong, right)
  }
  return text
}

/** Applies all of the above, and takes from `unused` what it applied. */
function createPlugin(unused) {
  return {
    name: 'synchronous-ethereumjs-evm',
    setup(esbuild) {
      esbuild.onLoad({ filter: /[\\/]@ethereumjs[\\/].*\.js$/ }, ({ path }) => {
        const name = relative(packages, path).replaceAll('\\', '/')
        unused.delete(name)
        if (replacements[name] !== undefined) return { contents: replacements[name], resolveDir: dirname(path) }
        const source = corrected(name, readFileSync(path, 'utf8'))
        return { contents: name.startsWith('evm/') ? synchronous(name, source) : source }
      })
    },
  }
}

/** Writes dist/ethereumjsEvmSync.js. */
export async function buildSyncEvm() {
  const unused = new Set([...Object.keys(replacements), ...Object.keys(corrections)])
  await build({
    absWorkingDir: root,
    stdin: { contents: entry, resolveDir: packageFolder, sourcefile: 'ethereumjsEvmSync.entry.js' },
    outfile: join(root, 'dist/ethereumjsEvmSync.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'warning',
    plugins: [createPlugin(unused)],
  })
  if (unused.size > 0) throw new Error(`@ethereumjs/evm no longer has what we correct: ${[...unused].join(', ')}`)
}
