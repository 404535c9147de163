/**
 * AssemblyScript contracts: from a class with `@contract` to a module that the node runs.
 *
 *   parse -> phase 1: shape (members with empty bodies) -> resolve names -> phase 2: bodies, ABI -> compile -> module
 *
 * What a contract's author writes is one class with real types; what the node runs is a module with one entry. Between
 * the two lies a transform of the AssemblyScript compiler, in two phases because code must exist before names can be
 * resolved and types are known only after.
 *
 * - A1 *Types decide.* ABI, storage layout and decoding follow from the types in the source; nothing is said twice, and a
 *   type that Solidity does not have is an error at its place in the source, never a guess.
 * - A2 *Generated code is small and calls the SDK.* Whatever does not depend on the contract is in asm-contracts/sdk.
 * - A3 *A module ends in the section `evmpp.end`*, which is how the node finds constructor arguments behind it. The ABI
 *   travels in `evmpp.abi`, as signatures, what made the module in `evmpp.build`.
 * - A4 *Equal sources give equal bytes.*
 */
import type { Parser, Program, Source } from 'assemblyscript'
import type { Transform } from 'assemblyscript/asc'
import type binaryen from 'assemblyscript/binaryen'
import type { Bytes } from '../../../primitives/index.ts'
import { assert, concatBytes, fromHex, toHex } from '../../../primitives/index.ts'
import { VERSION } from '../../version.ts'
import type { Artifact } from '../artifact.ts'
import { CompileError } from '../errors.ts'
import { PROVENANCE_SECTION, type Provenance, provenanceOf } from '../provenance.ts'
import { readableAbi } from '../readableAbi.ts'
import type { SourceReader } from '../sources.ts'
import { checkArithmetic } from './arithmetic.ts'
import { expandCounting } from './counting.ts'
import { Refusal, refuseModule, refuseUndeployable } from './deployable.ts'
import { registerEnums } from './enums.ts'
import { findFloats, reportFloats } from './floats.ts'
import { customSection, foldStart } from './module.ts'
import { type Origins, watchOrigins } from './origins.ts'
import { createScopes } from './scopes.ts'
import { loadSdk } from './sdk.ts'
import { expandSugar } from './sugar.ts'
import { createTools } from './syntax.ts'
import type { ContractDescription } from './transform.ts'
import { completeShapes, shapeSources } from './transform.ts'
import { createTypeSugar } from './typeSugar.ts'
import { SDK } from './types.ts'
import { addWrapping } from './wrapping.ts'

/** The library folder under which the compiler is given the SDK. No such folder exists. */
const LIBRARY = 'evmpp:sdk'

/** The compiler, as package.json pins it. */
const COMPILER = 'assemblyscript 0.28.20'

const FLAGS = [
  ...['--lib', LIBRARY, '--runtime', 'stub', '--use', `abort=~lib/${SDK}/revert/abort`, '--initialMemory', '1'],
  ...['-O3z', '--outFile', 'contract.wasm'],
  // The messages are kept and compared, whatever terminal or CI the compiler believes to see.
  '--noColors',
]

/** What the compiler and its settings contribute to a build: equal fingerprints and sources give equal artifacts. */
export function assemblyScriptFingerprint(): string {
  return JSON.stringify([COMPILER, VERSION, FLAGS, ...loadSdk()])
}

/**
 * Compiles one file and returns its contract; none when it holds no `@contract` class. Throws {@link CompileError};
 * `warn` gets what is not an error.
 */
