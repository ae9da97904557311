import { type Network, parseNetwork } from '../mail-flow/checks/networks.ts'

/** Why a value in a configuration file is not one that its key can have: the rest of a sentence, `expected …`. */
export class SettingError extends Error {}

/** One key of the configuration file. */
export interface Setting<T> {
  readonly kind: 'setting'
  /** What it is for, in whole sentences. */
  readonly doc: string
  /** The value where the file has none. */
  readonly fallback: T
  /** A value as the file would have it: of the fallback, or of some other one where that is nothing. */
  readonly example: string
  /** Whether the example shows something other than the fallback, so that the example file has it as a comment. */
  readonly isOff: boolean
  /** Makes a value of what YAML made of the text. Throws {@link SettingError}. */
  read(value: unknown): T
}

/** A key that has further keys below it. */
export interface Section<F extends Fields = Fields> {
  readonly kind: 'section'
  readonly doc: string
  readonly fields: F
}

export interface Fields {
  readonly [key: string]: Setting<unknown> | Section
}

/** What a file comes to that follows a schema. */
export type ValueOf<S> =
  S extends Setting<infer T>
    ? T
    : S extends Section<infer F>
      ? { readonly [K in keyof F]: ValueOf<F[K]> }
      : never

export function section<const F extends Fields>(doc: string, fields: F): Section<F> {
  return { kind: 'section', doc, fields }
}

function setting<T>(
  doc: string,
  fallback: T,
  example: string,
  read: (value: unknown) => T,
  isOff = false,
): Setting<T> {
  return { kind: 'setting', doc, fallback, example, isOff, read }
}

