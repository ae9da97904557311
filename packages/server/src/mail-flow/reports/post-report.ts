import { type Directory, type DirectoryObject, isGroup } from '@bourse/directory'
import type { Guid } from '@bourse/mapi'
import { type PostOffice, postMime } from '../posting/index.ts'
import type { PostedReport } from '../queue/index.ts'
import { resolveAddressees } from '../routing/resolve-addressees.ts'

export interface PostReportOptions {
  readonly directory: Directory
  /** GUID of the store of the public folders. */
  readonly publicFolders: Guid
  readonly office: PostOffice
}

/**
 * Brings a report of the queue to the sender of a message: to a mailbox here, or to the outside. What was sent in the name of a group is reported to its
 * owners. What it resolves to is durable; `nobody`: there is nobody of the address any more. Rejects if it is to be tried again later.
 */
export async function postReport(
  { key, to, path }: PostedReport,
  { directory, publicFolders, office }: PostReportOptions,
): Promise<'posted' | 'nobody'> {
  const sender = await directory.find(to)
  const addresses = sender !== undefined && isGroup(sender.kind) ? await ownersOf(sender, directory) : [to]
  const addressees = addresses.map((address, rowId) => ({
    rowId,
    displayName: address,
    addresses: [address],
  }))
  const { receivers, outside } = await resolveAddressees(addressees, {
    directory,
    publicFolders,
    sender: undefined,
  })
  if (receivers.length === 0 && outside.length === 0) return 'nobody'
  const result = await postMime(
    {
      key,
      source: { path },
      from: '',
      fields: '',
      receivers,
      outside: outside.map(({ address }) => ({ address, notify: [] })),
    },
    office,
  )
  const results = [...result.receivers.values(), result.outside]
  const failure = results.find((one) => one === 'full' || one === 'failed')
  if (failure !== undefined)
    throw new Error(failure === 'full' ? 'The mailbox is full.' : 'The report could not be delivered.')
  return 'posted'
}

async function ownersOf(group: DirectoryObject, directory: Directory): Promise<readonly string[]> {
  const ids = await directory.linksFrom(group.id, 'owner')
  const owners = await Promise.all(ids.map((id) => directory.get(id)))
  return owners.flatMap((owner) => owner?.smtpAddress ?? [])
}
