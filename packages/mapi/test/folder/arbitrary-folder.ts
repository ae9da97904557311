/** Random values for the folder codecs that are written by hand. */
import fc from 'fast-check'
import { type ExtendedFolderFlag, type PersistData, PersistId } from '../../src/folder/index.ts'
import {
  arbitraryBytes,
  arbitraryGuid,
  arbitraryU16,
  arbitraryU32,
  registerArbitrary,
} from '../support/arbitrary.ts'

registerArbitrary<ExtendedFolderFlag>(
  'ExtendedFolderFlag',
  fc.oneof<fc.Arbitrary<ExtendedFolderFlag>[]>(
    fc.record({ kind: fc.constant('extendedFlags' as const), flags: arbitraryU32 }),
    fc.record({ kind: fc.constant('searchFolderId' as const), id: arbitraryGuid }),
    fc.record({ kind: fc.constant('searchFolderTag' as const), tag: arbitraryU32 }),
    fc.record({ kind: fc.constant('toDoFolderVersion' as const), version: arbitraryU32 }),
    fc.record({
      kind: fc.constant('other' as const),
      id: fc.constantFrom(0, 4, 6, 255),
      data: arbitraryBytes(),
    }),
  ),
)

const block = fc.record({
  persistId: fc.oneof(fc.constantFrom(...Object.values(PersistId)), arbitraryU16).filter((id) => id !== 0),
  elements: fc.array(fc.record({ elementId: arbitraryU16, data: arbitraryBytes() }), { maxLength: 3 }),
})

registerArbitrary<readonly PersistData[]>(
  'AdditionalRenEntryIdsEx',
  fc
    .tuple(fc.array(block, { maxLength: 3 }), fc.boolean())
    .map(([blocks, terminated]) => (terminated ? [...blocks, { persistId: 0, elements: [] }] : blocks)),
)
