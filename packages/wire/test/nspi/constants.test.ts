import { describe, expect, it } from 'vitest'
import {
  BindFlags,
  DisplayType,
  FIRST_MINIMAL_ID,
  GetSpecialTableFlags,
  GetTemplateInfoFlags,
  ModLinkAttFlags,
  NSPI_DEFAULT_LOCALE,
  NSPI_DEFAULT_LOCALE_COMPARE_FLAGS,
  NSPI_NON_DEFAULT_LOCALE_COMPARE_FLAGS,
  NspiCodePage,
  PositioningMinimalId,
  QueryColumnsFlags,
  ResolutionMinimalId,
  RetrievePropertyFlags,
  SortType,
  UnicodeComparison,
} from '../../src/nspi/index.ts'

/** Constant, its value and the requirements that say so. */
const CONSTANTS: readonly (readonly [string, number, number, string])[] = [
  ['DT_MAILUSER', DisplayType.DT_MAILUSER, 0, 'MS-OXNSPI_R48'],
  ['DT_DISTLIST', DisplayType.DT_DISTLIST, 1, 'MS-OXNSPI_R49'],
  ['DT_FORUM', DisplayType.DT_FORUM, 2, 'MS-OXNSPI_R50'],
  ['DT_AGENT', DisplayType.DT_AGENT, 3, 'MS-OXNSPI_R51'],
  ['DT_ORGANIZATION', DisplayType.DT_ORGANIZATION, 4, 'MS-OXNSPI_R52'],
  ['DT_PRIVATE_DISTLIST', DisplayType.DT_PRIVATE_DISTLIST, 5, 'MS-OXNSPI_R54'],
  ['DT_REMOTE_MAILUSER', DisplayType.DT_REMOTE_MAILUSER, 6, 'MS-OXNSPI_R55'],
  ['DT_CONTAINER', DisplayType.DT_CONTAINER, 0x100, 'MS-OXNSPI_R56'],
  ['DT_TEMPLATE', DisplayType.DT_TEMPLATE, 0x101, 'MS-OXNSPI_R58'],
  ['DT_ADDRESS_TEMPLATE', DisplayType.DT_ADDRESS_TEMPLATE, 0x102, 'MS-OXNSPI_R60'],
  ['DT_SEARCH', DisplayType.DT_SEARCH, 0x200, 'MS-OXNSPI_R62'],
  ['NSPI_DEFAULT_LOCALE', NSPI_DEFAULT_LOCALE, 0x409, 'MS-OXNSPI_R69'],
  ['CP_TELETEX', NspiCodePage.CP_TELETEX, 0x4f25, 'MS-OXNSPI_R73'],
  ['CP_WINUNICODE', NspiCodePage.CP_WINUNICODE, 0x4b0, 'MS-OXNSPI_R74'],
  ['MID_BEGINNING_OF_TABLE', PositioningMinimalId.MID_BEGINNING_OF_TABLE, 0, 'MS-OXNSPI_R80'],
  ['MID_END_OF_TABLE', PositioningMinimalId.MID_END_OF_TABLE, 2, 'MS-OXNSPI_R81'],
  ['MID_CURRENT', PositioningMinimalId.MID_CURRENT, 1, 'MS-OXNSPI_R82'],
  ['MID_UNRESOLVED', ResolutionMinimalId.MID_UNRESOLVED, 0, 'MS-OXNSPI_R88'],
  ['MID_AMBIGUOUS', ResolutionMinimalId.MID_AMBIGUOUS, 1, 'MS-OXNSPI_R89'],
  ['MID_RESOLVED', ResolutionMinimalId.MID_RESOLVED, 2, 'MS-OXNSPI_R90'],
  ['the first minimal entry ID of an entry', FIRST_MINIMAL_ID, 0x10, 'MS-OXNSPI_R348'],
  ['SortTypeDisplayName', SortType.SortTypeDisplayName, 0, 'MS-OXNSPI_R93'],
  ['SortTypePhoneticDisplayName', SortType.SortTypePhoneticDisplayName, 3, 'MS-OXNSPI_R95'],
  ['SortTypeDisplayName_RO', SortType.SortTypeDisplayName_RO, 0x3e8, 'MS-OXNSPI_R98'],
  ['SortTypeDisplayName_W', SortType.SortTypeDisplayName_W, 0x3e9, 'MS-OXNSPI_R100'],
  ['fAnonymousLogin', BindFlags.fAnonymousLogin, 0x20, 'MS-OXCMAPIHTTP_R332'],
  ['fSkipObjects', RetrievePropertyFlags.fSkipObjects, 1, 'MS-OXNSPI_R104'],
  ['fEphID', RetrievePropertyFlags.fEphID, 2, 'MS-OXNSPI_R105'],
  ['NspiAddressCreationTemplates', GetSpecialTableFlags.NspiAddressCreationTemplates, 2, 'MS-OXNSPI_R109'],
  ['NspiUnicodeStrings', GetSpecialTableFlags.NspiUnicodeStrings, 4, 'MS-OXNSPI_R111'],
  ['NspiUnicodeProptypes', QueryColumnsFlags.NspiUnicodeProptypes, 0x8000_0000, 'MS-OXNSPI_R115'],
  ['TI_TEMPLATE', GetTemplateInfoFlags.TI_TEMPLATE, 1, 'MS-OXNSPI_R120'],
  ['TI_SCRIPT', GetTemplateInfoFlags.TI_SCRIPT, 4, 'MS-OXNSPI_R121'],
  ['TI_EMT', GetTemplateInfoFlags.TI_EMT, 0x10, 'MS-OXNSPI_R122'],
  ['TI_HELPFILE_NAME', GetTemplateInfoFlags.TI_HELPFILE_NAME, 0x20, 'MS-OXNSPI_R123'],
  ['TI_HELPFILE_CONTENTS', GetTemplateInfoFlags.TI_HELPFILE_CONTENTS, 0x40, 'MS-OXNSPI_R124'],
  ['fDelete', ModLinkAttFlags.fDelete, 1, 'MS-OXNSPI_R128'],
]

describe('constants of NSPI', () => {
  for (const [name, found, value, id] of CONSTANTS) {
    it(`${id} ${name} is 0x${value.toString(16)}`, () => {
      expect(found).toBe(value)
    })
  }

  it('MS-OXNSPI_R1820 MS-OXNSPI_R1823 the comparison flags of other locales ignore symbols too', () => {
    expect(NSPI_DEFAULT_LOCALE_COMPARE_FLAGS).toBe(0x0003_1003)
    expect(NSPI_NON_DEFAULT_LOCALE_COMPARE_FLAGS).toBe(0x0003_1007)
    expect(NSPI_NON_DEFAULT_LOCALE_COMPARE_FLAGS & ~NSPI_DEFAULT_LOCALE_COMPARE_FLAGS).toBe(
      UnicodeComparison.NORM_IGNORESYMBOLS,
    )
  })
})
