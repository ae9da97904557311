export {
  type AttachmentKind,
  MailAttachment,
  type NewAttachment,
} from './attachments.ts'
export type { AutomaticRepliesContent, MailAutomaticReplies } from './automatic-replies.ts'
export type { NewMessage } from './compose.ts'
export * from './condition.ts'
export { type FlagOptions, FlagStatus } from './flag.ts'
export {
  DEFAULT_SELECTION,
  type DeleteMode,
  type DeleteOptions,
  MailFolder,
  type MessageKind,
  type MessagesQuery,
  type NewFolderOptions,
} from './folder.ts'
export { type FolderChange, FolderWatch, type WatchOptions } from './folder-watch.ts'
export { type FolderSummary, ListedFolder } from './listed-folder.ts'
export { ListedMessage } from './listed-message.ts'
export { MailMessage, type MailSender } from './message.ts'
export { asc, desc, type OrderBy, type OrderKey } from './order.ts'
export type { Properties, Property, PropertyValueOf } from './property.ts'
export type {
  Addressee,
  Addressees,
  MailRecipient,
  RecipientKind,
} from './recipients.ts'
export type { AnswerContent, ForwardContent } from './reply.ts'
export { Selection, type ValuesOfProperties } from './selection.ts'
export { comfortable, MailSession } from './session.ts'
export type { SpecialFolderName } from './special-folder.ts'
export { MailStore } from './store.ts'
export { type TimeLike, toFileTime } from './time.ts'
