import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, relative } from 'node:path'
import { parseArgs } from 'node:util'
import {
  applyOrganization,
  Directory,
  formatChange,
  OrganizationFileError,
  parseOrganization,
  serverDn,
} from '@bourse/directory'
import { StoreEngine } from '@bourse/store'
import {
  ConfigurationError,
  defaultSettings,
  exampleConfiguration,
  loadSettings,
  type Settings,
} from './config/index.ts'
import { askStatus, askToApply } from './control/index.ts'
import { makeSampleOrganization, welcome } from './demo/first-start.ts'
import { createLog } from './log/index.ts'
import { directoryPath, mailboxesPath, startServer } from './server.ts'
import { engineTarget } from './worker/mailbox-target.ts'

const HELP = `Starts the server, or prepares it.

  main.ts [--config bourse.yaml]                     start; without a configuration file in ./data, on loopback
  main.ts apply organization.yaml [--prune] [--config bourse.yaml]
                                                     make users, mailboxes and public folders what the file says,
                                                     whether the server runs or not
  main.ts config example                             print a configuration file with all that can be set
  main.ts config check bourse.yaml                   say what is wrong with a configuration file
`

/** The configuration file that is used if none is named and it is there. */
const DEFAULT_FILE = 'bourse.yaml'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    config: { type: 'string' },
    prune: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

try {
  await run(positionals)
} catch (error) {
  const isForPeople = error instanceof ConfigurationError || error instanceof OrganizationFileError
  console.error(isForPeople ? error.message : ((error as Error).stack ?? String(error)))
  process.exitCode = 1
}

async function run([command, ...rest]: readonly string[]): Promise<void> {
  if (values.help) {
    console.log(HELP)
  } else if (command === undefined) {
    await serve(settingsOf(values.config))
  } else if (command === 'apply' && rest.length === 1) {
    await apply(settingsOf(values.config), rest[0]!, values.prune)
  } else if (command === 'config' && rest[0] === 'example' && rest.length === 1) {
    process.stdout.write(exampleConfiguration())
  } else if (command === 'config' && rest[0] === 'check' && rest.length === 2) {
    loadSettings(rest[1]!)
    console.log(`${rest[1]} is right.`)
  } else {
    console.error(HELP)
    process.exitCode = 1
  }
}

/** Whether there is a configuration file: without one this is a trial, which begins with samples. */
function isConfigured(): boolean {
  return values.config !== undefined || existsSync(DEFAULT_FILE)
}

function settingsOf(file: string | undefined): Settings {
  return isConfigured() ? loadSettings(file ?? DEFAULT_FILE) : defaultSettings()
}

async function serve(settings: Settings): Promise<void> {
  const log = createLog(settings.log)
  await using server = await startServer(settings, log)
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  const hasUsers = (await server.directory.summaries()).some(({ kind }) => kind !== 'addressList')
  if (!hasUsers && settings.organization === undefined && !isConfigured()) {
    const passwords = await makeSampleOrganization(server, settings.data)
    console.log(welcome(server, passwords, relative(process.cwd(), settings.data) || '.'))
  } else if (!hasUsers) {
    log.warn({}, 'there are no users yet: declare them in a file and apply it')
  }
  await stopped
}

/** Has the running server apply a file, so that it knows of it at once, or applies it in its absence. */
async function apply(settings: Settings, file: string, prune: boolean): Promise<void> {
  const text = readFileSync(file, 'utf8')
  const name = basename(file)
  if ((await askStatus(settings.data)) !== undefined) {
    report(await askToApply(settings.data, { name, text, prune }))
    return
  }
  const organization = parseOrganization(text, name)
  mkdirSync(settings.data, { recursive: true, mode: 0o700 })
  await using directory = await Directory.open(directoryPath(settings))
  await using engine = await StoreEngine.open(mailboxesPath(settings), {
    services: {
      serverDn: serverDn(organization.name, 'bourse'),
      serverName: 'bourse',
      addressTypes: ['SMTP', 'EX'],
      displayNameOf: async (legacyDn) => (await directory.find(legacyDn))?.displayName,
    },
  })
  const mailboxes = engineTarget(engine, directory.guid)
  const { changes } = await applyOrganization(organization, { directory, mailboxes }, { prune })
  report(changes.map(formatChange))
}

function report(lines: readonly string[]): void {
  console.log(lines.length === 0 ? 'Everything is as the file says.' : lines.join('\n'))
}
