import {
  ErrorCode,
  isNamedTag,
  type MapiObject,
  type PropertyName,
  type PropertyTag,
  type PropertyValue,
  PtypString,
  tagId,
  tagType,
} from '@bourse/mapi'
import { decodeUtf16 } from '@bourse/mapi/bytes'
import { isTransferable } from './transferable.ts'

/** A property with its name, if it has one. */
export interface NamedValue {
  readonly tag: PropertyTag
  readonly name?: PropertyName
  readonly value: PropertyValue
}

/**
 * All properties of an object that go along into a file, those included that a provider gives as streams only. Rejects with what the object
 * rejects with.
 *
 * @param skip properties that are written otherwise
 */
export async function propertiesOf(
  object: MapiObject,
  skip: (tag: PropertyTag) => boolean = () => false,
): Promise<NamedValue[]> {
  const names = new Map((await object.queryNamedProperties()).map(({ id, name }) => [id, name]))
  const tags = (await object.getPropertyTags()).filter((tag) => isTransferable(tag) && !skip(tag))
  const bag = await object.getProperties(tags)
  const values: NamedValue[] = []
  for (const tag of tags) {
    const name = names.get(tagId(tag))
    if (isNamedTag(tag) && name === undefined) continue
    let value: PropertyValue | undefined = bag.get(tag)
    if (value === undefined && bag.error(tag) === ErrorCode.NotEnoughMemory)
      value = await streamed(object, tag)
    if (value !== undefined) values.push({ tag, value, ...(name === undefined ? {} : { name }) })
  }
  return values
}

async function streamed(object: MapiObject, tag: PropertyTag): Promise<string | Uint8Array> {
  await using stream = await object.openStream(tag)
  const bytes = await stream.read(await stream.getSize())
  let all = bytes
  const size = await stream.getSize()
  if (bytes.length < size) {
    all = new Uint8Array(size)
    all.set(bytes)
    for (let at = bytes.length; at < size; ) {
      const piece = await stream.read(size - at)
      if (piece.length === 0) break
      all.set(piece, at)
      at += piece.length
    }
  }
  return tagType(tag) === PtypString ? decodeUtf16(all, 0, all.length) : all
}
