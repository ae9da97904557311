/**
 * Simple MAPI: the twelve classic functions, for programs that only want to send a message or look through the inbox. They work on any `Session`.
 * What the classic ones show in windows, the program shows, in functions that it passes. Memory is not freed by hand, so MAPIFreeBuffer has
 * nothing to do.
 */
export type { ReadOptions } from './read-message.ts'
export {
  type FindNextOptions,
  mapiAddress,
  mapiDeleteMail,
  mapiDetails,
  mapiFindNext,
  mapiLogoff,
  mapiLogon,
  mapiReadMail,
  mapiResolveName,
  mapiSaveMail,
  mapiSendDocuments,
  mapiSendMail,
  type ReadMailOptions,
  type SendMailOptions,
} from './simple-mapi.ts'
export type {
  ComposeDialog,
  MapiFile,
  MapiMessage,
  MapiMessageId,
  MapiRecipient,
  RecipientClass,
} from './types.ts'
