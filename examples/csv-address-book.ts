/**
 * An example of an address book provider: a file with one entry a line, `name,address,telephone`.
 *
 *     { name: 'club', kind: 'addressBook', provider: 'file:///…/examples/csv-address-book.ts', settings: { file: '/home/ann/club.csv' } }
 *
 * Names are resolved, entries found, sorted and shown by the parts that come from `@bourse/client/provider`; the provider only reads the file. An address book
 * that is too large for memory, or can be changed, implements `AddressBook` of `@bourse/mapi` itself.
 */
import { readFile, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { listAddressBook, stableGuid } from '@bourse/client/provider'
import {
  type AddressBookProvider,
  AddressType,
  ErrorCode,
  MapiError,
  PidTagAddressType,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagPrimaryTelephoneNumber,
  PidTagSmtpAddress,
  PropertyBag,
  type ProviderModule,
} from '@bourse/mapi'

/** The entry that a line is; `undefined` for empty lines and lines without an address. */
function entryOf(line: string): PropertyBag | undefined {
  const [name = '', address = '', telephone = ''] = line.split(',').map((field) => field.trim())
  if (!address.includes('@')) return undefined
  const entry = new PropertyBag()
    .set(PidTagDisplayName, name === '' ? address : name)
    .set(PidTagAddressType, AddressType.Smtp)
    .set(PidTagEmailAddress, address)
    .set(PidTagSmtpAddress, address)
  if (telephone !== '') entry.set(PidTagPrimaryTelephoneNumber, telephone)
  return entry
}

/** The entries of a file, read anew when it has changed. */
function entriesOf(path: string): () => Promise<readonly PropertyBag[]> {
  let known: { readonly changed: number; readonly entries: readonly PropertyBag[] } | undefined
  return async () => {
    try {
      const { mtimeMs } = await stat(path)
      if (known?.changed !== mtimeMs) {
        const lines = (await readFile(path, 'utf8')).split(/\r?\n/)
        known = { changed: mtimeMs, entries: lines.map(entryOf).filter((entry) => entry !== undefined) }
      }
      return known.entries
    } catch (error) {
      // What goes wrong is a MapiError; the session then goes on with the other address books.
      throw new MapiError(ErrorCode.AddressBookUnavailable, {
        message: `The file ${path} cannot be read.`,
        cause: error,
      })
    }
  }
}

export const csvAddressBookProvider: AddressBookProvider = {
  kind: 'addressBook',
  name: 'csv',

  // Programs check settings before they keep them in a profile; each problem is a sentence.
  validate({ file }) {
    return typeof file === 'string'
      ? []
      : ['The setting "file" must name a file of lines "name,address,telephone".']
  },

  async open({ file }) {
    const path = resolve(file as string)
    const entries = entriesOf(path)
    // Fails now if it cannot be read at all.
    await entries()
    // The GUID is part of entry IDs, so it must be the same in every session.
    return listAddressBook({ displayName: basename(path, '.csv'), guid: await stableGuid(path), entries })
  },
}

export default { providers: [csvAddressBookProvider] } satisfies ProviderModule
