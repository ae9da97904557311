import type { DirectoryObject } from '@bourse/directory'
import type { Guid } from '@bourse/mapi'
import type { Administration } from '@bourse/server'
import { CommandError } from './command-error.ts'
import { ExitCode } from './exit-code.ts'

/** A mailbox, or the public folders, of a server. */
export interface AdministeredMailbox {
  readonly guid: Guid
  /** Address of who it belongs to, or `public folders`. */
  readonly name: string
}

/** How the public folders are named on the command line. */
export const PUBLIC_FOLDERS = 'public'

/** Somebody of the organization, by address or name. */
export async function findObject({ directory }: Administration, name: string): Promise<DirectoryObject> {
  const object = await directory.find(name)
  if (object === undefined) {
    throw new CommandError(`There is nobody called ${name}.`, {
      hint: '`bourse user list` shows who is there.',
      exitCode: ExitCode.NotFound,
    })
  }
  return object
}

/** The mailboxes that are meant: those of the names given, or all. */
export async function mailboxesNamed(
  administration: Administration,
  names: readonly string[],
): Promise<readonly AdministeredMailbox[]> {
  const { directory } = administration
  const publicFolders: AdministeredMailbox = { guid: directory.guid, name: 'public folders' }
  if (names.length === 0) {
    const all: AdministeredMailbox[] = []
    for await (const object of directory.objects()) {
      if (object.mailbox !== undefined)
        all.push({ guid: object.mailbox.guid, name: object.smtpAddress ?? object.name })
    }
    return [...all, publicFolders].filter(({ guid }) => administration.hasMailbox(guid))
  }
  return Promise.all(
    names.map(async (name) => {
      if (name === PUBLIC_FOLDERS) return publicFolders
      const object = await findObject(administration, name)
      if (object.mailbox === undefined) throw new CommandError(`${name} has no mailbox.`)
      return { guid: object.mailbox.guid, name: object.smtpAddress ?? object.name }
    }),
  )
}
