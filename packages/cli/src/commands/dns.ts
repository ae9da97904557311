import type { Command } from 'commander'
import { CommandError } from '../command-error.ts'
import { type Context, newCommand } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { writeJson } from '../output/write-rows.ts'
import { type ConfigOptions, settingsOf, withConfig } from '../server-settings.ts'

interface DnsOptions extends ConfigOptions {
  readonly domain?: string
  readonly json?: boolean
}

/** Prints what has to be published in DNS. */
export function dnsCommand(context: Context): Command {
  const { output } = context.surroundings
  const command = newCommand('dns', 'print the records to publish in DNS, as a zone file has them', [
    'bourse dns',
    'bourse dns --domain example.com',
    'bourse dns --json',
  ])
    .option('-d, --domain <domain>', 'one domain of the organization; all of them if left out')
    .option('--json', 'one JSON object a line')
  return withConfig(command).action(async ({ domain, json, ...options }: DnsOptions) => {
    const { dnsRecords, mtaStsPolicy, openAdministration, zoneLine } = await import('@bourse/server')
    const settings = await settingsOf(context, options)
    await using administration = await openAdministration(settings)
    const names = (await administration.directory.settings()).domains.map(({ name }) => name)
    const chosen = names.filter((name) => domain === undefined || name === domain.toLowerCase())
    if (chosen.length === 0) {
      throw new CommandError(
        domain === undefined
          ? 'The organization has no domains.'
          : `${domain} is no domain of the organization.`,
        { hint: '`bourse apply` takes them from an organization file.', exitCode: ExitCode.NotFound },
      )
    }
    if (json !== true && settings.mail.hostName === undefined)
      output.write(
        '; mail.hostName is not set, so this is the name of this machine: others have to find the server by it.\n',
      )
    for (const name of chosen) {
      const records = await dnsRecords(settings, name)
      if (json === true) {
        for (const record of records) writeJson(output, { domain: name, ...record })
        continue
      }
      output.write(`; ${name}\n`)
      for (const record of records) {
        const optional = record.isOptional ? ' (optional)' : ''
        output.write(`\n; ${record.purpose}${optional}\n${zoneLine(record)}\n`)
      }
      output.write('\n')
    }
    if (json === true) return
    const policy = mtaStsPolicy(settings).trimEnd().split('\r\n')
    output.write(`; The policy for MTA-STS:\n${policy.map((line) => `;   ${line}\n`).join('')}`)
  })
}
