import {
  checkServices,
  exchangeProfile,
  type Profile,
  type ProfileService,
  providerRegistry,
} from '@bourse/client'
import type { ServiceStatus } from '@bourse/mapi'
import type { Command } from 'commander'
import { CommandError, usageError } from '../command-error.ts'
import { type Context, newCommand, pathIn } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { openMail, userFiles } from '../mail/open-mail.ts'
import { writeRows } from '../output/write-rows.ts'
import { readSecret } from '../read-secret.ts'

/** The profiles of the user. */
export function profileCommand(context: Context): Command {
  const command = newCommand('profile', 'the accounts to log on with')
  for (const subcommand of [add, list, test, choose, remove]) command.addCommand(subcommand(context))
  return command
}

interface AddOptions {
  readonly server?: string
  readonly user?: string
  readonly ntlm?: boolean
  readonly mailbox?: string
  readonly local?: string
  readonly smtp?: string
  readonly password: boolean
}

function add(context: Context): Command {
  return newCommand(
    'add',
    'add a profile, or change the one of that name; asks for the password, or reads it from the input',
    [
      'bourse profile add work ann@example.com',
      'bourse profile add demo alice@example.com --server https://localhost:8443',
      'bourse profile add archive --local ~/mail',
    ],
  )
    .argument('<name>', 'what the profile is to be called')
    .argument('[address]', 'mail address of an account on a server')
    .option('--server <url>', 'the server, if Autodiscover does not find it')
    .option('--user <name>', 'user name, if it is not the address: also DOMAIN\\user')
    .option('--ntlm', 'authenticate with NTLM instead of Basic')
    .option('--mailbox <address>', "somebody else's mailbox, to which the account has access")
    .option('--local <folder>', 'a mailbox in a folder of this computer, without a server')
    .option('--smtp <host[:port]>', 'send by SMTP through this server')
    .option('--no-password', 'keep no password: it comes from the environment')
    .action(async (name: string, address: string | undefined, options: AddOptions) => {
      const profile = profileOf(context, name, address, options)
      const problems = await checkServices(profile, providerRegistry())
      if (problems.length > 0) throw new CommandError(problems.join('\n'))
      const { profiles, secrets } = userFiles(context)
      if (address !== undefined && options.password) {
        const password = await readSecret(context.surroundings, `Password of ${address}: `)
        await secrets.set({ profile: name, account: name, name: 'password' }, password)
      }
      await profiles.put(profile)
      context.surroundings.output.write(
        `The profile ${name} was kept. \`bourse profile test ${name}\` tries it.\n`,
      )
    })
}

function profileOf(
  context: Context,
  name: string,
  address: string | undefined,
  { server, user, ntlm, mailbox, local, smtp }: AddOptions,
): Profile {
  if (address === undefined && local === undefined) {
    throw usageError(
      'Neither an address nor --local is given.',
      'Example: bourse profile add work ann@example.com',
    )
  }
  const account =
    address === undefined
      ? []
      : exchangeProfile(address, {
          name,
          ...(server === undefined ? {} : { server }),
          ...(user === undefined ? {} : { user }),
          ...(ntlm === true ? { authentication: 'ntlm' as const } : {}),
        }).services
  const other =
    address === undefined || mailbox === undefined
      ? []
      : [{ ...account[0]!, name: mailbox, settings: { ...account[0]!.settings, mailbox } }]
  return {
    name,
    services: [
      ...account,
      ...other,
      ...(local === undefined ? [] : [localService(pathIn(context, local))]),
      { name: 'contacts', kind: 'addressBook', provider: 'contacts', settings: {} },
      ...(smtp === undefined ? [] : [smtpService(name, smtp, address)]),
    ],
  }
}

function localService(directory: string): ProfileService {
  return { name: 'local', kind: 'messageStore', provider: 'local', settings: { directory } }
}

function smtpService(account: string, server: string, address: string | undefined): ProfileService {
  const [host = '', port] = server.split(':')
  return {
    name: 'smtp',
    kind: 'transport',
    provider: 'smtp',
    account,
    settings: {
      host,
      ...(port === undefined ? {} : { port: Number(port) }),
      ...(address === undefined ? {} : { user: address }),
    },
  }
}

function list(context: Context): Command {
  return newCommand('list', 'show the profiles')
    .option('--json', 'one JSON object a line')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { profiles } = userFiles(context)
      const chosen = await profiles.getDefault()
      const all: Profile[] = []
      for (const name of await profiles.list()) all.push((await profiles.get(name))!)
      writeRows(context.surroundings.output, all, {
        asJson: json === true,
        columns: [
          { title: 'Profile', value: ({ name }) => name },
          { title: '', value: ({ name }) => (name === chosen ? 'default' : '') },
          { title: 'Services', value: describeServices, isFlexible: true },
        ],
        json: ({ name, services }) => ({
          name,
          default: name === chosen,
          services: services.map(({ name: service, kind, provider }) => ({ name: service, kind, provider })),
        }),
        none: 'There are no profiles yet. Make one: bourse profile add work ann@example.com',
      })
    })
}

function describeServices({ services }: Profile): string {
  return services.map(({ name, provider }) => `${name} (${provider})`).join(', ')
}

function test(context: Context): Command {
  return newCommand('test', 'log on with a profile, and say how each of its services is')
    .argument('[name]', 'the profile; the default one if left out')
    .action(async (name: string | undefined) => {
      const { output } = context.surroundings
      await using session = await openMail(context, name)
      output.write(`Logged on to ${await session.store.name()}.\n`)
      // Each service is opened when it is needed for the first time.
      await session.addressBook.queryColumns().catch(() => [])
      for await (const store of session.stores()) void store
      for await (const transport of session.raw.transports()) void transport
      const statuses = session.status()
      for (const status of statuses) output.write(`${describeStatus(status)}\n`)
      const failed = statuses.filter(({ state }) => state === 'failed')
      if (failed.length > 0)
        throw new CommandError(`${failed.map((each) => each.name).join(', ')} cannot be used.`)
    })
}

function describeStatus({ name, kind, state, error }: ServiceStatus): string {
  const what = { messageStore: 'message store', addressBook: 'address book', transport: 'transport' }[kind]
  const how = state === 'open' ? 'works' : state === 'failed' ? `failed: ${error}` : 'is not needed yet'
  return `${name} (${what}) ${how}`
}

function choose(context: Context): Command {
  return newCommand('default', 'choose the profile to log on with if none is named')
    .argument('<name>', 'the profile')
    .action(async (name: string) => {
      await userFiles(context).profiles.setDefault(name)
      context.surroundings.output.write(`${name} is the default profile now.\n`)
    })
}

function remove(context: Context): Command {
  return newCommand('remove', 'forget a profile and its passwords; mailboxes stay as they are')
    .argument('<name>', 'the profile')
    .action(async (name: string) => {
      const { profiles, secrets } = userFiles(context)
      if (!(await profiles.delete(name))) {
        throw new CommandError(`There is no profile ${name}.`, {
          hint: '`bourse profile list` shows which there are.',
          exitCode: ExitCode.NotFound,
        })
      }
      await secrets.delete({ profile: name })
      context.surroundings.output.write(`The profile ${name} was forgotten.\n`)
    })
}
