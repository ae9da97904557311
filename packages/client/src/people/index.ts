export {
  type Contact,
  type ContactContent,
  type ContactEmail,
  type ContactFields,
  type Contacts,
  contactsIn,
  type PhoneKind,
} from './contact.ts'
export type { PostalAddress, PostalAddressKind } from './postal-address.ts'
