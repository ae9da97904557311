import type { Codec } from '@bourse/mapi/bytes'
import type { FuzzTarget } from '../../../tools/fuzz/contract.ts'
import { codecTarget } from '../../mapi/fuzz/support.ts'
import {
  addressBookPropertyValueList,
  addressBookRestriction,
  addressBookTaggedValue,
  columnsAndRows,
  largePropertyTagArray,
  nspiRequestTypes,
  stat,
} from '../src/nspi/index.ts'
import { arbitraryColumnsAndRows } from '../test/nspi/support.ts'

const targets: readonly FuzzTarget[] = [
  ...Object.entries(nspiRequestTypes).flatMap(([name, { request, response }]) => [
    codecTarget(`wire/nspi/${name}/request`, request as Codec<unknown>),
    codecTarget(`wire/nspi/${name}/response`, response as Codec<unknown>),
  ]),
  codecTarget('wire/nspi/stat', stat),
  codecTarget('wire/nspi/taggedValue', addressBookTaggedValue),
  codecTarget('wire/nspi/propertyValueList', addressBookPropertyValueList),
  codecTarget('wire/nspi/propertyTagArray', largePropertyTagArray),
  codecTarget('wire/nspi/restriction', addressBookRestriction),
  codecTarget('wire/nspi/columnsAndRows', columnsAndRows, { arbitrary: arbitraryColumnsAndRows }),
]

export default targets
