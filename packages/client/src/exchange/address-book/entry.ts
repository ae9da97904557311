import {
  type AddressBookEntry,
  type DistributionList,
  ErrorCode,
  MapiError,
  PidTagAddressBookMember,
  PidTagDisplayType,
  PidTagEntryId,
  PidTagObjectType,
  type PropertyBag,
  type PropertyEntries,
  PropertyError,
  type PropertyProblem,
  type PropertyTag,
  type Table,
  type TaggedValue,
} from '@bourse/mapi'
import {
  DisplayType,
  ModLinkAttFlags,
  NspiReturnValue,
  RetrievePropertyFlags,
  SortType,
} from '@bourse/wire/nspi'
import { minimalIdsOf, NO_ENTRY } from './entry-ids.ts'
import type { NspiOperation, NspiSession } from './nspi-session.ts'
import { NspiTable } from './nspi-table.ts'
import { asUnicode, bagOf } from './rows.ts'

/** PidTagObjectType ([MS-OXOABK] 2.2.3.10). */
const ObjectType = { MAILUSER: 6, DISTLIST: 8 } as const

/** Members that a server is to name at most. */
const MAX_MEMBERS = 50_000

/** Opens an entry. Rejects with `NotFound` if the server does not know it. */
export async function openEntry(session: NspiSession, entryId: Uint8Array): Promise<AddressBookEntry> {
  const properties = await session.read((operation) =>
    propertiesOf(session, operation, entryId, [PidTagEntryId, PidTagObjectType, PidTagDisplayType]),
  )
  const id = properties.get(PidTagEntryId) ?? entryId
  const objectType = properties.get(PidTagObjectType)
  const displayType = properties.get(PidTagDisplayType)
  if (objectType === undefined && displayType === undefined) throw new MapiError(ErrorCode.NotFound)
  if (objectType === ObjectType.DISTLIST || displayType === DisplayType.DT_DISTLIST)
    return new ExchangeDistributionList(session, id)
  const isMailUser = objectType === ObjectType.MAILUSER || displayType === DisplayType.DT_MAILUSER
  return new ExchangeEntry(session, id, isMailUser ? 'mailUser' : 'other')
}

async function minimalIdOf(operation: NspiOperation, entryId: Uint8Array): Promise<number> {
  const [id = NO_ENTRY] = await minimalIdsOf(operation, [entryId])
  if (id === NO_ENTRY) throw new MapiError(ErrorCode.NotFound)
  return id
}

/** NspiGetProps, [MS-OXNSPI] 3.1.4.1.7. */
async function propertiesOf(
  session: NspiSession,
  operation: NspiOperation,
  entryId: Uint8Array,
  tags: readonly PropertyTag<unknown>[],
): Promise<PropertyBag> {
  const currentRec = await minimalIdOf(operation, entryId)
  const { propertyValues = [] } = await operation.call(
    'getProps',
    { flags: 0, state: session.stat({ currentRec }), propertyTags: tags as readonly PropertyTag[] },
    { accept: [NspiReturnValue.ErrorsReturned] },
  )
  return bagOf(propertyValues, tags)
}

/** An entry on an address book server. */
class ExchangeEntry<K extends 'mailUser' | 'distributionList' | 'other'> implements AddressBookEntry {
  readonly kind: K
  readonly entryId: Uint8Array
  protected readonly session: NspiSession

  constructor(session: NspiSession, entryId: Uint8Array, kind: K) {
    this.session = session
    this.entryId = entryId
    this.kind = kind
  }

  async get<V>(tag: PropertyTag<V>): Promise<V | undefined> {
    const bag = await this.getProperties([tag])
    const code = bag.error(tag)
    if (code !== undefined && code !== ErrorCode.NotFound) throw new MapiError(code)
    return bag.get(tag)
  }

  async getProperties(tags: readonly PropertyTag<unknown>[]): Promise<PropertyBag> {
    return this.session.read((operation) => propertiesOf(this.session, operation, this.entryId, tags))
  }

  async getPropertyTags(options: { readonly omitObjects?: boolean } = {}): Promise<readonly PropertyTag[]> {
    const { propertyTags = [] } = await this.session.read(async (operation) =>
      operation.call('getPropList', {
        flags: options.omitObjects === true ? RetrievePropertyFlags.fSkipObjects : 0,
        minimalId: await minimalIdOf(operation, this.entryId),
        codePage: this.session.stat().codePage,
      }),
    )
    return propertyTags.map(asUnicode)
  }

  /** All or nothing: the server names no single problem, so a failure rejects. */
  async setProperties(values: PropertyEntries): Promise<readonly PropertyProblem[]> {
    const propertyValues: TaggedValue[] = []
    for (const [tag, cell] of values) {
      if (cell instanceof PropertyError) throw new MapiError(ErrorCode.InvalidParameter)
      if (cell !== undefined) propertyValues.push({ tag: tag as PropertyTag, value: cell })
    }
    await this.#modify(
      propertyValues.map(({ tag }) => tag),
      propertyValues,
    )
    return []
  }

  async deleteProperties(tags: readonly PropertyTag<unknown>[]): Promise<readonly PropertyProblem[]> {
    await this.#modify(tags, [])
    return []
  }

  async modifyLinks(
    tag: PropertyTag<unknown>,
    entryIds: readonly Uint8Array[],
    options: { readonly remove?: boolean } = {},
  ): Promise<void> {
    await this.session.change(async (operation) =>
      operation.call('modLinkAtt', {
        flags: options.remove === true ? ModLinkAttFlags.fDelete : 0,
        propertyTag: tag as PropertyTag,
        minimalId: await minimalIdOf(operation, this.entryId),
        entryIds,
      }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #modify(
    tags: readonly PropertyTag<unknown>[],
    propertyValues: readonly TaggedValue[],
  ): Promise<void> {
    await this.session.change(async (operation) =>
      operation.call('modProps', {
        state: this.session.stat({ currentRec: await minimalIdOf(operation, this.entryId) }),
        propertyTags: tags as readonly PropertyTag[],
        propertyValues,
      }),
    )
  }
}

class ExchangeDistributionList extends ExchangeEntry<'distributionList'> implements DistributionList {
  constructor(session: NspiSession, entryId: Uint8Array) {
    super(session, entryId, 'distributionList')
  }

  /** NspiGetMatches without a restriction: the entries that a property lists ([MS-OXNSPI] 3.1.4.1.10). */
  async membersTable(): Promise<Table> {
    const { session, entryId } = this
    return new NspiTable({
      session,
      order: 'displayName',
      listed: async (operation) => {
        const { minimalIds = [] } = await operation.call('getMatches', {
          state: session.stat({
            sortType: SortType.SortTypeDisplayName_RO,
            containerId: PidTagAddressBookMember,
            currentRec: await minimalIdOf(operation, entryId),
          }),
          rowCount: MAX_MEMBERS,
        })
        return minimalIds
      },
    })
  }
}
