import { type Cell, type Columns, type Guid, Row } from '@bourse/mapi'
import type { DirectoryBase } from '../directory-base.ts'
import { entryCell } from '../entry/entry-properties.ts'
import type { DirectoryObject } from '../model/directory-object.ts'
import { dnKey } from '../model/legacy-dn.ts'
import type { DirectoryPrincipal } from '../principal.ts'
import type { RestrictionContext } from '../restriction/evaluate.ts'
import { comparerFor } from '../text/collation.ts'
import type { String8Converter } from '../text/string8.ts'
import { wantsPhoto } from './columns.ts'

export interface RowOptions {
  /** Give PidTagEntryId in its ephemeral form (fEphID, [MS-OXNSPI] 2.2.1.11). */
  readonly ephemeralIds?: boolean
}

/** A directory as one user sees it. */
export class AddressBookView {
  readonly base: DirectoryBase
  readonly principal: Pick<DirectoryPrincipal, 'key' | 'role' | 'groups'>
  readonly string8: String8Converter
  readonly localeId: number

  constructor(
    base: DirectoryBase,
    principal: Pick<DirectoryPrincipal, 'key' | 'role' | 'groups'>,
    string8: String8Converter,
    localeId: number,
  ) {
    this.base = base
    this.principal = principal
    this.string8 = string8
    this.localeId = localeId
  }

  get guid(): Guid {
    return this.base.index.guid
  }

  /** Whether an object is the user who looks. */
  isSelf({ legacyDn }: Pick<DirectoryObject, 'legacyDn'>): boolean {
    return dnKey(legacyDn) === this.principal.key
  }

  get isAdministrator(): boolean {
    return this.principal.role === 'administrator'
  }

  restrictionContext(localeId = this.localeId): RestrictionContext {
    return { compareText: comparerFor(localeId), string8: this.string8 }
  }

  /** The cells of entries, `undefined` for those that are gone. */
  async cells(
    ids: readonly number[],
    columns: Columns,
    { ephemeralIds = false }: RowOptions = {},
  ): Promise<readonly (readonly Cell[] | undefined)[]> {
    const { index } = this.base
    const options = { string8: this.string8, ephemeralIds }
    const entries = await this.base.readEntries(ids, { photos: wantsPhoto(columns) })
    return entries.map((entry) => entry && columns.map((tag) => entryCell(entry, tag, index, options)))
  }

  /** The rows of entries, `undefined` for those that are gone. */
  async rows<const C extends Columns>(
    ids: readonly number[],
    columns: C,
    options?: RowOptions,
  ): Promise<readonly (Row<C> | undefined)[]> {
    return (await this.cells(ids, columns, options)).map((cells) => cells && new Row(columns, cells))
  }
}
