/**
 * Cli: what a person types, and the contract compiler behind it.
 *
 *   main.ts -> a Command (commands/): a value with its name, options and examples -> compile/ or a node
 *
 * Other rooms see the compiler only.
 *
 * - K1 *What a command says is for people or for programs*: results go to stdout, everything else to stderr.
 * - K2 *Failures end with a sentence and what to do*: exit code 1, or 2 when the question itself was wrong.
 */
export { type Artifact, CompileError, compileSources } from './compile/index.ts'
