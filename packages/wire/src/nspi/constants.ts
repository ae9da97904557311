/** What kind of thing an entry of the address book is ([MS-OXNSPI] 2.2.1.3), the values of PidTagDisplayType. */
export const DisplayType = {
  /** A messaging user. */
  DT_MAILUSER: 0x0000_0000,
  /** A distribution list. */
  DT_DISTLIST: 0x0000_0001,
  /** A forum, such as a public folder. */
  DT_FORUM: 0x0000_0002,
  /** An automated agent. */
  DT_AGENT: 0x0000_0003,
  /** A large group, such as a helpdesk or a department; servers do not return it. */
  DT_ORGANIZATION: 0x0000_0004,
  /** A private distribution list. */
  DT_PRIVATE_DISTLIST: 0x0000_0005,
  /** An entry of a foreign or remote messaging system. */
  DT_REMOTE_MAILUSER: 0x0000_0006,
  /** A container of the address book hierarchy table; only within entry IDs. */
  DT_CONTAINER: 0x0000_0100,
  /** A display template; servers do not return it. */
  DT_TEMPLATE: 0x0000_0101,
  /** An address creation template; only within entry IDs. */
  DT_ADDRESS_TEMPLATE: 0x0000_0102,
  /** A search template; servers do not return it. */
  DT_SEARCH: 0x0000_0200,
} as const

/** The language code identifier of the sort order that every server has ([MS-OXNSPI] 2.2.1.4). */
export const NSPI_DEFAULT_LOCALE = 0x0000_0409

/** Code pages that every server has ([MS-OXNSPI] 2.2.1.5). */
export const NspiCodePage = {
  /** Teletex. */
  CP_TELETEX: 0x0000_4f25,
  /** Unicode. */
  CP_WINUNICODE: 0x0000_04b0,
} as const

/** How Unicode strings are compared ([MS-OXNSPI] 2.2.1.6.1). */
export const UnicodeComparison = {
  /** Upper and lower case are the same. */
  NORM_IGNORECASE: 0x0000_0001,
  /** Characters that only differ by marks such as accents are the same. */
  NORM_IGNORENONSPACE: 0x0000_0002,
  /** Symbols do not count. */
  NORM_IGNORESYMBOLS: 0x0000_0004,
  /** Punctuation is treated as symbols are. */
  SORT_STRINGSORT: 0x0000_1000,
  /** Hiragana and katakana are the same. */
  NORM_IGNOREKANATYPE: 0x0001_0000,
  /** Half-width and full-width characters are the same. */
  NORM_IGNOREWIDTH: 0x0002_0000,
} as const

/** How strings are compared in {@link NSPI_DEFAULT_LOCALE} ([MS-OXNSPI] 2.2.1.6). */
export const NSPI_DEFAULT_LOCALE_COMPARE_FLAGS =
  UnicodeComparison.NORM_IGNORECASE |
  UnicodeComparison.NORM_IGNOREKANATYPE |
  UnicodeComparison.NORM_IGNORENONSPACE |
  UnicodeComparison.NORM_IGNOREWIDTH |
  UnicodeComparison.SORT_STRINGSORT

/** How strings are compared in any other locale ([MS-OXNSPI] 2.2.1.6). */
export const NSPI_NON_DEFAULT_LOCALE_COMPARE_FLAGS =
  NSPI_DEFAULT_LOCALE_COMPARE_FLAGS | UnicodeComparison.NORM_IGNORESYMBOLS

/**
 * Minimal entry IDs less than this name no entry; they are signals in the requests that say so
 * ([MS-OXNSPI] 2.2.9.1).
 */
export const FIRST_MINIMAL_ID = 0x0000_0010

/** Minimal entry IDs that stand for a position in a table, in the currentRec of a STAT ([MS-OXNSPI] 2.2.1.8). */
export const PositioningMinimalId = {
  /** Before the first row. */
  MID_BEGINNING_OF_TABLE: 0x0000_0000,
  /** The current position; only in UpdateStat. */
  MID_CURRENT: 0x0000_0001,
  /** After the last row. */
  MID_END_OF_TABLE: 0x0000_0002,
} as const

