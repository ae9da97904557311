import { fieldsNamed, type HeaderField } from '../smtp-in/header.ts'

/** Signatures of a message that are checked; each may take a question to DNS and the hash of all of it (RFC 6376 6.1 allows for a limit). */
export const MAX_SIGNATURES = 20

/** What a signature is called that is not checked: as long as the other name, so that it fits in its place. */
export const SKIPPED_NAME = 'X-DKIM-Skipped'

/** The signatures of a message (DKIM-Signature) that are too many. */
export function excessSignatures(header: readonly HeaderField[]): readonly HeaderField[] {
  return fieldsNamed(header, 'dkim-signature').slice(MAX_SIGNATURES)
}
