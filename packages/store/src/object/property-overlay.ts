import { type PropertyTag, tagId, tagType } from '@bourse/mapi'
import { BlobDraft } from '../blob/blob-draft.ts'
import { BlobRef } from '../blob/blob-ref.ts'
import { valueFromBytes } from '../record/large-value.ts'
import type { StoredProperties } from '../record/message-record.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import type { StoredAccess } from '../record/stored-access.ts'
import { convertValue, unicodeTag } from './property-types.ts'

/** In the place of a value: content that is being written through streams, as large as it was when it was looked at. */
export class LiveBlob extends BlobRef {
  readonly draft: BlobDraft

  constructor(draft: BlobDraft) {
    super(new Uint8Array(0), draft.size)
    this.draft = draft
  }
}

interface Change {
  readonly tag: PropertyTag
  /** Absent: removed. */
  readonly value: StoredValue | BlobDraft | undefined
}

/**
 * The properties of an object that is open for writing: those that are stored, and on top of them the changes that are not saved yet. A property ID has one value, whatever its type:
 * setting it in one type removes it in any other.
 */
export class PropertyOverlay implements StoredAccess {
  #base: StoredAccess
  readonly #changes = new Map<number, Change>()

  constructor(base: StoredAccess) {
    this.#base = base
  }

  get hasChanges(): boolean {
    return this.#changes.size > 0
  }

  /** The tags of the properties that were set or removed. */
  get changedTags(): PropertyTag[] {
    return [...this.#changes.values()].map(({ tag }) => tag)
  }

  get hasBlobs(): boolean {
    return this.#base.hasBlobs || this.hasChanges
  }

  get(tag: PropertyTag<unknown>): StoredValue | undefined {
    const change = this.#changes.get(tagId(tag))
    if (change === undefined) return this.#base.get(tag)
    if (change.tag !== tag) return undefined
    return change.value instanceof BlobDraft ? new LiveBlob(change.value) : change.value
  }

  tagOf(id: number): PropertyTag | undefined {
    const change = this.#changes.get(id)
    if (change === undefined) return this.#base.tagOf(id)
    return change.value === undefined ? undefined : change.tag
  }

  tags(): PropertyTag[] {
    const tags = this.#base.tags().filter((tag) => !this.#changes.has(tagId(tag)))
    for (const { tag, value } of this.#changes.values()) if (value !== undefined) tags.push(tag)
    return tags
  }

  set(tag: PropertyTag<unknown>, value: StoredValue | BlobDraft): void {
    this.#changes.set(tagId(tag), { tag: tag as PropertyTag, value })
  }

  /** Removes the property with this ID, whatever its type. */
  delete(tag: PropertyTag<unknown>): void {
    this.#changes.set(tagId(tag), { tag: tag as PropertyTag, value: undefined })
  }

  /** Whether the property with this ID was set or removed. */
  isChanged(id: number): boolean {
    return this.#changes.has(id)
  }

  /**
   * All properties with their values, where content is still being written as it is now.
   *
   * @param codePage That of what was written as an 8-bit string, which is kept as the text that it is.
   */
  async settle(codePage: number): Promise<StoredProperties> {
    const properties = new Map<PropertyTag<unknown>, StoredValue>()
    for (const tag of this.tags()) {
      const value = this.get(tag)!
      if (!(value instanceof LiveBlob)) {
        properties.set(tag, value)
        continue
      }
      const content = await value.draft.take()
      if (content instanceof BlobRef) {
        properties.set(tag, content)
      } else {
        const held = unicodeTag(tag)
        const text = valueFromBytes(content, tagType(tag))
        properties.set(held, convertValue(text, tagType(tag), tagType(held), codePage))
      }
    }
    return properties
  }

  forgetChanges(): void {
    this.#changes.clear()
  }

  /** What is below the changes is `base` from now on. */
  rebase(base: StoredAccess): void {
    this.#base = base
  }
}
