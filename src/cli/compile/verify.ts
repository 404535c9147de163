import type { Bytes, Hex } from '../../primitives/index.ts'
import { fromHex, toHex } from '../../primitives/index.ts'
import type { Artifact, ImmutableReferences, LinkReferences } from './artifact.ts'
import { findCustomSection, withoutCustomSection } from './assemblyscript/module.ts'
import { PROVENANCE_SECTION, type Provenance, parseProvenance } from './provenance.ts'

/** How the code at an address compares to what a source compiles to. */
export type Verification =
  /** Every byte is equal; of EVM code, immutable variables and addresses of libraries aside, which are set on deployment. */
  | { readonly verdict: 'equal' }
  /** The program is equal, what it says of its sources is not: comments, names or a file's path were changed. */
  | { readonly verdict: 'sameProgram' }
  /** `why` is a sentence, as far as the code tells. */
  | { readonly verdict: 'different'; readonly why: string }

/** Compares deployed code to the artifact of a source. */
export function verifyCode(artifact: Artifact, deployed: Bytes): Verification {
  if (deployed.length === 0) return different('there is no code at that address')
  const compiled = fromHex(linkedWithZeros(artifact.deployedBytecode))
  if (isModule(compiled) !== isModule(deployed))
    return different(`the code there is ${isModule(deployed) ? 'a WebAssembly module' : 'EVM bytecode'}`)
  return isModule(deployed) ? verifyModule(compiled, deployed) : verifyEvm(artifact, compiled, deployed)
}

/** Where the address of a library belongs, solc writes `__$…$__`. Source: the Solidity documentation, "Library Linking". */
function linkedWithZeros(code: Hex): Hex {
  return code.replaceAll(/__\$[0-9a-f]{34}\$__/g, '0'.repeat(40)) as Hex
}

function different(why: string): Verification {
  return { verdict: 'different', why }
}

/** `\0asm`. */
function isModule(code: Bytes): boolean {
  return toHex(code.subarray(0, 4)) === '0x0061736d'
}

function areEqual(a: Bytes, b: Bytes): boolean {
  return toHex(a) === toHex(b)
}

function verifyModule(compiled: Bytes, deployed: Bytes): Verification {
  if (areEqual(compiled, deployed)) return { verdict: 'equal' }
  const [ours, theirs] = [compiled, deployed].map((code) => withoutCustomSection(code, PROVENANCE_SECTION))
  if (ours !== undefined && theirs !== undefined && areEqual(ours, theirs)) return { verdict: 'sameProgram' }
  return different(whyModulesDiffer(provenanceIn(compiled), provenanceIn(deployed)))
}

function provenanceIn(module: Bytes): Provenance | undefined {
  const content = findCustomSection(module, PROVENANCE_SECTION)
  return content === undefined ? undefined : parseProvenance(content)
}

function whyModulesDiffer(ours: Provenance | undefined, theirs: Provenance | undefined): string {
  if (ours === undefined || theirs === undefined) return 'the module there does not say what it was made of'
  for (const part of ['compiler', 'sdk'] as const)
    if (ours[part] !== theirs[part])
      return `the module there was made with ${theirs[part]}, this one with ${ours[part]}`
  return ours.sources === theirs.sources
    ? 'the module there claims to be made of these very sources and is not'
    : 'the module there was made of other sources'
}

function verifyEvm(artifact: Artifact, compiled: Bytes, deployed: Bytes): Verification {
  const [ours, theirs] = [compiled, deployed].map((code) => blanked(artifact, code))
  if (ours === undefined || theirs === undefined || ours.length !== theirs.length)
    return different(`the code there has ${deployed.length} bytes, this one ${compiled.length}`)
  if (areEqual(ours, theirs)) return { verdict: 'equal' }
  return areEqual(withoutMetadata(ours), withoutMetadata(theirs))
    ? { verdict: 'sameProgram' }
    : different('the code there has as many bytes and is another')
}

/** The code with zeros where deployment writes: immutable variables, addresses of libraries, a library's own. */
function blanked({ immutableReferences, deployedLinkReferences }: Artifact, code: Bytes): Bytes {
  const copy = code.slice()
  for (const { start, length } of [
    ...placesIn(immutableReferences),
    ...Object.values(deployedLinkReferences).flatMap(placesIn),
  ])
    copy.fill(0, start, start + length)
  // A library begins with PUSH20 of its own address, ADDRESS, EQ. Source: the Solidity documentation, "Call Protection For Libraries".
  if (copy[0] === 0x73 && copy[21] === 0x30 && copy[22] === 0x14) copy.fill(0, 1, 21)
  return copy
}

function placesIn(references: ImmutableReferences | LinkReferences[string]) {
  return Object.values(references).flat()
}

/** Without the CBOR at the end, whose length the last two bytes say. Source: the Solidity documentation, "Contract Metadata". */
function withoutMetadata(code: Bytes): Bytes {
  const size = ((code.at(-2) ?? 0) << 8) + (code.at(-1) ?? 0) + 2
  return size < code.length ? code.subarray(0, code.length - size) : code
}
