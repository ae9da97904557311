/**
 * FastTransfer streams ([MS-OXCFXICS] 2.2.4): how messages, folders and their changes travel in bulk.
 *
 * Three layers, each usable on its own: tokens (`FastTransferLexer`, `FastTransferWriter`), buffers
 * (`FastTransferProducer`) and elements (`FastTransferParser`).
 */
export * from './event.ts'
export * from './lexer.ts'
export * from './marker.ts'
export * from './meta-tag.ts'
export * from './parser.ts'
export * from './producer.ts'
export * from './structures.ts'
export {
  type Action,
  type ElementGrammar,
  type ElementName,
  EXIT,
  type GrammarSymbol,
  grammar,
  type RootElement,
  type Step,
  type Steps,
} from './syntax.ts'
export * from './token.ts'
export {
  CODE_PAGE_FLAG,
  stringTypeOf,
  UTF16_BIG_ENDIAN_CODE_PAGE,
  UTF16_CODE_PAGE,
} from './value-type.ts'
export { valueOfBytes } from './variable-value.ts'
export * from './writer.ts'
