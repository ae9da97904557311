export { MAX_VCARD_LENGTH, type ReadVCardOptions, readVCard } from './read-vcard.ts'
export { writeVCard } from './write-vcard.ts'
