import { binaryToBytes } from './charset.ts'
import { formatField, formatParameter } from './fold.ts'

/** A MIME entity to be written: a part, or a message without its other fields. */
export type Entity =
  | {
      readonly kind: 'leaf'
      /** Header fields, as lines with CR LF. */
      readonly fields: readonly string[]
      /** The body as it is written, already encoded, with CR LF at its end. */
      readonly body: AsyncIterable<Uint8Array>
    }
  | {
      readonly kind: 'multipart'
      /** `mixed`, `alternative`, … with parameters. */
      readonly subtype: string
      readonly parts: readonly Entity[]
    }

const utf8 = new TextEncoder()

/** The bytes of an entity, its header first, to which `fields` are added. */
export async function* writeEntity(
  entity: Entity,
  boundary: () => string,
  fields: readonly string[] = [],
): AsyncGenerator<Uint8Array> {
  if (entity.kind === 'leaf') {
    yield utf8.encode(`${[...fields, ...entity.fields].join('')}\r\n`)
    yield* entity.body
    return
  }
  const delimiter = `_${boundary()}_`
  const contentType = formatField(
    'Content-Type',
    `multipart/${entity.subtype}${formatParameter('boundary', delimiter)}`,
  )
  yield utf8.encode(`${fields.join('')}${contentType}\r\n`)
  for (const part of entity.parts) {
    yield binaryToBytes(`--${delimiter}\r\n`)
    yield* writeEntity(part, boundary)
    yield binaryToBytes('\r\n')
  }
  yield binaryToBytes(`--${delimiter}--\r\n`)
}

/** Several entities as one, or the one that there is. */
export function combine(subtype: string, parts: readonly Entity[]): Entity {
  return parts.length === 1 ? parts[0]! : { kind: 'multipart', subtype, parts }
}
