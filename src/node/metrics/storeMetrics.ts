import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Gauge, type Registry } from 'prom-client'

/** Tells how large the store in `path` is, when somebody asks. */
export function gaugeStore(registry: Registry, path: string): void {
  const registers = [registry]
  const files = new Gauge({ name: 'db_files', help: 'Files of the store.', registers })
  new Gauge({
    name: 'db_size_bytes',
    help: 'Their bytes.',
    registers,
    async collect() {
      const sizes = await sizesIn(path)
      files.set(sizes.length)
      this.set(sizes.reduce((sum, size) => sum + size, 0))
    },
  })
}

/** A file that LevelDB removes meanwhile has no size. */
async function sizesIn(path: string): Promise<readonly number[]> {
  const names = await readdir(path)
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(path, name)).then(
        ({ size }) => size,
        () => undefined,
      ),
    ),
  )
  return sizes.filter((size) => size !== undefined)
}
