/** Builds dist/core.wasm from src/core/assembly, which is AssemblyScript. Its compiler is also the type check of that folder. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import asc from 'assemblyscript/asc'
import { root } from './project.mjs'

const assembly = 'src/core/assembly'
const PAGE_BYTES = 65_536

/** The memory ends at first where the heap begins: whoever allocates grows it. */
function initialPages() {
  const [, heap] = /^export const HEAP = (0x[0-9a-f]+)$/m.exec(readFileSync(join(root, assembly, 'layout.ts'), 'utf8'))
  return Number(heap) / PAGE_BYTES
}

/**
 * Compiles `entry`, a path in the root; `sources` are files that are not on the disk, by path. Throws what the compiler says.
 * The same sources give the same bytes.
 */
export async function compileCore(entry = `${assembly}/index.ts`, sources = {}) {
  const options = [
    ['-O3', '--noAssert'],
    ['--runtime', 'stub', '--use', 'abort='],
    ['--enable', 'simd', '--enable', 'bulk-memory'],
    // The driver calls compiled code through the table, which TypeScript fills.
    ['--exportTable'],
    ['--initialMemory', String(initialPages())],
  ]
  const read = (name, folder) => {
    const path = join(folder, name).replaceAll('\\', '/')
    if (sources[path] !== undefined) return sources[path]
    return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null
  }
  let wasm
  const { error, stderr } = await asc.main([entry, '--outFile', 'core.wasm', ...options.flat()], {
    readFile: read,
    writeFile: (_, contents) => {
      wasm = contents
    },
    listFiles: () => [],
  })
  if (error !== null) throw new Error(`${entry} does not compile: ${error.message}\n${stderr.toString()}`)
  return wasm
}

/** Writes dist/core.wasm. */
export async function buildCore() {
  const path = join(root, 'dist/core.wasm')
  const wasm = await compileCore()
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, wasm)
}