function expected(what: string, value: unknown): never {
  throw new SettingError(`expected ${what}, not ${describe(value)}`)
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a section'
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

// ---------------------------------------------------------------------------------------------------
// Kinds of values

export function text(doc: string, fallback: string): Setting<string> {
  return setting(doc, fallback, fallback, readText)
}

function readText(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : expected('a text', value)
}

export function flag(doc: string, fallback: boolean): Setting<boolean> {
  return setting(doc, fallback, String(fallback), (value) =>
    typeof value === 'boolean' ? value : expected('true or false', value),
  )
}

/** A whole number from `min` to `max`. */
export function integer(doc: string, fallback: number, min: number, max: number): Setting<number> {
  return setting(doc, fallback, String(fallback), (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? value
      : expected(`a whole number from ${min} to ${max}`, value),
  )
}

export function choice<const C extends string>(doc: string, fallback: C, choices: readonly C[]): Setting<C> {
  return setting(doc, fallback, fallback, (value) =>
    choices.includes(value as C) ? (value as C) : expected(`one of ${choices.join(', ')}`, value),
  )
}

const DURATION_UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A span of time, in milliseconds; in the file a number with a unit, such as `15s`. */
export function duration(doc: string, fallback: number, min = 0): Setting<number> {
  return setting(doc, fallback, formatDuration(fallback), (value) => {
    const parts = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(typeof value === 'string' ? value.trim() : '')
    if (!parts) return expected('a span of time such as 500ms, 15s, 5m, 12h or 7d', value)
    const milliseconds = Math.round(
      Number(parts[1]) * DURATION_UNITS[parts[2] as keyof typeof DURATION_UNITS],
    )
    if (milliseconds < min) return expected(`at least ${formatDuration(min)}`, value)
    return milliseconds
  })
}

/** Spans of time, at least one, in milliseconds. */
export function durations(doc: string, fallback: readonly number[], min = 0): Setting<readonly number[]> {
  const item = duration(doc, 0, min)
  return setting(doc, fallback, `[${fallback.map(formatDuration).join(', ')}]`, (value) =>
    Array.isArray(value) && value.length > 0
      ? value.map((one) => item.read(one))
      : expected('a list of spans of time such as [5m, 1h]', value),
  )
}

/** Milliseconds as the file has them, in the largest unit that makes a whole number. */
export function formatDuration(milliseconds: number): string {
  const units = Object.entries(DURATION_UNITS).reverse()
  const [unit, size] = units.find(([, size]) => milliseconds >= size && milliseconds % size === 0) ?? [
    'ms',
    1,
  ]
  return `${milliseconds / size}${unit}`
}

const SIZE_UNITS = { B: 1, KB: 1 << 10, MB: 1 << 20, GB: 2 ** 30 } as const

/** A number of bytes; in the file a number with a unit, such as `256 KB`. */
export function size(doc: string, fallback: number, min: number, max: number): Setting<number> {
  return setting(doc, fallback, formatSize(fallback), (value) => {
    const parts = /^(\d+(?:\.\d+)?)\s*(B|KB|MB|GB)$/.exec(typeof value === 'string' ? value.trim() : '')
    if (!parts) return expected('a size such as 256 KB or 1 MB', value)
    const bytes = Math.round(Number(parts[1]) * SIZE_UNITS[parts[2] as keyof typeof SIZE_UNITS])
    if (bytes < min || bytes > max) {
      return expected(`a size from ${formatSize(min)} to ${formatSize(max)}`, value)
    }
    return bytes
  })
}

function formatSize(bytes: number): string {
  const units = Object.entries(SIZE_UNITS).reverse()
  const [unit, size] = units.find(([, size]) => bytes >= size && bytes % size === 0) ?? ['B', 1]
  return `${bytes / size} ${unit}`
}

/** Where a server listens. */
export interface ListenAddress {
  /** Name or IP address, without brackets. */
  readonly host: string
  /** 0 stands for any port that is free. */
  readonly port: number
}

export function formatAddress({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function readAddress(value: unknown): ListenAddress {
  const parts = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(
    typeof value === 'string' ? value : '',
  )
  const port = Number(parts?.[3])
  if (!parts || port > 65_535) return expected('an address such as 127.0.0.1:8443 or "[::1]:8443"', value)
  return { host: parts[1] ?? parts[2]!, port }
}

export function addresses(
  doc: string,
  fallback: readonly ListenAddress[],
): Setting<readonly ListenAddress[]> {
  const example = `[${fallback.map((address) => JSON.stringify(formatAddress(address))).join(', ')}]`
  return setting(doc, fallback, example, (value) =>
    Array.isArray(value) ? value.map(readAddress) : expected('a list of addresses', value),
  )
}

export function texts(doc: string, fallback: readonly string[]): Setting<readonly string[]> {
  const example = `[${fallback.map((item) => JSON.stringify(item)).join(', ')}]`
  return setting(doc, fallback, example, (value) =>
    Array.isArray(value) ? value.map(readText) : expected('a list of texts', value),
  )
}

/** Parts of the addresses there are, each as `192.0.2.0/24`, or one address. */
export function networks(doc: string, fallback: readonly Network[]): Setting<readonly Network[]> {
  const example = fallback.map(({ address, prefix }) => JSON.stringify(`${address}/${prefix}`)).join(', ')
  return setting(doc, fallback, `[${example}]`, (value) =>
    Array.isArray(value)
      ? value.map((item) => {
          const network = typeof item === 'string' ? parseNetwork(item) : undefined
          return network ?? expected('networks such as 192.0.2.0/24', item)
        })
      : expected('a list of networks', value),
  )
}

/** A list of items with the same keys. `example` is text for the file; a text with the fallback '' has to be there. */
export function list<const F extends Fields>(
  doc: string,
  example: string,
  fields: F,
): Setting<readonly ValueOf<Section<F>>[]> {
  const readItem = (item: unknown): ValueOf<Section<F>> => {
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      return expected(`items such as ${example}`, item)
    for (const key of Object.keys(item))
      if (!Object.hasOwn(fields, key))
        throw new SettingError(
          `there is no key ${key} in an item: expected ${Object.keys(fields).join(', ')}`,
        )
    const values = Object.entries(fields).map(([key, field]) => {
      if (field.kind === 'section') throw new Error('An item has no sections.')
      const value = (item as Record<string, unknown>)[key]
      if (value === undefined && field.fallback !== '') return [key, field.fallback]
      try {
        return [key, field.read(value)]
      } catch (error) {
        throw error instanceof SettingError ? new SettingError(`${key} of an item: ${error.message}`) : error
      }
    })
    return Object.fromEntries(values) as ValueOf<Section<F>>
  }
  return setting<readonly ValueOf<Section<F>>[]>(
    doc,
    [],
    example,
    (value) => (Array.isArray(value) ? value.map(readItem) : expected('a list', value)),
    true,
  )
}

/** Something that there need not be. `example` is text for the file. */
function optional<T>(doc: string, example: string, read: (value: unknown) => T): Setting<T | undefined> {
  return setting<T | undefined>(
    doc,
    undefined,
    example,
    (value) => (value === null ? undefined : read(value)),
    true,
  )
}

export function optionalText(doc: string, example: string): Setting<string | undefined> {
  return optional(doc, example, readText)
}

export function optionalInteger(
  doc: string,
  example: number,
  min: number,
  max: number,
): Setting<number | undefined> {
  return optional(doc, String(example), integer(doc, example, min, max).read)
}

/** An address that is used unless the file says `null`. */
export function switchableAddress(doc: string, fallback: ListenAddress): Setting<ListenAddress | undefined> {
  return setting<ListenAddress | undefined>(
    doc,
    fallback,
    JSON.stringify(formatAddress(fallback)),
    (value) => (value === null ? undefined : readAddress(value)),
  )
}

/** A time of day, in minutes after midnight, that is used unless the file says `null`. */
export function switchableTimeOfDay(doc: string, fallback: number): Setting<number | undefined> {
  const twoDigits = (value: number) => String(value).padStart(2, '0')
  const example = `"${twoDigits(Math.floor(fallback / 60))}:${twoDigits(fallback % 60)}"`
  return setting<number | undefined>(doc, fallback, example, (value) => {
    if (value === null) return undefined
    const parts = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(typeof value === 'string' ? value : '')
    return parts ? Number(parts[1]) * 60 + Number(parts[2]) : expected('a time of day such as "02:30"', value)
  })
}

/** An `http:` or `https:` URL, without query and without a slash at its end. */
export function optionalUrl(doc: string, example: string): Setting<string | undefined> {
  return optional(doc, example, (value) => {
    const url = typeof value === 'string' ? URL.parse(value) : null
    const isPlain = url !== null && url.search === '' && url.hash === '' && url.username === ''
    if (!isPlain || !/^https?:$/.test(url.protocol))
      return expected('a URL such as https://mail.example.com', value)
    return url.href.replace(/\/$/, '')
  })
}
