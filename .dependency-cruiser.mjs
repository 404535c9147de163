import { readFileSync } from 'node:fs'

const layers = JSON.parse(readFileSync(new URL('./layers.json', import.meta.url), 'utf8'))
const rooms = Object.keys(layers)

/** One rule per row of layers.json: a room imports itself, what its row names, and no other room. */
const layerRules = rooms.map((room) => ({
  name: `layer-${room}`,
  comment: `${room} may import ${[room, ...layers[room].imports].join(', ')}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...layers[room].imports].join('|')})/` },
}))

export default {
  forbidden: [
    ...layerRules,
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'front-door',
      comment: "a room is entered by its index; a room's own files may see each other",
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: {
        path: '^src/([^/]+)/',
        pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$', '^src/[^/]+/[a-zA-Z]+Worker\\.ts$'],
      },
    },
    {
      name: 'ethereumjs-evm-in-one-place',
      severity: 'error',
      from: { pathNot: '^src/evm/reference/' },
      to: { path: ['node_modules/@ethereumjs/evm/', 'dist/ethereumjsEvmSync'] },
    },
    {
      name: 'pure-core',
      comment:
        'no input or output below the composition root, stores and the RPC server excepted; the gate of native code is ' +
        'told to a thread before its first import',
      severity: 'error',
      from: {
        path: '^src/(primitives|core|vm|evm|wasm|router|parallel|consensus)/',
        pathNot: '^src/primitives/nativeGate\\.ts$',
      },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'not-resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: ['node_modules', '^dist'] },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node'] },
  },
}
