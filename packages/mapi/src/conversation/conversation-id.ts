import { encodeUtf16 } from '../bytes/index.ts'
import { md5 } from './md5.ts'

/** The properties from which PidTagConversationId follows. */
export interface ConversationIdSources {
  /** PidTagConversationIndexTracking. */
  readonly conversationIndexTracking?: boolean | undefined
  /** PidTagConversationIndex. */
  readonly conversationIndex?: Uint8Array | undefined
  /** PidTagConversationTopic. */
  readonly conversationTopic?: string | undefined
}

const HEADER_SIZE = 22
const GUID_START = 6
const MAX_TOPIC_CHARACTERS = 255

/**
 * The value of PidTagConversationId ([MS-OXOMSG] 2.2.1.2): the GUID of the conversation index if the
 * message says that it can be relied on, else a digest of the topic. `undefined` if there is neither.
 */
export function conversationId(sources: ConversationIdSources): Uint8Array<ArrayBuffer> | undefined {
  const { conversationIndexTracking, conversationIndex, conversationTopic } = sources
  if (
    conversationIndexTracking &&
    conversationIndex !== undefined &&
    conversationIndex.length >= HEADER_SIZE &&
    conversationIndex[0] === 0x01
  ) {
    return conversationIndex.slice(GUID_START, HEADER_SIZE)
  }
  return conversationTopic === undefined ? undefined : topicDigest(conversationTopic)
}

function topicDigest(topic: string): Uint8Array<ArrayBuffer> {
  const end = topic.indexOf('\0')
  const text = topic.slice(0, end < 0 ? MAX_TOPIC_CHARACTERS : Math.min(end, MAX_TOPIC_CHARACTERS))
  return md5(encodeUtf16(upperCase(text)))
}

/** Upper case, one code unit for one, whatever the locale: what grows in upper case (ß) stays as it is. */
function upperCase(text: string): string {
  let upper = ''
  for (let i = 0; i < text.length; i++) {
    const unit = text.charAt(i)
    const raised = unit.toUpperCase()
    upper += raised.length === 1 ? raised : unit
  }
  return upper
}
