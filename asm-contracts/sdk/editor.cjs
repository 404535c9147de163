/**
 * A plugin for TypeScript's language service, which editors show the errors of. AssemblyScript has TypeScript's syntax, and
 * the compiler of contracts adds members to classes; what TypeScript cannot know of that it takes for a mistake. This leaves
 * out those four mistakes and nothing else. See types/index.d.ts.
 */
const types = require('node:path').join(__dirname, 'types/index.d.ts').replaceAll('\\', '/')

const GENERATED_CONSTRUCTORS = ['event', 'error', 'struct', 'tuple', 'remote']

module.exports = ({ typescript: ts }) => {
  /** The innermost node at the diagnostic for which `test` holds. */
  function enclosing(file, { start }, test) {
    let found
    const visit = (node) => {
      if (start < node.getStart(file) || start >= node.getEnd()) return
      if (test(node)) found = node
      ts.forEachChild(node, visit)
    }
    visit(file)
    return found
  }

  function isDecorated(declaration, names) {
    const decorators = ts.canHaveDecorators(declaration) ? (ts.getDecorators(declaration) ?? []) : []
    return decorators.some(({ expression }) => names.includes(expression.getText()))
  }

  /** `new Transfer(from, to, value)`: the constructor is written by the compiler. */
  function hasGeneratedConstructor(file, diagnostic, checker) {
    const made = enclosing(file, diagnostic, ts.isNewExpression)
    const type = made === undefined ? undefined : checker.getTypeAtLocation(made)
    const declarations = type?.symbol?.declarations ?? []
    return declarations.some((each) => ts.isClassDeclaration(each) && isDecorated(each, GENERATED_CONSTRUCTORS))
  }

  /** `@view` of a method without a body, in what another contract offers. */
  function isInRemote(file, diagnostic) {
    const declared = enclosing(file, diagnostic, ts.isClassDeclaration)
    return declared !== undefined && isDecorated(declared, ['remote'])
  }

  /** `new ICounter(address).try_number()`. */
  function isTrial(file, diagnostic, checker) {
    const access = enclosing(file, diagnostic, ts.isPropertyAccessExpression)
    if (access === undefined || !access.name.text.startsWith('try_')) return false
    const type = checker.getTypeAtLocation(access.expression)
    const declarations = type.symbol?.declarations ?? []
    const isRemote = declarations.some((each) => ts.isClassDeclaration(each) && isDecorated(each, ['remote']))
    return isRemote && type.getProperty(access.name.text.slice('try_'.length)) !== undefined
  }

  /** A key that TypeScript does not look things up by: a `bool` or bytes. */
  function isMappingKey(file, diagnostic, checker) {
    const access = enclosing(file, diagnostic, ts.isElementAccessExpression)
    const remove = access && checker.getTypeAtLocation(access.expression).getProperty('delete')
    return (remove?.declarations ?? []).some((each) => each.getSourceFile().fileName === types)
  }

  /** By the number of TypeScript's message. */
  const isFalse = {
    2554: hasGeneratedConstructor,
    1249: isInRemote,
    2339: isTrial,
    2551: isTrial,
    2538: isMappingKey,
    7053: isMappingKey,
  }

  function create({ languageService }) {
    const proxy = Object.create(null)
    for (const [name, method] of Object.entries(languageService)) proxy[name] = method.bind(languageService)
    proxy.getSemanticDiagnostics = (fileName) => {
      const diagnostics = languageService.getSemanticDiagnostics(fileName)
      const program = languageService.getProgram()
      const file = program?.getSourceFile(fileName)
      if (file === undefined) return diagnostics
      return diagnostics.filter((each) => !isFalse[each.code]?.(file, each, program.getTypeChecker()))
    }
    return proxy
  }

  return { create }
}
