/** Builds dist/core.wasm from src/core/assembly, which is AssemblyScript. Its compiler is also the type check of that folder. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'
import { root } from './project.mjs'

const pageBytes = 65_536

/** Where the heap begins is where the memory ends at first: whoever allocates grows it. */
function initialPages() {
  const layout = readFileSync(join(root, 'src/core/assembly/layout.ts'), 'utf8')
  return Number(/^export const HEAP = (0x[0-9a-f]+)$/m.exec(layout)[1]) / pageBytes
}

/** Compiles `entry` (relative to the root) to `outFile`. Throws what the compiler says when it fails. */
export async function buildCore(entry = 'src/core/assembly/index.ts', outFile = join(root, 'dist/core.wasm')) {
  const options = [
    ['-O3', '--converge', '--noAssert'],
    ['--runtime', 'stub', '--use', 'abort='],
    ['--enable', 'simd', '--enable', 'bulk-memory'],
    ['--initialMemory', String(initialPages())],
  ]
  const written = new Map()
  const { error, stderr } = await asc.main([entry, '--outFile', 'core.wasm', ...options.flat()], {
    readFile: (name, baseDir) => readIfThere(join(root, baseDir, name)),
    writeFile: (name, contents) => written.set(name, contents),
    listFiles: () => [],
  })
  if (error !== null) throw new Error(`${entry}: ${error.message}\n${stderr.toString()}`)
  mkdirSync(join(outFile, '..'), { recursive: true })
  writeFileSync(outFile, written.get('core.wasm'))
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
