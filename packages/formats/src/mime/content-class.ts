/** Values of the Content-Class field and the message classes that they stand for ([MS-OXCMAIL] 2.1.3.2.11). */
const CLASSES: readonly (readonly [contentClass: string, messageClass: string])[] = [
  ['fax', 'IPM.Note.Microsoft.Fax'],
  ['fax-ca', 'IPM.Note.Microsoft.Fax.CA'],
  ['missedcall', 'IPM.Note.Microsoft.Missed.Voice'],
  ['voice-uc', 'IPM.Note.Microsoft.Conversation.Voice'],
  ['voice-ca', 'IPM.Note.Microsoft.Voicemail.UM.CA'],
  ['voice', 'IPM.Note.Microsoft.Voicemail.UM'],
]
const CUSTOM_PREFIX = 'urn:content-class:custom.'
const CUSTOM_CLASS = 'IPM.Note.Custom.'

/** PidTagMessageClass of a Content-Class field's value; `undefined` for others. */
export function classOfContentClass(value: string): string | undefined {
  const contentClass = value.trim().toLowerCase()
  if (contentClass.startsWith(CUSTOM_PREFIX))
    return `${CUSTOM_CLASS}${value.trim().slice(CUSTOM_PREFIX.length)}`
  return CLASSES.find(([name]) => name === contentClass)?.[1]
}

/** The value of the Content-Class field for a message class; `undefined` for those that have none. */
export function contentClassOf(messageClass: string): string | undefined {
  const lower = messageClass.toLowerCase()
  if (lower.startsWith(CUSTOM_CLASS.toLowerCase()))
    return `${CUSTOM_PREFIX}${messageClass.slice(CUSTOM_CLASS.length)}`
  return CLASSES.find(([, name]) => name.toLowerCase() === lower)?.[0]
}