export async function compileAssemblyScript(
  sourceName: string,
  reader: SourceReader,
  warn: (text: string) => void,
): Promise<readonly Artifact[]> {
  const asc = await import('assemblyscript/asc')
  const sdk = loadSdk()
  const output: { module?: Bytes } = {}
  const libraries = new Set([...Object.keys(asc.libraryFiles).map((name) => `${name}.ts`), ...sdk.keys()])
  const transform = await createTransform(
    ({ isLibrary, normalizedPath }) => isLibrary && libraries.has(normalizedPath.replace(/^~lib\//, '')),
  )
  const { error, stderr } = await asc.main([sourceName, ...FLAGS], {
    readFile: (path, folder) => (folder === LIBRARY ? (sdk.get(path) ?? null) : (reader.read(path) ?? null)),
    listFiles: (folder) => (folder === LIBRARY ? [...sdk.keys()] : []),
    writeFile: (_path, content) => {
      assert(typeof content !== 'string', 'the only output is the module')
      output.module = content
    },
    transforms: [transform.hooks],
  })
  const messages = stderr.toString()
  if (error !== null) throw new CompileError(sourceName, transform.explain(error) ?? (messages || error.message))
  if (messages !== '') warn(messages)
  const described = transform.described()
  if (described === undefined) return []
  assert(output.module !== undefined, 'a compilation without error writes its module')
  const artifact = artifactOf(sourceName, described, output.module, provenanceOf(COMPILER, reader))
  try {
    transform.checkModule(fromHex(artifact.bytecode))
  } catch (cause) {
    throw cause instanceof Refusal ? new CompileError(sourceName, cause.message) : cause
  }
  return [artifact]
}

/** The transform of one compilation, and what it learned. */
type CompilerTransform = {
  readonly hooks: Transform
  described(): ContractDescription | undefined
  /** What to tell of an error beside the compiler's own messages; undefined when these say it. */
  explain(error: Error): string | undefined
  /** Throws a {@link Refusal} for a finished module that no node stores. */
  checkModule(module: Bytes): void
}

async function createTransform(isLibrary: (source: Source) => boolean): Promise<CompilerTransform> {
  const compiler = await import('assemblyscript')
  const { default: library } = await import('assemblyscript/binaryen')
  let complete: (program: Program) => void
  let refuse: (module: binaryen.Module) => void
  let described: ContractDescription | undefined
  let origins: Origins | undefined
  const hooks = {
    afterParse(parser: Parser): void {
      const scopes = createScopes(compiler, parser)
      const own = parser.sources.filter((source) => !isLibrary(source))
      const sugar = createTypeSugar(compiler)
      const tools = createTools(compiler, parser, own, sugar.expand)
      for (const source of own) sugar.expand(source, source)
      expandSugar(tools)
      addWrapping(tools)
      const counting = expandCounting(tools)
      const floats = findFloats(tools)
      const shapes = shapeSources(tools, scopes, sugar)
      complete = (program) => {
        reportFloats(tools, floats)
        registerEnums(tools, program)
        checkArithmetic(tools, program, counting)
        const watched = watchOrigins(tools, program)
        described = completeShapes(tools, program, shapes)
        origins = watched
        refuse = (module) => refuseUndeployable(compiler, program, watched, module)
      }
    },
    afterInitialize(program: Program): void {
      complete(program)
    },
    afterCompile(module: binaryen.Module): void {
      refuse(module)
      foldStart(module, library)
    },
  }
  // The typing asks for all that the compiler's base class has; the compiler only ever looks for these hooks.
  return {
    hooks: hooks as unknown as Transform,
    described: () => described,
    explain(error) {
      if (error instanceof Refusal) return error.message
      if (/^\d+ (parse|compile) error/.test(error.message)) return undefined
      const text = `Here the AssemblyScript compiler fails, which is a fault of its own (${error.message}): write it otherwise.`
      return new Refusal(compiler, origins?.current()?.range ?? null, text).message
    },
    checkModule(module) {
      if (described !== undefined) refuseModule(compiler, described.nameRange, module)
    },
  }
}

function artifactOf(
  sourceName: string,
  described: ContractDescription,
  compiled: Bytes,
  provenance: Provenance,
): Artifact {
  const jsonSection = (name: string, content: object): Bytes =>
    customSection(name, new TextEncoder().encode(JSON.stringify(content)))
  const bytecode = toHex(
    concatBytes(
      compiled,
      jsonSection('evmpp.abi', readableAbi(described.abi)),
      jsonSection(PROVENANCE_SECTION, provenance),
      customSection('evmpp.end', new Uint8Array()),
    ),
  )
  return {
    contractName: described.name,
    sourceName,
    language: 'assemblyscript',
    abi: described.abi,
    bytecode,
    deployedBytecode: bytecode,
    methodIdentifiers: described.methodIdentifiers,
    storageLayout: described.storageLayout,
    linkReferences: {},
    deployedLinkReferences: {},
    immutableReferences: {},
  }
}
