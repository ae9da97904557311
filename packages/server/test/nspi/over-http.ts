import {
  PidTagAddressBookContainerId,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEntryId,
  PidTagObjectType,
  type PropertyTag,
  type PropertyValue,
  PtypString8,
  withType,
} from '@bourse/mapi'
import { type LiveServer, PASSWORD, startLiveServer } from '../support/live-server.ts'
import { NspiClient } from '../support/nspi-client.ts'

/** A certificate in DER would begin like this; the address book does not look into it. */
export const CERTIFICATE = 'MIIBszCCARygAwIBAgIE'

/** Users, a group with an owner, a dynamic group, a contact, a room and a public folder with an address. */
export const ADDRESS_BOOK = `
organization: Contoso
domains: [contoso.example]
users:
  - { name: Abel, displayName: Abel Ömer, phoneticDisplayName: Aberu, initialPassword: ${PASSWORD}, role: administrator, certificates: ${CERTIFICATE}, title: Chief, mobilePhone: "+1 555" }
  - { name: Abela, displayName: Abela Zorn, phoneticDisplayName: Abera, initialPassword: ${PASSWORD}, manager: Abel }
  - { name: Bert, displayName: Bert Quist, initialPassword: ${PASSWORD}, manager: Abel }
  - { name: Secret, displayName: Secret Agent, hidden: true, initialPassword: ${PASSWORD} }
rooms:
  - { name: Oak, displayName: Oak Room }
groups:
  - { name: Crew, displayName: Crew, owners: [Bert] }
  - { name: Agents, displayName: Agents, where: { kind: user } }
contacts:
  - { name: Outsider, displayName: Outsider, address: outsider@fabrikam.example }
publicFolders:
  - { path: /Ideas, name: Ideas, displayName: Ideas, permissions: { default: reviewer } }
`

/** All that is shown, in order. */
export const NAMES = [
  'Abel Ömer',
  'Abela Zorn',
  'Agents',
  'Bert Quist',
  'Crew',
  'Ideas',
  'Oak Room',
  'Outsider',
]

export const ENTRY_ID = PidTagEntryId as unknown as PropertyTag
export const NAME = PidTagDisplayName as unknown as PropertyTag
export const NAME8 = withType<PropertyValue>(PidTagDisplayName, PtypString8) as PropertyTag
export const DISPLAY_TYPE = PidTagDisplayType as unknown as PropertyTag
export const OBJECT_TYPE = PidTagObjectType as unknown as PropertyTag
export const CONTAINER_ID = PidTagAddressBookContainerId as unknown as PropertyTag

export function dnOf(name: string): string {
  return `/o=Contoso/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=${name}`
}

export interface LiveAddressBook extends AsyncDisposable {
  readonly live: LiveServer
  /** A client that has not bound. */
  client(user?: string): NspiClient
  /** A client of Abel's, who is an administrator, that has bound. */
  readonly nspi: NspiClient
  /** Minimal Entry IDs by name. */
  readonly ids: ReadonlyMap<string, number>
}

/** The server with {@link ADDRESS_BOOK}. */
export async function startAddressBook(): Promise<LiveAddressBook> {
  const live = await startLiveServer('', ADDRESS_BOOK)
  const client = (user = 'Abel') =>
    new NspiClient({
      url: `${live.url}/mapi/nspi/`,
      user: `${user}@contoso.example`,
      password: PASSWORD,
    })
  const nspi = client()
  await nspi.bind()
  const { columnsAndRows } = await nspi.rows([NAME, CONTAINER_ID])
  const ids = new Map(columnsAndRows?.rows.map(([name, id]) => [name as string, id as number]))
  return { live, client, nspi, ids, [Symbol.asyncDispose]: () => live[Symbol.asyncDispose]() }
}

/** An entry ID of the address book, taken apart ([MS-OXNSPI] 2.2.9.2, 2.2.9.3). */
export function readEntryId(bytes: unknown) {
  const buffer = Buffer.from(bytes as Uint8Array)
  return {
    type: buffer[0],
    reserved: buffer.subarray(1, 4).toString('hex'),
    providerUid: buffer.subarray(4, 20).toString('hex'),
    version: buffer.readUInt32LE(20),
    displayType: buffer.readUInt32LE(24),
    rest: buffer.subarray(28),
  }
}
