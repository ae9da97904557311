import type { AddressBookProvider, ProviderModule } from '@bourse/mapi'
import { ContactsAddressBook } from './address-book.ts'

export { ContactsAddressBook } from './address-book.ts'

/**
 * The address book provider over the contact folders of the session's stores. It has no settings:
 *
 * ```ts
 * { name: 'contacts', kind: 'addressBook', provider: 'contacts', settings: {} }
 * ```
 */
export const contactsAddressBookProvider: AddressBookProvider = {
  kind: 'addressBook',
  name: 'contacts',
  async open(_settings, context) {
    return new ContactsAddressBook(() => context.stores())
  },
}

const module: ProviderModule = { providers: [contactsAddressBookProvider] }
export default module
