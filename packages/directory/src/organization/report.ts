/** Something that applying an organization file changed. */
export interface ReportedChange {
  readonly action: 'created' | 'updated' | 'disabled' | 'removed'
  /** What kind of thing: `user`, `address list`, `mailbox`, `permissions` … */
  readonly what: string
  readonly name: string
  /** What of it is other than it was; of what is new nothing. */
  readonly details: readonly string[]
}

export interface ApplyReport {
  /** In the order in which they were made. Empty if everything was as the file says. */
  readonly changes: readonly ReportedChange[]
}

/** A change as a line of text: `updated user alice (title, manager)`. */
export function formatChange({ action, what, name, details }: ReportedChange): string {
  return `${action} ${what} ${name}${details.length === 0 ? '' : ` (${details.join(', ')})`}`
}
