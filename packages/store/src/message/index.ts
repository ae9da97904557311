/** Messages as rows of the database: everything that happens to them within a transaction. Knows nothing of who may do what. */
export { attachmentSource } from './attachment-source.ts'
export { type CopiedMessage, copyMessages, type MoveOptions, moveMessages } from './copy.ts'
export { type DeleteMessageOptions, deleteMessages } from './delete.ts'
export { type InsertMessageOptions, insertMessage, type MessageDraft } from './insert.ts'
export { MessageFlag, MessageStatus } from './message-flags.ts'
export { messageEntryIdOf } from './message-keys.ts'
export {
  getMessage,
  getMessages,
  MESSAGE_COLUMNS,
  type MessageRow,
  readAttachments,
  readMessage,
  readMessageOf,
} from './message-row.ts'
export { type MessageContext, MessageSource, messageSource } from './message-source.ts'
export { countUnreadBy, isReadBy, setReadFlags, setReadState } from './read-state.ts'
export { recipientSource } from './recipient-source.ts'
export { setMessageStatus } from './status.ts'
export { type MessageUpdate, type UpdateMessageOptions, updateMessage } from './update.ts'
