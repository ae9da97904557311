import type { ListedFolder } from '@bourse/client'
import type { Command } from 'commander'
import { type Context, newCommand } from '../context.ts'
import { findFolder, storeOf } from '../mail/find-folder.ts'
import { type MailOptions, withMailOptions, withSession } from '../mail/options.ts'
import { writeRows } from '../output/write-rows.ts'

interface FolderLine {
  readonly path: string
  readonly depth: number
  readonly folder: ListedFolder
}

/** Lists folders with what is in them. */
export function foldersCommand(context: Context): Command {
  const command = newCommand('folders', 'list folders', [
    'bourse folders',
    'bourse folders Inbox --json',
  ]).argument('[path]', 'the folder to begin below; the top if left out')
  return withMailOptions(command).action((path: string | undefined, options: MailOptions) =>
    withSession(context, options, async (session) => {
      const store = await storeOf(session, options)
      const top = path === undefined ? await store.root() : await findFolder(store, path)
      const children = new Map<bigint, ListedFolder[]>()
      for await (const folder of top.folders({ recursive: true })) {
        const siblings = children.get(folder.parentId)
        if (siblings === undefined) children.set(folder.parentId, [folder])
        else siblings.push(folder)
      }
      const lines = [...inOrder(children, top.id, path === undefined ? '' : `${path}/`, 0)]
      writeRows(context.surroundings.output, lines, {
        asJson: options.json === true,
        columns: [
          {
            title: 'Folder',
            value: ({ folder, depth }) => `${'\u00a0\u00a0'.repeat(depth)}${folder.name}`,
            isFlexible: true,
          },
          { title: 'Unread', value: ({ folder }) => String(folder.unreadCount || ''), align: 'right' },
          { title: 'Messages', value: ({ folder }) => String(folder.messageCount), align: 'right' },
          { title: 'Kind', value: ({ folder }) => folder.containerClass.replace(/^IPF\.?/, '') },
        ],
        json: ({ path: fullPath, folder }) => ({
          path: fullPath,
          name: folder.name,
          messages: folder.messageCount,
          unread: folder.unreadCount,
          class: folder.containerClass,
        }),
        none: 'There are no folders below.',
      })
    }),
  )
}

/** Each folder before those below it, in order of their names. */
function* inOrder(
  children: ReadonlyMap<bigint, readonly ListedFolder[]>,
  parent: bigint,
  prefix: string,
  depth: number,
): Generator<FolderLine> {
  const siblings = [...(children.get(parent) ?? [])].sort((a, b) => a.name.localeCompare(b.name))
  for (const folder of siblings) {
    const path = prefix + folder.name
    yield { path, depth, folder }
    yield* inOrder(children, folder.id, `${path}/`, depth + 1)
  }
}
