/** The snippets about logging on and errors of docs/guide.md, which are run by client.test.ts. */
import { type AccountLogon, contains, logon, type MailFolder, type MailSession } from '@bourse/client'
import { ErrorCode, isMapiError, PidTagSubject } from '@bourse/mapi'

export async function byAddress(account: AccountLogon): Promise<string> {
  const { address, password = '', ...others } = account
  // #region by-address
  await using session = await logon({ address, password, ...others })
  const name = await session.store.name()
  // #endregion
  return name
}

export async function byProfile(): Promise<string> {
  // #region by-profile
  await using session = await logon('work') // without a name, the default profile
  // #endregion
  return session.raw.profile
}

export async function errors(inbox: MailFolder): Promise<MailFolder> {
  // #region errors
  try {
    return await inbox.folder('Projects')
  } catch (error) {
    if (!isMapiError(error, ErrorCode.NotFound)) throw error
    return inbox.createFolder('Projects')
  }
  // #endregion
}

export async function archive(session: MailSession): Promise<number> {
  // #region archive
  const archive = await session.openStore('archive') // a service of the profile
  const old = await archive.folder('lokay-m/MLOKAY (Non-Privileged)/Personal')
  const root = await session.store.root()
  const imported = await root.createFolder('Imported', { openExisting: true })
  for await (const message of old.messages({ where: contains(PidTagSubject, 'wedding') })) {
    await message.copyTo(imported)
  }
  // #endregion
  return imported.count()
}
