import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isMap, isScalar, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import { type Settings, settingsSchema } from './schema.ts'
import { type Section, SettingError } from './setting.ts'

/** One thing that is wrong with a configuration file. */
export interface ConfigurationProblem {
  /** Counted from 1. */
  readonly line: number
  /** The key from the top down, e.g. `sessions.idleTimeout`; empty where the file as a whole is meant. */
  readonly key: string
  readonly message: string
}

/** A configuration file that cannot be used, with everything that is wrong with it. */
export class ConfigurationError extends Error {
  readonly problems: readonly ConfigurationProblem[]

  constructor(file: string, problems: readonly ConfigurationProblem[]) {
    const lines = problems.map(({ line, key, message }) => {
      return `${file}:${line}: ${key === '' ? '' : `${key}: `}${message}`
    })
    super(lines.join('\n'))
    this.name = 'ConfigurationError'
    this.problems = problems
  }
}

/** The settings that hold where there is no configuration file; relative to the working directory. */
export function defaultSettings(): Settings {
  return parseSettings('', resolve('bourse.yaml'))
}

/** Reads a configuration file. Throws {@link ConfigurationError}, or what reading files throws. */
export function loadSettings(path: string): Settings {
  return parseSettings(readFileSync(path, 'utf8'), path)
}

/**
 * The settings that the text of a configuration file makes. Paths in it count from the folder of `file`.
 * Throws {@link ConfigurationError}.
 */
export function parseSettings(text: string, file: string): Settings {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  const problems: ConfigurationProblem[] = []
  const lineOf = (node: Node | null | undefined): number => lines.linePos(node?.range?.[0] ?? 0).line
  if (document.errors.length > 0) {
    const first = document.errors[0]!
    const message = first.message.split('\n')[0]!.replace(/ at line \d+.*$/, '')
    throw new ConfigurationError(file, [{ line: lines.linePos(first.pos[0]).line, key: '', message }])
  }
  const { contents } = document
  const isEmpty = contents === null || (isScalar(contents) && contents.value === null)
  if (!isEmpty && !isMap(contents)) {
    throw new ConfigurationError(file, [
      { line: lineOf(contents), key: '', message: 'expected keys and values' },
    ])
  }
  const settings = readSection(settingsSchema, isEmpty ? undefined : (contents as YAMLMap), '') as Settings
  const whereIs = (key: string): number => {
    const node = document.getIn(key.split('.'), true)
    return lineOf(node as Node | undefined)
  }
  checkTogether(settings, (key, message) => problems.push({ line: whereIs(key), key, message }))
  if (problems.length > 0)
    throw new ConfigurationError(
      file,
      problems.sort((a, b) => a.line - b.line),
    )
  return withPaths(settings, dirname(resolve(file)))

  function readSection(schema: Section, map: YAMLMap | undefined, prefix: string): object {
    const found = new Map<string, Node | null>()
    for (const { key, value } of map?.items ?? []) {
      const name = String((key as { value?: unknown }).value ?? key)
      if (!Object.hasOwn(schema.fields, name)) {
        const known = nearest(name, Object.keys(schema.fields))
        const hint = known === undefined ? '' : `; did you mean ${known}?`
        problems.push({
          line: lineOf(key as Node),
          key: prefix + name,
          message: `there is no such key${hint}`,
        })
      } else {
        found.set(name, value as Node | null)
      }
    }
    const values: Record<string, unknown> = {}
    for (const [name, field] of Object.entries(schema.fields)) {
      const node = found.get(name)
      const key = prefix + name
      const value = node === undefined || node === null ? undefined : node.toJS(document)
      if (field.kind === 'section') {
        if (value !== undefined && value !== null && !isMap(node)) {
          problems.push({ line: lineOf(node), key, message: `expected keys below it` })
        }
        values[name] = readSection(field, isMap(node) ? node : undefined, `${key}.`)
      } else if (!found.has(name)) {
        values[name] = field.fallback
      } else {
        values[name] = field.fallback
        try {
          values[name] = field.read(value ?? null)
        } catch (error) {
          if (!(error instanceof SettingError)) throw error
          problems.push({ line: lineOf(node), key, message: error.message })
        }
      }
    }
    return values
  }
}

/** What settings can only be wrong in together. */
function checkTogether(settings: Settings, problem: (key: string, message: string) => void): void {
  const { tls, listen, authentication, sessions } = settings
  if (tls.certificate !== undefined && tls.key === undefined) {
    problem('tls.certificate', 'a certificate needs its key: set tls.key too')
  }
  if (tls.key !== undefined && tls.certificate === undefined) {
    problem('tls.key', 'a key needs its certificate: set tls.certificate too')
  }
  if (listen.https.length === 0 && listen.http.length === 0) {
    problem('listen', 'the server would listen nowhere: set listen.https or listen.http')
  }
  if (authentication.negotiate) {
    problem(
      'authentication.negotiate',
      'Bourse cannot verify Kerberos or NTLM, so clients that were offered them could not log on: set it to false',
    )
  }
  if (!authentication.basic && authentication.oidc.issuer === undefined) {
    problem('authentication.basic', 'nobody could log on: leave it true or set authentication.oidc.issuer')
  }
  const { via, smarthost } = settings.mail.outgoing
  if (via === 'smarthost' && smarthost.host === undefined) {
    problem('mail.outgoing.via', 'mail would go nowhere: set mail.outgoing.smarthost.host')
  }
  const isProtected = smarthost.tls === 'starttls' || smarthost.tls === 'implicit'
  if (smarthost.user !== undefined && !isProtected && !isLoopback(smarthost.host ?? '')) {
    problem(
      'mail.outgoing.smarthost.tls',
      'the password of mail.outgoing.smarthost.user could be read on its way: set it to starttls or implicit',
    )
  }
  if (sessions.keepAlive > sessions.pendingPeriod) {
    problem(
      'sessions.keepAlive',
      'clients would give up between two signs of life: set it below sessions.pendingPeriod',
    )
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function withPaths(settings: Settings, folder: string): Settings {
  const from = (path: string | undefined) => (path === undefined ? undefined : resolve(folder, path))
  const { outgoing } = settings.mail
  const { smarthost, dkim } = outgoing
  return {
    ...settings,
    data: resolve(folder, settings.data),
    organization: from(settings.organization),
    tls: { certificate: from(settings.tls.certificate), key: from(settings.tls.key) },
    mail: {
      ...settings.mail,
      outgoing: {
        ...outgoing,
        smarthost: {
          ...smarthost,
          certificateAuthority: from(smarthost.certificateAuthority),
          passwordFile: from(smarthost.passwordFile),
        },
        dkim: { ...dkim, keys: dkim.keys.map((key) => ({ ...key, file: resolve(folder, key.file) })) },
      },
    },
  }
}

/** The known key that was probably meant. */
function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replace = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(replace, previous[j]! + 1, row[j - 1]! + 1))
    }
    previous = row
  }
  return previous[b.length]!
}
