/**
 * The greatest timestamp that anybody may ask for, in seconds: 2^52. Further than any date that JavaScript knows, exact as a
 * number, and 2^12 times nearer than what a header can say, so that blocks go on from there.
 */
export const MAX_TIMESTAMP_SECONDS = 2n ** 52n

/** The least gas limit of a block. Source: Yellow Paper (47). */
export const MIN_GAS_LIMIT = 5_000n

/** The greatest gas limit of a block: gas is a signed 64-bit number. Source: EIP-1985; geth's `MaxGasLimit`. */
export const MAX_GAS_LIMIT = 2n ** 63n - 1n
