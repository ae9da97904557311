/** Random values for the codecs of bodies and auxiliary blocks that are written by hand. */
import type { Codec } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import {
  arbitraryBytes,
  arbitraryOf,
  arbitraryU8,
  registerArbitrary,
} from '../../../mapi/test/support/arbitrary.ts'
import {
  type AuxBlockKind,
  type AuxiliaryBlock,
  auxBlockTypes,
  connectSuccess,
  disconnectSuccess,
  executeSuccess,
  mailboxFailure,
  notificationWaitSuccess,
} from '../../src/http/index.ts'

/** The blocks of which the layout is knownBlocks. */
export const knownBlocks = Object.entries(auxBlockTypes) as [
  AuxBlockKind,
  { version: number; type: number; body: Codec<object> & { readonly name: string } },
][]

/** Blocks of one kind. */
export function arbitraryBlock(kind: AuxBlockKind): fc.Arbitrary<AuxiliaryBlock> {
  const { body } = auxBlockTypes[kind]
  return arbitraryOf(body as Codec<object>).map((value) => ({ kind, ...value }) as AuxiliaryBlock)
}

const unknownBlock = fc
  .record({ version: arbitraryU8, type: arbitraryU8, data: arbitraryBytes() })
  .filter(({ version, type }) =>
    knownBlocks.every(([, found]) => found.version !== version || found.type !== type),
  )
  .map((value): AuxiliaryBlock => ({ kind: 'unknown', ...value }))

registerArbitrary<AuxiliaryBlock>(
  'auxiliary block',
  fc.oneof(unknownBlock, ...knownBlocks.map(([kind]) => arbitraryBlock(kind))),
)

const failure = arbitraryOf(mailboxFailure)
  .filter(({ statusCode }) => statusCode !== 0)
  .map((value) => ({ kind: 'failure', ...value }))

for (const [name, success] of [
  ['Connect response', connectSuccess],
  ['Execute response', executeSuccess],
  ['Disconnect response', disconnectSuccess],
  ['NotificationWait response', notificationWaitSuccess],
] as const) {
  const values = arbitraryOf(success as Codec<object>).map((value) => ({ kind: 'success', ...value }))
  registerArbitrary<object>(name, fc.oneof(values, failure))
}
