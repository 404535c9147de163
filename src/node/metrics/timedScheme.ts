import type { SignatureScheme } from '../../consensus/index.ts'

/** Hears how long each operation on signatures took. */
export type SignatureObserver = (operation: 'sign' | 'verify' | 'aggregate', seconds: number) => void

/** `scheme`, with each operation of consensus told to `observe`. Nothing else can go on in this thread meanwhile. */
export function timedScheme(scheme: SignatureScheme, observe: SignatureObserver): SignatureScheme {
  const timed = <result>(operation: Parameters<SignatureObserver>[0], run: () => result): result => {
    const startMs = performance.now()
    const result = run()
    observe(operation, (performance.now() - startMs) / 1000)
    return result
  }
  return {
    publicKey: scheme.publicKey,
    sign: (secretKey, message) => timed('sign', () => scheme.sign(secretKey, message)),
    verify: (key, message, signature) => timed('verify', () => scheme.verify(key, message, signature)),
    aggregate: (signatures) => timed('aggregate', () => scheme.aggregate(signatures)),
    verifyAggregate: (keys, message, signature) =>
      timed('verify', () => scheme.verifyAggregate(keys, message, signature)),
  }
}
