import type { AddressBookRequestType } from '../http/index.ts'
import type { NspiRequestType } from './definition.ts'
import { compareMinIds, dnToMinId, resolveNames } from './names.ts'
import { getPropList, getProps, getTemplateInfo, modLinkAtt, modProps, queryColumns } from './properties.ts'
import { bind, unbind } from './session.ts'
import {
  getMatches,
  getSpecialTable,
  queryRows,
  resortRestriction,
  seekEntries,
  updateStat,
} from './table.ts'
import { getAddressBookUrl, getMailboxUrl } from './url.ts'

/** The request types of the address book endpoint by name, in the order of [MS-OXCMAPIHTTP] 2.2.5; PING has no bodies. */
export const nspiRequestTypes = {
  bind,
  unbind,
  compareMinIds,
  dnToMinId,
  getMatches,
  getPropList,
  getProps,
  getSpecialTable,
  getTemplateInfo,
  modLinkAtt,
  modProps,
  queryRows,
  queryColumns,
  resolveNames,
  resortRestriction,
  seekEntries,
  updateStat,
  getMailboxUrl,
  getAddressBookUrl,
} as const

/** One of the request types, for those who do not care which. */
export type AnyNspiRequestType = Pick<NspiRequestType, 'name' | 'header' | 'section' | 'method' | 'failure'> &
  (typeof nspiRequestTypes)[keyof typeof nspiRequestTypes]

const byHeader: ReadonlyMap<string, AnyNspiRequestType> = new Map(
  Object.values(nspiRequestTypes).map((type) => [type.header, type]),
)

/** The request type of an X-RequestType header, as `parseAddressBookRequestType` gives it; `undefined` for PING. */
export function nspiRequestType(header: AddressBookRequestType): AnyNspiRequestType | undefined {
  return byHeader.get(header)
}
