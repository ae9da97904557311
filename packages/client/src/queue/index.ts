export type { QueuedRecipient, QueueEntry, RecipientProgress } from './entry.ts'
export type { OutgoingQueue } from './outgoing-queue.ts'
export { DEFAULT_QUEUE_SETTINGS, type QueueSettings } from './settings.ts'
export { memoryQueueStorage, type QueueStorage } from './storage.ts'
