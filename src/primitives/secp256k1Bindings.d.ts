/**
 * The native half of the package `secp256k1`. Its front door falls back to an elliptic-curve library of 2 ms a recovery
 * without a word; this door throws, so that we can choose the fallback ourselves.
 */
declare module 'secp256k1/bindings.js' {
  import type * as api from 'secp256k1'

  const bindings: typeof api
  export default bindings
}
