export { STATUS_DEOPT } from './functionWriter.ts'
export { CORE_FUNCTIONS } from './imports.ts'
export { EXPORTED_ENTER, IMPORT_MODULE, IMPORTED_JUMP_MAP, IMPORTED_MEMORY } from './module.ts'
export { TRANSLATOR_VERSION, type Translation, translate } from './translate.ts'