/** Minimal entry IDs that say what came of ambiguous name resolution ([MS-OXNSPI] 2.2.1.9). */
export const ResolutionMinimalId = {
  /** No entry matches the name. */
  MID_UNRESOLVED: 0x0000_0000,
  /** Several entries match the name. */
  MID_AMBIGUOUS: 0x0000_0001,
  /** One entry matches the name. */
  MID_RESOLVED: 0x0000_0002,
} as const

/** The order of a table, the sortType of a STAT ([MS-OXNSPI] 2.2.1.10). */
export const SortType = {
  /** By PidTagDisplayName, ascending. */
  SortTypeDisplayName: 0x0000_0000,
  /** By PidTagAddressBookPhoneticDisplayName, ascending. */
  SortTypePhoneticDisplayName: 0x0000_0003,
  /** By PidTagDisplayName: a table of an object-valued property that can only be read. */
  SortTypeDisplayName_RO: 0x0000_03e8,
  /** By PidTagDisplayName: a table of an object-valued property that can be written to. */
  SortTypeDisplayName_W: 0x0000_03e9,
} as const

/** Flags of Bind ([MS-OXCMAPIHTTP] 2.2.5.1.1, [MS-OXNSPI] 3.1.4.1.1). */
export const BindFlags = {
  /** The client does not say who it is; servers that want to know refuse it. */
  fAnonymousLogin: 0x0000_0020,
} as const

/** Flags of GetPropList, GetProps and QueryRows ([MS-OXNSPI] 2.2.1.11). */
export const RetrievePropertyFlags = {
  /** Leave out properties of type PtypEmbeddedTable. */
  fSkipObjects: 0x0000_0001,
  /** Give entry IDs in their ephemeral form. */
  fEphID: 0x0000_0002,
} as const

/** Flags of GetSpecialTable ([MS-OXNSPI] 2.2.1.12). */
export const GetSpecialTableFlags = {
  /** The table of address creation templates, instead of that of the hierarchy. */
  NspiAddressCreationTemplates: 0x0000_0002,
  /** Strings in Unicode, instead of the code page of the STAT. */
  NspiUnicodeStrings: 0x0000_0004,
} as const

/** Flags of QueryColumns ([MS-OXNSPI] 2.2.1.13). */
export const QueryColumnsFlags = {
  /** Tags of strings with type PtypString, instead of PtypString8. */
  NspiUnicodeProptypes: 0x8000_0000,
} as const

/** Flags of GetTemplateInfo: what of a template is wanted ([MS-OXNSPI] 2.2.1.14). */
export const GetTemplateInfoFlags = {
  /** The template itself. */
  TI_TEMPLATE: 0x0000_0001,
  /** Its script. */
  TI_SCRIPT: 0x0000_0004,
  /** Its e-mail type. */
  TI_EMT: 0x0000_0010,
  /** The name of its help file. */
  TI_HELPFILE_NAME: 0x0000_0020,
  /** What its help file holds. */
  TI_HELPFILE_CONTENTS: 0x0000_0040,
} as const

/** Flags of ModLinkAtt ([MS-OXNSPI] 2.2.1.15). */
export const ModLinkAttFlags = {
  /** Remove the values, instead of adding them. */
  fDelete: 0x0000_0001,
} as const

/**
 * Return values of NSPI that are no errors, and so not among those of [MS-OXCDATA] 2.4
 * ([MS-OXNSPI] 2.2.1.2, 3.1.4.1.2).
 */
export const NspiReturnValue = {
  Success: 0x0000_0000,
  /** What Unbind returns on success. */
  UnbindSuccess: 0x0000_0001,
  /** What Unbind returns when there is no session to end. */
  UnbindFailure: 0x0000_0002,
  /** Some properties could not be returned; the row says which and why. */
  ErrorsReturned: 0x0004_0380,
} as const
