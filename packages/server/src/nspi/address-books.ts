import type { Directory, DirectoryAddressBook, DirectoryPrincipal } from '@bourse/directory'
import { type AddressBookOrder, ErrorCode, MapiError } from '@bourse/mapi'
import { NspiCodePage, SortType, type Stat } from '@bourse/wire/nspi'
import { converterFor } from './code-pages.ts'

/** The code page that rows are made with whose strings are all Unicode. */
const ANY_CODE_PAGE = 1252

/** The address book of one session, in each code page that its requests name. */
export class AddressBooks {
  readonly #directory: Directory
  readonly #principal: DirectoryPrincipal
  readonly #byCodePage = new Map<number, DirectoryAddressBook>()

  constructor(directory: Directory, principal: DirectoryPrincipal) {
    this.#directory = directory
    this.#principal = principal
  }

  /** Throws `InvalidCodepage` for CP_WINUNICODE, which is none for 8-bit strings, and for code pages that are not known. */
  in(codePage: number): DirectoryAddressBook {
    if (codePage === NspiCodePage.CP_WINUNICODE) throw new MapiError(ErrorCode.InvalidCodepage)
    let book = this.#byCodePage.get(codePage)
    if (book === undefined) {
      book = this.#directory.addressBook({ principal: this.#principal, codePage, converterFor })
      this.#byCodePage.set(codePage, book)
    }
    return book
  }

  /** For what has no 8-bit strings in it. */
  get unicode(): DirectoryAddressBook {
    return this.in(ANY_CODE_PAGE)
  }

  /** As {@link in}, but CP_WINUNICODE will do. */
  inOrUnicode(codePage: number): DirectoryAddressBook {
    return codePage === NspiCodePage.CP_WINUNICODE ? this.unicode : this.in(codePage)
  }
}

/** The order of the table that a STAT describes ([MS-OXNSPI] 2.2.1.10). */
export function orderOf({ sortType }: Stat): AddressBookOrder {
  return sortType === SortType.SortTypePhoneticDisplayName ? 'phoneticDisplayName' : 'displayName'
}

/** The entries of the container that a STAT names, in its order. Throws `InvalidBookmark` if there is no such container. */
export async function contentsOf(book: DirectoryAddressBook, stat: Stat): Promise<readonly number[]> {
  const ids = await book.contentsOf(stat.containerId, orderOf(stat), stat.sortLocale)
  if (ids === undefined) throw new MapiError(ErrorCode.InvalidBookmark)
  return ids
}
