import { type Guid, guidBytes, toHex } from '@bourse/mapi'
import { foldCase } from '../text/fold.ts'

/** The administrative group of all Exchange organizations since 2007; clients know it. */
const ADMINISTRATIVE_GROUP = 'Exchange Administrative Group (FYDIBOHF23SPDLT)'

/** The most characters in one part of a distinguished name, and in all ([MS-OXOABK] 2.2.1.1). */
const MAX_RDN = 64
const MAX_DN = 256
const MAX_LEVELS = 16

/** Characters of Teletex that a part of a distinguished name may have; no slash, no equals sign. */
const NOT_TELETEX = /[^ !"%&\\()*+,\-.0-9:<>?@A-Z[\]_a-z|]/g

/** A distinguished name of the organization and its administrative group, without a slash at the end. */
function organizationDn(organization: string): string {
  return `/o=${rdn(organization)}/ou=${ADMINISTRATIVE_GROUP}`
}

/** `/o=<org>/ou=…/cn=Recipients/cn=<name>`: the distinguished name of a recipient ([MS-OXOABK] 2.2.1.1 x500-dn). */
export function recipientDn(organization: string, name: string): string {
  return `${organizationDn(organization)}/cn=Recipients/cn=${rdn(name)}`
}

/** The distinguished name of a server, as Autodiscover and PidTagAddressBookHomeMessageDatabase have it. */
export function serverDn(organization: string, server: string): string {
  return `${organizationDn(organization)}/cn=Configuration/cn=Servers/cn=${rdn(server)}`
}

/** PidTagAddressBookHomeMessageDatabase ([MS-OXOABK] 2.2.4.37): the mailbox database of a server. */
export function mailboxDatabaseDn(organization: string, server: string): string {
  return `${serverDn(organization, server)}/cn=Microsoft Private MDB`
}

/** gal-addrlist-dn: the global address list. */
export const GLOBAL_ADDRESS_LIST_DN = '/'

/** addresslist-dn: an address list other than the global one. */
export function addressListDn(guid: Guid): string {
  return `/guid=${toHex(guidBytes(guid)).toUpperCase()}`
}

/** Text made fit for one part of a distinguished name. */
function rdn(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}+/gu, '')
  const fit = plain.replace(NOT_TELETEX, '_').trim().slice(0, MAX_RDN).trim()
  return fit === '' ? '_' : fit
}

const X500_DN = /^\/o=[^/=]+(?:\/ou=[^/=]+)?(?:\/cn=[^/=]+)+$/i

/** Whether text can be the distinguished name of a recipient: x500-dn of [MS-OXOABK] 2.2.1.1, with its limits. */
export function isX500Dn(text: string): boolean {
  if (text.length > MAX_DN || !X500_DN.test(text)) return false
  const parts = text.slice(1).split('/')
  return (
    parts.length <= MAX_LEVELS &&
    parts.every((part) => {
      const value = part.slice(part.indexOf('=') + 1)
      return value.length <= MAX_RDN && value === value.trim() && value.replace(NOT_TELETEX, '') === value
    })
  )
}

/** By what permissions and groups name an object: its distinguished name without letter case. */
export function dnKey(dn: string): string {
  return foldCase(dn)
}
