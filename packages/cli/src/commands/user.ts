import type { Administration } from '@bourse/server'
import type { Command } from 'commander'
import { findObject } from '../administered-mailbox.ts'
import { CommandError } from '../command-error.ts'
import { type Context, newCommand } from '../context.ts'
import { writeRows } from '../output/write-rows.ts'
import { readSecret } from '../read-secret.ts'
import { administrationOf, type ConfigOptions, withConfig } from '../server-settings.ts'

interface AddOptions extends ConfigOptions {
  readonly displayName?: string
  readonly address?: string
  readonly administrator?: boolean
}

/** The users of a server. */
export function userCommand(context: Context): Command {
  const command = newCommand('user', 'list, add and change the users of the server, whether it runs or not')
  for (const subcommand of [list, add, password, enable, disable, remove]) {
    command.addCommand(withConfig(subcommand(context)))
  }
  return command
}

function list(context: Context): Command {
  return newCommand('list', 'show who has a mailbox', ['bourse user list --json'])
    .option('--json', 'one JSON object a line')
    .action(async (options: ConfigOptions & { readonly json?: boolean }) => {
      await using administration = await administrationOf(context, options)
      const users = []
      for await (const object of administration.directory.objects()) {
        if (object.mailbox !== undefined) users.push(object)
      }
      writeRows(context.surroundings.output, users, {
        asJson: options.json === true,
        columns: [
          { title: 'Name', value: ({ name }) => name },
          { title: 'Display name', value: ({ displayName }) => displayName, isFlexible: true },
          { title: 'Address', value: ({ smtpAddress }) => smtpAddress ?? '' },
          { title: 'Kind', value: ({ kind }) => kind },
          { title: 'Role', value: ({ role }) => role },
          { title: 'State', value: ({ isEnabled }) => (isEnabled ? '' : 'disabled') },
        ],
        json: ({ name, displayName, smtpAddress, kind, role, isEnabled }) => ({
          name,
          displayName,
          address: smtpAddress ?? null,
          kind,
          role,
          enabled: isEnabled,
        }),
        none: 'There are no users yet: `bourse user add` or `bourse apply` makes some.',
      })
    })
}

function add(context: Context): Command {
  return newCommand('add', 'add a user with a mailbox; asks for the password, or reads it from the input', [
    'bourse user add carol --display-name "Carol Chen"',
    'printf %s "$PASSWORD" | bourse user add carol',
  ])
    .argument('<name>', 'user name, without spaces')
    .option('-n, --display-name <text>', 'name that people see')
    .option('-a, --address <address>', 'mail address; the user name in the first domain if left out')
    .option('--administrator', 'may change everything')
    .action(async (name: string, options: AddOptions) => {
      await using administration = await administrationOf(context, options)
      if ((await administration.directory.find(name)) !== undefined) {
        throw new CommandError(`There is a ${name} already.`, {
          hint: '`bourse user list` shows who is there.',
        })
      }
      const { displayName, address, administrator } = options
      await declare(administration, 'users', {
        name,
        password: await readSecret(context.surroundings, `Password of ${name}: `),
        ...(displayName === undefined ? {} : { displayName }),
        ...(address === undefined ? {} : { address }),
        ...(administrator === true ? { role: 'administrator' } : {}),
      })
      const added = await findObject(administration, name)
      context.surroundings.output.write(`${added.displayName} <${added.smtpAddress ?? name}> was added.\n`)
    })
}

function password(context: Context): Command {
  return newCommand('password', 'change a password; asks for it, or reads it from the input')
    .argument('<user>', 'address or name')
    .action(async (name: string, options: ConfigOptions) => {
      await using administration = await administrationOf(context, options)
      const { id, displayName } = await findObject(administration, name)
      const secret = await readSecret(context.surroundings, `New password of ${displayName}: `)
      await administration.directory.setPassword(id, secret)
      context.surroundings.output.write(`The password of ${displayName} was changed.\n`)
    })
}

function enable(context: Context): Command {
  return switchCommand(context, 'enable', 'let a user log on again', true)
}

function disable(context: Context): Command {
  return switchCommand(context, 'disable', 'let a user log on no more; the mailbox stays as it is', false)
}

function switchCommand(context: Context, verb: string, description: string, enabled: boolean): Command {
  return newCommand(verb, description)
    .argument('<user>', 'address or name')
    .action(async (user: string, options: ConfigOptions) => {
      await using administration = await administrationOf(context, options)
      const { name, displayName } = await findObject(administration, user)
      await declare(administration, 'users', { name, enabled })
      context.surroundings.output.write(
        `${displayName} can ${enabled ? 'log on again' : 'log on no more'}.\n`,
      )
    })
}

function remove(context: Context): Command {
  return newCommand('remove', 'remove a user from the directory; the mailbox is disabled and its file stays')
    .argument('<user>', 'address or name')
    .option('--yes', 'really')
    .action(async (user: string, options: ConfigOptions & { readonly yes?: boolean }) => {
      await using administration = await administrationOf(context, options)
      const { name, displayName } = await findObject(administration, user)
      if (options.yes !== true) {
        throw new CommandError(`${displayName} is removed only with --yes.`, {
          hint: `\`bourse user disable ${name}\` locks the user out and can be undone.`,
        })
      }
      await declare(administration, 'remove', name)
      context.surroundings.output.write(`${displayName} was removed.\n`)
    })
}

/** Declares one thing of the organization, as an organization file does. */
async function declare(
  administration: Administration,
  key: 'users' | 'remove',
  item: unknown,
): Promise<void> {
  const { name } = await administration.directory.settings()
  // JSON is YAML.
  const text = JSON.stringify({ organization: name, [key]: [item] })
  await administration.apply({ name: 'the command line', text, prune: false })
}
