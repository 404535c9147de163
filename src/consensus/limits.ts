/** Validators in one set. Source: notes, 1.4 (MonadBFT's hard cap). */
export const MAX_VALIDATORS = 300

/** Bytes of a block's body: what one frame of the transport carries, envelope excluded. Source: notes, section 5. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024 - 64 * 1024

/** Blocks in one answer of block sync. */
export const MAX_SYNC_BLOCKS = 32

/** Bytes of a signature and of a public key. BLS12-381, minimal public keys: 96 and 48. */
export const MAX_SIGNATURE_BYTES = 96
export const MAX_PUBLIC_KEY_BYTES = 48

/** Votes are kept for this many rounds from the current one on, and proposals for as many before it. Source: onVote. */
export const ROUND_WINDOW = 10

/** Pieces of evidence that are kept: one of each kind for an epoch and a validator is enough. */
export const MAX_EVIDENCE = 100

/** Blocks that block sync looks for at a time. */
export const MAX_WANTED = 16
