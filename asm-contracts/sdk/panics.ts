// Takes the place of AssemblyScript's `util/error`, the messages of its standard library. Where Solidity panics, the
// message is one character, the code of the panic: an index out of range is Panic(0x32) in either language, and a
// contract does not carry the words.

// @ts-nocheck: decorators of AssemblyScript

@lazy @inline export const E_INDEXOUTOFRANGE: string = '\x32'
@lazy @inline export const E_VALUEOUTOFRANGE: string = '\x11'
@lazy @inline export const E_INVALIDLENGTH: string = '\x41'
@lazy @inline export const E_EMPTYARRAY: string = '\x31'
@lazy @inline export const E_HOLEYARRAY: string = '\x32'
@lazy @inline export const E_ALLOCATION_TOO_LARGE: string = '\x41'
@lazy @inline export const E_NOTIMPLEMENTED: string = 'Not implemented'
@lazy @inline export const E_KEYNOTFOUND: string = 'Key does not exist'
@lazy @inline export const E_ALREADY_PINNED: string = 'Object already pinned'
@lazy @inline export const E_NOT_PINNED: string = 'Object is not pinned'
@lazy @inline export const E_URI_MALFORMED: string = 'URI malformed'
@lazy @inline export const E_INVALIDDATE: string = 'Invalid Date'
@lazy @inline export const E_UNPAIRED_SURROGATE: string = 'Unpaired surrogate'
