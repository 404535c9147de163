/** The entry of core.wasm: all that it exports. */
export * from './division'
export * from './heap'
export * from './interpreter'
export * from './journal'
export * from './keccak'
export * from './modular'
export * from './reciprocal'
export * from './word'
